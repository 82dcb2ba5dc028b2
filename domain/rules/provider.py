"""Interruptions of our own services."""

from __future__ import annotations

from domain.rules.shape import Decisions

DECISIONS: Decisions = {}
