"""What the facts about kind, intake and cover mean for a ticket."""

from __future__ import annotations

from domain.evolve.shape import Changes

CHANGES: Changes = {}
