"""A person's erasure as an operation: what would go, asking for it, and how far it has come."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Path, Response
from fastapi.concurrency import run_in_threadpool
from pydantic import BaseModel, ConfigDict, Field

from api.access.auth import Caller, Principal
from api.context import Context, Now, Ours
from api.erasure.erasing import Erasing, NobodyThere, StillNeeded
from api.http.problems import Problem, invalid
from api.shapes import AT, Body, example
from domain.words import Role
from store import erasures
from store.erasing import Counts
from store.erasures import Erasure

router = APIRouter(prefix="/v1/organisations/{organisation}/contacts/{contact}/erasure", tags=["contracts"])

PLAIN = r"^[^\x00-\x1f]*$"
Organisation = Annotated[str, Path(max_length=100, pattern=PLAIN, examples=["acme"])]
Contact = Annotated[str, Path(max_length=100, pattern=PLAIN, examples=["anna"])]
State = Literal["counted", "waiting", "running", "done"]

_GOES = {"tickets": 3, "events": 17, "messages": 9, "files": 2, "mails": 4}
_ERASURE = {
    "contact": "anna", "organisation": "acme", "state": "running", "goes": _GOES, "tickets": 7, "done": 3,
    "asked_at": AT, "by": "manager", "by_id": "max",
}  # fmt: skip


class ErasureBody(Body):
    """Without `dry_run: false` nothing is changed. `confirm` is the contact's id once more, for it cannot be undone."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"dry_run": True}, {"dry_run": False, "confirm": "anna"}]}
    )

    dry_run: bool = Field(True, description="count only")
    confirm: str | None = Field(None, max_length=100, description="the contact's id, needed unless `dry_run`")


class Goes(BaseModel):
    """Of how many tickets, and how many of each: what goes, would go, or has gone so far."""

    model_config = example(**_GOES)

    tickets: int
    events: int
    messages: int
    files: int
    mails: int


class ErasureView(BaseModel):
    """`counted`: nothing was changed. `done` of `tickets` are looked through; `failure`: why it has not come further.

    What failed is tried again by itself. `uncounted`: tickets that a count did not look into, of very many.
    """

    model_config = example(**_ERASURE)

    contact: str
    organisation: str
    state: State
    goes: Goes
    uncounted: int | None = None
    tickets: int | None = None
    done: int | None = None
    asked_at: datetime | None = None
    by: Role | None = None
    by_id: str | None = None
    ended_at: datetime | None = None
    failure: str | None = None


@router.post(
    "", operation_id="erase_contact", summary="Erase a person, or count what would go",
    response_model_exclude_none=True,
    responses={202: {"model": ErasureView, "description": "It is asked for, and goes on in the background."}},
)  # fmt: skip
async def erase(
    organisation: Organisation,
    contact: Contact,
    caller: Caller,
    ours: Ours,
    now: Now,
    response: Response,
    body: ErasureBody = ErasureBody(),  # noqa: B008 - frozen
) -> ErasureView:
    """Names, addresses, what the person wrote and what was written on its tickets go; instants, verdicts, kinds stay.

    200 with what would go; with `dry_run: false` 202, and `GET` tells how far it is. It goes on by itself after a
    restart, and while the engine is away it waits. Asked again while it is under way, it is told how far it is; after
    its end it begins anew and finds what was said since. Backups, and Temporal's closed runs until its retention is
    over, keep theirs.
    """
    work = erasing(ours, caller, organisation, contact, now)
    if body.dry_run:
        return await run_in_threadpool(counted, work)
    asked = await ask(ours, work, body.confirm)
    response.status_code = 202
    response.headers["Location"] = f"/v1/organisations/{organisation}/contacts/{contact}/erasure"
    return view(asked)


@router.get("", operation_id="read_erasure", summary="How far a person's erasure is", response_model_exclude_none=True)
def read(organisation: Organisation, contact: Contact, caller: Caller, ours: Ours, now: Now) -> ErasureView:
    """The latest one that was asked for."""
    found = latest(erasing(ours, caller, organisation, contact, now))
    if found is None:
        raise Problem(404, "no_erasure", "Nobody has asked for this person's erasure.")
    return view(found)


def erasing(ours: Context, caller: Principal, organisation: str, contact: str, now: datetime) -> Erasing:
    """The work. A Problem (404) for another organisation's person, as for one that is not there."""
    work = Erasing(ours.database, None, organisation, contact, caller.actor, now)
    try:
        if caller.reaches(organisation):
            work.person()
            return work
    except NobodyThere:
        pass  # told as for one that is not theirs
    raise Problem(404, "unknown_contact", f'There is no contact "{contact}" in "{organisation}".')


def latest(work: Erasing) -> Erasure | None:
    """The erasure that was asked for last, if any was."""
    return erasures.get(work.database, work.contact)


def counted(work: Erasing) -> ErasureView:
    """What would go."""
    would = work.would()
    return ErasureView(
        contact=work.contact, organisation=work.organisation, state="counted", goes=_goes(would.counts),
        uncounted=would.uncounted or None,
    )  # fmt: skip


async def ask(ours: Context, work: Erasing, confirm: str | None) -> Erasure:
    """Keeps that it is asked for, and has it begun. A Problem without confirmation, or where somebody is needed."""
    if confirm != work.contact:
        detail = f'It cannot be undone: give the contact\'s id, "{work.contact}", once more as `confirm`.'
        raise invalid("/confirm", detail, code="confirmation_missing")
    try:
        asked = await run_in_threadpool(work.ask)
    except StillNeeded as needed:
        raise Problem(409, "representative_needed", str(needed)) from None
    ours.erasure_asked.set()
    return asked


def view(found: Erasure) -> ErasureView:
    """An erasure as it is told."""
    state: State = "done" if found.ended_at else "running" if found.moved_at else "waiting"
    return ErasureView(
        **found.model_dump(include={"contact", "organisation", "tickets", "done", "asked_at", "ended_at", "failure"}),
        state=state,
        goes=_goes(found.counts),
        by=found.by.role,
        by_id=found.by.id,
    )


def _goes(counts: Counts) -> Goes:
    return Goes(**vars(counts))
