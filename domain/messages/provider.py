"""Who is told what of service interruptions."""

from __future__ import annotations

from domain.messages.shape import Telling

TELLING: Telling = {}
