"""The published promises, clause by clause: each proven through the real API, the real workflow and virtual time."""
