"""Workflows: deterministic drivers of the domain. They wait, decide, evolve, and have the effects carried out.

May import domain (and activities for their signatures); never a clock, a database, a network or a rule of their own.
"""
