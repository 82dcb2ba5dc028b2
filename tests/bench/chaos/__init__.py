"""The chaos run finds what it is there to find, and nothing where nothing is."""
