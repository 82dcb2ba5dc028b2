"""What the late report answers with."""

from __future__ import annotations

from datetime import datetime

from pydantic import BaseModel

from api.shapes import TICKET, example
from domain.lateness import Fired, Why
from domain.words import ClockKind

_DUE, _AT, _END = "2026-03-02T09:00:00Z", "2026-03-02T09:31:04Z", "2026-03-03T00:00:00Z"
_WHOSE = {
    "severity": "critical", "subject": "The access gates stay closed", "organisation": "acme",
    "agreement": "trackforce", "level": "support", "group": None, "assignee": "bob",
}  # fmt: skip
_FIRING = {
    "ticket": TICKET, "number": 7, "fired": "promise", "clock": "response", "due": _DUE, "at": _AT, "late": 1864.2,
    **_WHOSE,
}  # fmt: skip
_PROMISE = {
    "ticket": TICKET, "number": 2, "kind": "response", "due": _DUE, "why": "not_noticed", "noticed_late": 1864.2,
    "ended_at": None, "late": 5400, **_WHOSE,
}  # fmt: skip
_MESSAGE = {
    "key": f"{TICKET}:7:missed:due", "ticket": TICKET, "template": "missed", "to_kind": "assignee", "to_id": "bob",
    "way": "mail", "state": "delivered", "due": _DUE, "recorded_at": _AT, "sent_at": "2026-03-02T09:31:06Z",
    "late": 1866.0, "attempts": 0, "last_error": None,
}  # fmt: skip
_GAP = {"since": _DUE, "until": _AT, "fired": 12, "tickets": 7}
_SENT = {"count": 9, "unsent": 0, "median": 1220.5, "worst": 1866.0}
_SUMMARY = {
    "fired": 12, "tickets": 7, "since": _DUE, "until": _AT, "median": 1100.0, "worst": 1864.2,
    "by_kind": {"promise": 3, "update": 5, "warning": 4}, "gaps": [_GAP],
    "promises": {"not_sent": 5, "not_noticed": 3, "anyway": 1}, "messages": _SENT, "waiting": 0,
}  # fmt: skip


class GapView(BaseModel):
    """A time in which things were due and did not fire: from the first due instant to the last act."""

    model_config = example(**_GAP)

    since: datetime
    until: datetime
    fired: int
    tickets: int


class Sent(BaseModel):
    """Messages that were late, in seconds after the step that they tell of, and how many have not gone out yet."""

    model_config = example(**_SENT)

    count: int
    unsent: int
    median: float | None
    worst: float | None


class Summary(BaseModel):
    """Over everything that fired late; instants and seconds are absent where nothing did.

    `promises` counts missed ones by why: `not_sent` (an update that Escalade would have kept), `not_noticed` (due while
    nothing fired), `warned_late`, `anyway`. `waiting`: tickets on which something is due and has not fired yet.
    """

    model_config = example(**_SUMMARY)

    fired: int
    tickets: int
    since: datetime | None
    until: datetime | None
    median: float | None
    worst: float | None
    by_kind: dict[str, int]
    gaps: list[GapView]
    promises: dict[str, int]
    messages: Sent
    waiting: int


class _Whose(BaseModel):
    """The ticket, as it stands now."""

    severity: str
    subject: str
    organisation: str
    agreement: str
    level: str
    group: str | None
    assignee: str | None


class LateFiringView(_Whose):
    """One thing that fired, `late` seconds after `due`. `number` is that of the event in the ticket's timeline."""

    model_config = example(**_FIRING)

    ticket: str
    number: int
    fired: Fired
    clock: str | None
    due: datetime
    at: datetime
    late: float


class LateReport(BaseModel):
    """The sums, and a page of what fired; `next` is the cursor of more."""

    model_config = example(
        from_at="2026-03-02T00:00:00Z", to_at=_END, later_than=60, summary=_SUMMARY, items=[_FIRING], next=None
    )

    from_at: datetime
    to_at: datetime
    later_than: float
    summary: Summary
    items: list[LateFiringView]
    next: str | None = None


class LatePromiseView(_Whose):
    """A missed promise. `noticed_late`: seconds after `due` until the miss was acted upon, where that was late."""

    model_config = example(**_PROMISE)

    ticket: str
    number: int
    kind: ClockKind
    due: datetime
    why: Why
    noticed_late: float | None
    ended_at: datetime | None
    late: int


class LatePromises(BaseModel):
    """A page of missed promises; `next` is the cursor of more."""

    model_config = example(from_at="2026-03-02T00:00:00Z", to_at=_END, items=[_PROMISE], next=None)

    from_at: datetime
    to_at: datetime
    items: list[LatePromiseView]
    next: str | None = None


class LateMessageView(BaseModel):
    """A message, `late` seconds after `due`: after what it tells of, or had to tell of. `sent_at` is absent until then.

    Its reader's quiet hours do not count.
    """

    model_config = example(**_MESSAGE)

    key: str
    ticket: str
    template: str
    to_kind: str
    to_id: str
    way: str
    state: str
    due: datetime
    recorded_at: datetime
    sent_at: datetime | None
    late: float
    attempts: int
    last_error: str | None


class LateMessages(BaseModel):
    """A page of late messages; `next` is the cursor of more."""

    model_config = example(from_at="2026-03-02T00:00:00Z", to_at=_END, items=[_MESSAGE], next=None)

    from_at: datetime
    to_at: datetime
    items: list[LateMessageView]
    next: str | None = None
