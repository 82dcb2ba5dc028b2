"""A ticket that is there: who reaches it, every step of its life, and all that can be read of it."""
