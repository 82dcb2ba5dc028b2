"""How client and support keep in touch: progress asked for, remote sessions, agreed intervals."""

from __future__ import annotations

from domain.rules.shape import Decisions

DECISIONS: Decisions = {}
