"""What the facts about service interruptions mean for a ticket."""

from __future__ import annotations

from domain.evolve.shape import Changes

CHANGES: Changes = {}
