"""Who is told what of time entries and quotes."""

from __future__ import annotations

from domain.messages.shape import Telling

TELLING: Telling = {}
