"""What the API reads and writes: requests refuse what they do not know, answers have examples."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StrictBool, ValidationInfo, field_validator

from api.http.scalars import check_scalar
from domain.attachments import MOST
from domain.base import Instant
from domain.commands import Line, Name, ProductNamed, Text
from domain.words import Channel, ClockKind, Role, Status, Verdict

TICKET = "K7M39QX24T"
AT = "2026-03-02T08:00:00Z"

FileIds = Annotated[
    tuple[Annotated[str, Field(pattern=r"^[A-Za-z0-9]{1,100}$")], ...],
    Field(max_length=MOST, description="files uploaded before, by their ids", examples=[["F7M39QX24T"]]),
]


def example(**fields: Any) -> ConfigDict:
    """The configuration of an answer with its example."""
    return ConfigDict(from_attributes=True, json_schema_extra={"examples": [fields]})


class Body(BaseModel):
    """A request's body."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    @field_validator("*", mode="before")
    @classmethod
    def _as_written(cls, value: Any, info: ValidationInfo) -> Any:
        # PostgreSQL cannot keep a NUL: such a text would be accepted and then never be recorded.
        if isinstance(value, str) and any(ord(sign) < 32 and sign not in "\n\r\t" for sign in value):
            raise ValueError("contains control characters; only line breaks and tabs are allowed")
        check_scalar(cls, info.field_name or "", value, info.context)
        return value


class OpenTicket(Body):
    """A new ticket. A client's organisation is its own; staff and monitors name it."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "subject": "The access gates stay closed",
                    "description": "Since 08:50 no badge opens the gates of site Lyon 2.",
                    "channel": "portal",
                    "severity": "critical",
                }
            ]
        }
    )

    subject: Line
    description: Text
    channel: Channel = Field(description="how the client reached us; some promises differ by it")
    severity: str | None = Field(None, max_length=100, description="one of the agreement's; absent: its default")
    language: str | None = Field(None, pattern=r"^[a-z]{2}$", description="of our messages; absent: the contact's")
    contact: Name | None = Field(None, description="whom we write to; absent: the client itself, or its administrator")
    contract: Name | None = Field(None, description="absent: the one that is valid now")
    organisation: Name | None = Field(None, description="needed from staff and monitors")
    kind: str | None = Field(None, max_length=100, description="kind of request, one of the agreement's")
    impact: str | None = Field(None, max_length=100, description="stated impact: proposes the severity")
    intake: dict[str, Line | StrictBool] = Field({}, description="answers to what the agreement's intake asks for")
    product: ProductNamed | None = None
    service: Name | None = Field(None, description="the service of ours that is down")
    down_since: Instant | None = Field(None, description="since when; absent: since now")
    attachments: FileIds = ()


class Links(BaseModel):
    """Where to go on."""

    self: str
    timeline: str
    clocks: str


def links(ticket: str) -> Links:
    """The addresses of a ticket."""
    here = f"/v1/tickets/{ticket}"
    return Links(self=here, timeline=f"{here}/timeline", clocks=f"{here}/clocks")


def attachment_url(ticket: str, attachment: str) -> str:
    """Where a ticket's file is fetched."""
    return f"/v1/tickets/{ticket}/attachments/{attachment}"


_LINKS = links(TICKET).model_dump()
_TICKET = {
    "id": TICKET, "version": 4, "subject": "The access gates stay closed", "organisation": "acme",
    "contract": "acme-trackforce", "contact": "anna", "channel": "portal", "language": "fr", "agreement": "trackforce",
    "revision": "5d1c2f09ab34", "status": "new", "severity": "critical", "severity_rank": 0, "provisional": True,
    "level": "support", "opened_at": AT, "next_due": "2026-03-02T09:00:00Z", "round": 1, "links": _LINKS,
}  # fmt: skip


class TicketView(BaseModel):
    """A ticket as it stands. `severity_rank` 0 is the most severe; `next_due` is shown to staff only."""

    model_config = example(**_TICKET)

    id: str
    version: int
    subject: str
    organisation: str
    contract: str
    contact: str
    channel: str
    language: str
    agreement: str
    revision: str
    kind: str | None = None
    cover: str | None = None
    missing: str | None = None
    product: str | None = None
    programme: str | None = None
    success_manager: str | None = None
    """The member of our staff who looks after this client."""
    status: Status
    severity: str
    severity_rank: int
    provisional: bool
    level: str
    group: str | None = None
    assignee: str | None = None
    opened_at: datetime
    closed_at: datetime | None = None
    closing: str | None = None
    reopen_until: datetime | None = None
    next_due: datetime | None = None
    promise_due: datetime | None = None
    """The promise to the client that is nearest to being missed."""
    round: int
    question: str | None = None
    resolution_kind: str | None = None
    resolution_text: str | None = None
    episode: str | None = None
    defect: str | None = None
    awaited: str | None = None
    """What is awaited from the client, with commas between: answer, consent, quote, intake."""
    impact: str | None = None
    update_interval: str | None = None
    commitment: str | None = None
    """`open` while what was promised is still to be done, by `promised_by`; then `kept`."""
    promised_by: datetime | None = None
    service: str | None = None
    """The service that was down, since when, until when, and whose fault it was."""
    down_since: datetime | None = None
    up_at: datetime | None = None
    fault: str | None = None
    links: Links


class TicketPage(BaseModel):
    """Some tickets; `next` is the cursor of those that follow, absent on the last page."""

    model_config = example(items=[_TICKET], next="eyJhIjogMX0")

    items: list[TicketView]
    next: str | None = None


class ReceiptView(BaseModel):
    """The answer to a step: the ticket right after it, and the types of the events that it caused."""

    model_config = example(
        ticket=TICKET, sequence=9, at=AT, status="open", severity="critical", level="support", assignee="bob",
        next_due="2026-03-02T09:15:00Z", events=["first_response_given", "clock_ended"], links=_LINKS,
    )  # fmt: skip

    ticket: str
    sequence: int
    at: datetime
    status: str
    severity: str
    level: str
    assignee: str | None = None
    next_due: datetime | None = None
    events: list[str]
    links: Links


class Entry(BaseModel):
    """One event. `by_id` is told to staff only; `data` are the event's own fields."""

    model_config = example(
        number=7, type="escalated", at=AT, by="level1", by_id="bob",
        sentence="Escalated from Support to Consulting: needs a specialist",
        data={"level": "consulting", "group": "logistics", "before": "support", "reason": "needs a specialist"},
    )  # fmt: skip

    number: int
    type: str
    at: datetime
    by: Role
    by_id: str | None = None
    sentence: str
    data: dict[str, Any]


class Timeline(BaseModel):
    """Events in their order; `next` is the cursor of those that follow."""

    model_config = example(items=[Entry.model_config["json_schema_extra"]["examples"][0]], next="7")  # type: ignore[index]

    items: list[Entry]
    next: str | None = None


class PauseView(BaseModel):
    """A time in which a clock stood still, why, and the clause that says so."""

    model_config = ConfigDict(from_attributes=True)

    since: datetime
    until: datetime | None = None
    reasons: list[str]
    clause: list[str] = []


class ClockView(BaseModel):
    """A promise, explained. `budget`, `spent`, `left`: seconds of running time on `calendar`; `late`: real seconds."""

    model_config = example(
        clock="response", number=2, kind="response", standing="running", promise="60 min", clause=["TF-03", "TF-07"],
        assumed=None, agreement="trackforce", revision="5d1c2f09ab34", calendar="always", zone="Europe/Paris",
        started_at=AT, pauses=[], budget=3600, spent=720, left=2880, due="2026-03-02T09:00:00Z", verdict=None,
        ended_at=None, late=0, reason="", sentence="First response, 60 min (clause TF-03, TF-07): due 2026-03-02 10:00 "
        "Europe/Paris, 48 min left of 1 h.",
    )  # fmt: skip

    clock: str
    number: int
    kind: ClockKind
    standing: str
    promise: str
    clause: list[str]
    assumed: str | None
    agreement: str
    revision: str
    calendar: str
    zone: str
    started_at: datetime
    pauses: list[PauseView]
    budget: int | None
    spent: int
    left: int | None
    due: datetime | None
    verdict: Verdict | None
    ended_at: datetime | None
    late: int
    reason: str
    sentence: str


class Clocks(BaseModel):
    """Every clock at `at`. `source` is `live`, or `record` when the ticket's run has ended or does not answer."""

    model_config = example(
        ticket=TICKET, at=AT, source="live", items=[ClockView.model_config["json_schema_extra"]["examples"][0]]  # type: ignore[index]
    )  # fmt: skip

    ticket: str
    at: datetime
    source: Literal["live", "record"]
    items: list[ClockView]
