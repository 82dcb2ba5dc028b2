"""What happened to a service interruption."""

from __future__ import annotations

from typing import Literal

from domain.base import Instant, Model
from domain.words import Fault


class ServiceRestored(Model):
    type: Literal["service_restored"] = "service_restored"
    up_at: Instant
    text: str
    down_since: Instant | None = None
    """The outage's beginning, where it was corrected."""


class OutageAttributed(Model):
    type: Literal["outage_attributed"] = "outage_attributed"
    fault: Fault
    reason: str
