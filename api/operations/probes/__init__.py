"""One module for each part that is looked at: `async look(subject) -> Seen`. A probe reads and changes nothing."""
