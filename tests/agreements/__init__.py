"""Agreement files: what they promise, what is refused, what a ticket is given."""
