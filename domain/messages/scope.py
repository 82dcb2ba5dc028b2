"""Who is told what of kind, intake and cover."""

from __future__ import annotations

from domain.messages.shape import Telling

TELLING: Telling = {}
