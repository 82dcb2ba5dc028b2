"""Who is told what of sessions, intervals and questions for progress."""

from __future__ import annotations

from domain.messages.shape import Telling

TELLING: Telling = {}
