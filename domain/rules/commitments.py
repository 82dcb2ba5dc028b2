"""Commitments that closed a ticket and are tracked until they are kept."""

from __future__ import annotations

from domain.rules.shape import Decisions

DECISIONS: Decisions = {}
