"""A newer revision of the agreement reaches a running ticket."""

from __future__ import annotations

from domain.rules.shape import Decisions

DECISIONS: Decisions = {}
