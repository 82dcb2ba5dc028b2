"""The step by which what people wrote leaves a running ticket (docs/decisions/0028-erasure.md)."""

from __future__ import annotations

from typing import Literal

from domain.base import Model


class Erase(Model):
    """What people wrote goes, the promise record stays. Not `whole`: only what was said by one person, which the record
    drops; the ticket's own state holds none of it, and its run begins anew so that the engine's history goes too."""

    type: Literal["erase"] = "erase"
    whole: bool = True
