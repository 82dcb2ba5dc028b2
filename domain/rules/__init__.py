"""The rules of every step: one module a subject, each declaring which steps it decides.

A rule reads the draft's state, refuses with a DomainError, or adds facts; nothing else. `domain/decide.py` calls them.
"""
