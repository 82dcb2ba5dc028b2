"""Webhooks: endpoints of clients and of ours that are told what happens, signed by Standard Webhooks."""

from __future__ import annotations

import base64
import secrets
from datetime import datetime, timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request, Response
from fastapi.concurrency import run_in_threadpool
from pydantic import BaseModel, ConfigDict, Field

from api.access.auth import Caller, Principal
from api.context import Context, Now, Ours
from api.http.idempotency import IdempotencyKey, digest, ticket_id
from api.http.paging import following
from api.http.problems import Problem, invalid
from api.intake.opening import conflict
from api.outgoing import messages
from api.outgoing.webhook_shapes import (
    RotateBody,
    TestSent,
    WebhookBody,
    WebhookChange,
    WebhookPage,
    WebhookView,
    WebhookWithSecret,
)
from domain.base import Instant
from domain.webhooks import Subscription, test_message
from domain.words import Way
from runtime.egress import NoSuchHost, NotAllowed
from store import directory, messages_out, webhooks
from store.messages_out import MessageFilter, MessageOrder
from store.outbox import State
from store.webhooks import Webhook, WebhookOrder

router = APIRouter(prefix="/v1/webhooks", tags=["outgoing"])
WebhookId = Annotated[str, Path(max_length=100, pattern=r"^[^\x00-\x1f]*$")]
MOST_OF_ONE = 50
"""Webhooks that one organisation can have; each is sent every event it asked for."""


class Wanted(BaseModel):
    """Which, in which order. `active`: still called."""

    model_config = ConfigDict(extra="forbid")

    organisation: str | None = Field(None, max_length=100, pattern=r"^[^\x00-\x1f]*$")
    active: bool | None = None
    order: WebhookOrder = WebhookOrder.newest
    limit: int = Field(50, ge=1, le=webhooks.MOST)
    cursor: str | None = Field(None, max_length=500)


class Deliveries(BaseModel):
    """Which of a webhook's messages, in which order."""

    model_config = ConfigDict(extra="forbid")

    state: State | None = None
    template: str | None = Field(None, max_length=100, pattern=r"^[a-z_.]*$", description="the type of event")
    from_at: Instant | None = None
    to_at: Instant | None = None
    order: MessageOrder = MessageOrder.newest
    limit: int = Field(50, ge=1, le=messages_out.MOST)
    cursor: str | None = Field(None, max_length=1_500)


@router.post("", operation_id="create_webhook", status_code=201, summary="Subscribe an endpoint to events")
async def create(
    body: WebhookBody, caller: Caller, ours: Ours, key: IdempotencyKey, now: Now, response: Response
) -> WebhookWithSecret:
    """The answer holds the secret, this once. The address has to be public, and answer by https."""
    organisation = caller.organisation or body.organisation
    if organisation is not None:
        known = await run_in_threadpool(directory.organisation, ours.database, organisation)
        if known is None or (body.organisation is not None and not caller.reaches(body.organisation)):
            raise invalid(
                "/organisation", f'There is no organisation "{body.organisation}".', code="unknown_organisation"
            )
        _, more = await run_in_threadpool(webhooks.find, ours.database, organisation, None, limit=MOST_OF_ONE)
        if more is not None:
            detail = f"An organisation has at most {MOST_OF_ONE} webhooks; remove one, or change what one is told."
            raise Problem(409, "too_many_webhooks", detail)
    await _check(ours, body.url)
    asked = Webhook(
        id=ticket_id("webhook", caller.scope, key.value),
        organisation=organisation,
        url=body.url,
        description=body.description,
        events=body.events,
        secret=ours.vault.seal(_new_secret()),
        created_at=now,
        role=str(caller.role),
        by=caller.id,
        digest=digest("webhook", body),
    )
    kept = await run_in_threadpool(webhooks.add, ours.database, asked)
    if kept.digest != asked.digest:
        raise conflict()
    if kept != asked:
        response.headers["Idempotency-Replayed"] = "true"
    response.headers["Location"] = f"/v1/webhooks/{kept.id}"
    response.headers["Cache-Control"] = "no-store"
    return _with_secret(ours, kept, now)


@router.get("", operation_id="list_webhooks", summary="List webhooks")
def list_(
    wanted: Annotated[Wanted, Query()], caller: Caller, ours: Ours, now: Now, request: Request, response: Response
) -> WebhookPage:
    """One page; a client sees its organisation's."""
    organisation = wanted.organisation or caller.organisation
    if organisation is not None and not caller.reaches(organisation):
        return WebhookPage(items=[])
    try:
        found, beyond = webhooks.find(
            ours.database, organisation, wanted.active, wanted.order, wanted.cursor, wanted.limit
        )
    except ValueError as error:
        raise invalid("/cursor", str(error), where="query") from None
    following(request, response, beyond)
    return WebhookPage(items=[_view(one, now) for one in found], next=beyond)


@router.get("/{id}", operation_id="read_webhook", summary="Read a webhook")
def read(id: WebhookId, caller: Caller, ours: Ours, now: Now) -> WebhookView:
    """How it fares; never its secret."""
    return _view(_reached(ours, caller, id), now)


@router.patch("/{id}", operation_id="change_webhook", summary="Change a webhook, switch it off or on")
async def change(id: WebhookId, body: WebhookChange, caller: Caller, ours: Ours, now: Now) -> WebhookView:
    """One that was disabled is called again by `active: true`; what it missed can be sent again from its deliveries."""
    await run_in_threadpool(_reached, ours, caller, id)
    if body.url is not None:
        await _check(ours, body.url)
    values: dict[str, Any] = body.model_dump(exclude_none=True)
    if body.active:
        values |= {"disabled_at": None, "disabled_for": None, "failing_since": None, "last_failure": None}
    await run_in_threadpool(lambda: webhooks.change(ours.database, id, **values))
    return _view(await run_in_threadpool(_reached, ours, caller, id), now)


@router.delete("/{id}", operation_id="delete_webhook", status_code=204, summary="Remove a webhook")
def delete(id: WebhookId, caller: Caller, ours: Ours) -> Response:
    """What waits for it is given up."""
    _reached(ours, caller, id)
    webhooks.remove(ours.database, id)
    return Response(status_code=204)


@router.post("/{id}/secret", operation_id="rotate_webhook_secret", summary="Give a webhook a new secret")
async def rotate(
    id: WebhookId, body: RotateBody, caller: Caller, ours: Ours, now: Now, response: Response
) -> WebhookWithSecret:
    """The old one signs as well until the overlap is over: a body carries both signatures."""
    there = await run_in_threadpool(_reached, ours, caller, id)
    until = now + timedelta(hours=body.overlap_hours)
    fresh = {"secret": ours.vault.seal(_new_secret()), "former_secret": there.secret, "former_until": until}
    await run_in_threadpool(lambda: webhooks.change(ours.database, id, **fresh))
    response.headers["Cache-Control"] = "no-store"
    return _with_secret(ours, await run_in_threadpool(_reached, ours, caller, id), now)


@router.post("/{id}/test", operation_id="test_webhook", status_code=202, summary="Send a test to a webhook")
async def test(id: WebhookId, caller: Caller, ours: Ours, key: IdempotencyKey, now: Now) -> TestSent:
    """A message of the type `webhook.test` goes the way of all others; the deliveries say what became of it."""
    there = await run_in_threadpool(_reached, ours, caller, id)
    name = ticket_id("webhook-test", caller.scope, id, key.value)
    sent = test_message(Subscription(id=there.id), name, now.isoformat())
    await run_in_threadpool(webhooks.send_test, ours.database, sent, now)
    await ours.engine.wake_delivery()
    return TestSent(key=sent.key, deliveries=f"/v1/webhooks/{id}/deliveries?template={sent.template}")


@router.get("/{id}/deliveries", operation_id="list_webhook_deliveries", summary="List what a webhook was sent")
def deliveries(
    id: WebhookId,
    wanted: Annotated[Deliveries, Query()],
    caller: Caller,
    ours: Ours,
    request: Request,
    response: Response,
) -> messages.MessagePage:
    """One page, with what became of each."""
    _reached(ours, caller, id)
    filters = MessageFilter(
        way=Way.webhook, target=id, **wanted.model_dump(exclude={"order", "limit", "cursor"})
    )  # fmt: skip
    return messages.page(ours, filters, wanted.order, wanted.cursor, wanted.limit, request, response)


async def _check(ours: Context, url: str) -> None:
    try:
        await ours.egress.resolve(ours.egress.target(url))
    except (NotAllowed, NoSuchHost) as error:
        raise invalid("/url", str(error), code="address_not_allowed") from None


def _reached(ours: Context, caller: Principal, id: str) -> Webhook:
    found = webhooks.read(ours.database, id)
    # What is everybody's holds what is internal: a bound key never reaches it.
    bound = caller.organisation is not None
    if found is None or (bound and found.organisation != caller.organisation):
        raise Problem(404, "unknown_webhook", f'There is no webhook "{id}".')
    return found


def _new_secret() -> str:
    """24 random bytes, as Standard Webhooks writes them."""
    return f"whsec_{base64.b64encode(secrets.token_bytes(24)).decode()}"


def _with_secret(ours: Context, webhook: Webhook, now: datetime) -> WebhookWithSecret:
    return WebhookWithSecret(**_view(webhook, now).model_dump(), secret=ours.vault.open(webhook.secret))


def _view(webhook: Webhook, now: datetime) -> WebhookView:
    until = webhook.former_until
    fields = {name: value for name, value in webhook if name in WebhookView.model_fields}
    return WebhookView(
        **{**fields, "events": list(webhook.events)},
        state=_state(webhook),
        former_secret_until=until if until is not None and until > now else None,
    )


def _state(webhook: Webhook) -> str:
    if webhook.disabled_at is not None:
        return "disabled"
    if not webhook.active:
        return "off"
    return "failing" if webhook.failing_since is not None else "working"
