"""How a ticket comes to be: filed through any door, joined to one that is there, or refused with its reason."""
