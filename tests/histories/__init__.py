"""Histories of real tickets, frozen: whoever changes the workflow keeps them replaying."""
