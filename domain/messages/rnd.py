"""Who is told what of defects and releases."""

from __future__ import annotations

from domain.messages.shape import Telling

TELLING: Telling = {}
