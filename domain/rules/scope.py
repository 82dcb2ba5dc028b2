"""What a request is and whether it is covered: kinds, intake, exclusions."""

from __future__ import annotations

from domain.rules.shape import Decisions

DECISIONS: Decisions = {}
