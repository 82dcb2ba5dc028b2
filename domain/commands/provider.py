"""Steps about an interruption of a service of ours."""

from __future__ import annotations

from typing import Literal

from domain.base import Instant, Model
from domain.commands.base import Text
from domain.words import Fault


class RestoreService(Model):
    """The service is up again since `up_at`; `down_since` corrects the beginning, where that was found out."""

    type: Literal["restore_service"] = "restore_service"
    up_at: Instant
    text: Text
    down_since: Instant | None = None


class AttributeOutage(Model):
    """Says what took the service down: only the provider's own outages count against its availability (TF-14)."""

    type: Literal["attribute_outage"] = "attribute_outage"
    fault: Fault
    reason: Text
