"""What the facts about time entries and quotes mean for a ticket."""

from __future__ import annotations

from domain.evolve.shape import Changes

CHANGES: Changes = {}
