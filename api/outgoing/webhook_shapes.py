"""Webhooks as they are asked for and shown. A secret is shown where it is made, and never again."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, field_validator

from api.shapes import AT, Body, example
from domain.commands import Name
from domain.webhooks import EVENTS, known_pattern
from runtime.egress import LONGEST_URL

WEBHOOK = {
    "id": "7QX24T9K3M", "organisation": "acme", "url": "https://hooks.acme.example/escalade",
    "description": "our own service desk", "events": ["ticket.*", "quote.made"], "active": True, "state": "working",
    "failing_since": None, "last_failure": None, "disabled_at": None, "disabled_for": None, "created_at": AT,
    "former_secret_until": None,
}  # fmt: skip
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"

Url = Annotated[str, Field(min_length=1, max_length=LONGEST_URL, examples=["https://hooks.acme.example/escalade"])]
Description = Annotated[str, Field(max_length=250, pattern=r"^[^\x00-\x1f]*$")]
Events = Annotated[
    tuple[str, ...],
    Field(min_length=1, max_length=len(EVENTS), description="types of events, `ticket.*` for a kind, `*` for all"),
]


def _known(events: tuple[str, ...] | None) -> tuple[str, ...] | None:
    strange = [one for one in events or () if not known_pattern(one)]
    if strange:
        raise ValueError(f'"{strange[0]}" is no type of event; there are {", ".join(EVENTS)}')
    return events if events is None else tuple(dict.fromkeys(events))


class WebhookBody(Body):
    """An endpoint that wants to hear. A client's is its organisation's own; staff may leave the organisation out."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"url": "https://hooks.acme.example/escalade", "events": ["ticket.opened", "ticket.resolved"]}]
        }
    )

    url: Url
    events: Events
    description: Description = ""
    organisation: Name | None = Field(None, description="whose tickets; absent from staff: all, with what is internal")

    _check = field_validator("events")(_known)


class WebhookChange(Body):
    """What is to be another way; what is left out stays. `active: true` also calls a disabled one again."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"events": ["*"]}, {"active": False}]})

    url: Url | None = None
    events: Events | None = None
    description: Description | None = None
    active: bool | None = None

    _check = field_validator("events")(_known)


class RotateBody(Body):
    """For how long the old secret signs beside the new one."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"overlap_hours": 24}]})

    overlap_hours: float = Field(24, ge=0, le=24 * 30)


class WebhookView(BaseModel):
    """A webhook. `state`: `working`, `failing` since `failing_since`, `disabled` by us, or `off` by its owner."""

    model_config = example(**WEBHOOK)

    id: str
    organisation: str | None = None
    url: str
    description: str
    events: list[str]
    active: bool
    state: str
    failing_since: datetime | None = None
    last_failure: str | None = None
    disabled_at: datetime | None = None
    disabled_for: str | None = None
    created_at: datetime
    former_secret_until: datetime | None = None


class WebhookWithSecret(WebhookView):
    """A webhook with the secret that signs what it is sent: keep it, for it is not shown again."""

    model_config = example(**WEBHOOK, secret=SECRET)

    secret: str


class WebhookPage(BaseModel):
    """Some webhooks; `next` is the cursor of those that follow."""

    model_config = example(items=[WEBHOOK])

    items: list[WebhookView]
    next: str | None = None


class TestSent(BaseModel):
    """The message that is on its way; `deliveries` is where it shows what became of it."""

    model_config = example(
        key="webhook:7QX24T9K3M:test:K3M7QX24T9", deliveries="/v1/webhooks/7QX24T9K3M/deliveries?template=webhook.test"
    )

    key: str
    deliveries: str
