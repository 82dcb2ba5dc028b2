"""Time worked: entries, what they count for, the cap."""

from __future__ import annotations

from domain.rules.shape import Decisions

DECISIONS: Decisions = {}
