"""Measurements against peers and bare engine calls, taken in one run, with their goals."""
