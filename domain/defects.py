"""A defect: a known error at R&D, and the announcements that tickets which wait for it are told. Pure.

Its state keeps counters and no ticket, so it stays small however many wait; its announcements are kept in the store.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from domain.base import Instant, Model
from domain.commands import SYSTEM, Actor, Command, HearDefect, Line, Name, Text
from domain.errors import DomainError

DefectId = Annotated[str, StringConstraints(strip_whitespace=True, pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,59}$")]
"""Short enough that with the number of an announcement it is the id of a command."""


class DefectStatus(StrEnum):
    """`fixed` for every version; `rejected` will never be; `closed` no further. The last two are final."""

    open = "open"
    fixed = "fixed"
    rejected = "rejected"
    closed = "closed"


SETTLED = (DefectStatus.rejected, DefectStatus.closed)


class News(StrEnum):
    """What an announcement says."""

    answer = "answer"
    release = "release"
    rejected = "rejected"
    closed = "closed"


class OpenDefect(Model):
    """R&D, or support for it, opens a defect."""

    type: Literal["open_defect"] = "open_defect"
    title: Line
    description: Text
    product: Name | None = None


class AnswerDefect(Model):
    """R&D's answer, for every client who waits."""

    type: Literal["answer_defect"] = "answer_defect"
    text: Text


class FixDefect(Model):
    """A release carries the fix; with `line` ("11") only the versions of that line have it."""

    type: Literal["fix_defect"] = "fix_defect"
    release: Line
    line: Line | None = None
    text: Text


class RejectDefect(Model):
    """It will not be fixed; the text says why, to every client who waits."""

    type: Literal["reject_defect"] = "reject_defect"
    text: Text


class CloseDefect(Model):
    """No further version will be fixed: those who still wait are told so."""

    type: Literal["close_defect"] = "close_defect"
    text: Text


DefectStep = Annotated[OpenDefect | AnswerDefect | FixDefect | RejectDefect | CloseDefect, Field(discriminator="type")]


class DefectCommand(Model):
    """A step with who asks for it. `id` is the idempotency key; `digest` tells the same body from another one."""

    id: Name
    digest: str = ""
    by: Actor
    step: DefectStep


class Announcement(Model):
    """News number `number` of a defect, counted from 1; made by `command`."""

    number: int
    at: Instant
    by: Actor
    kind: News
    text: Text
    release: Line | None = None
    line: Line | None = None
    command: Name
    digest: str = ""

    def fits(self, version: str | None) -> bool:
        """Whether it is about that version of the product; an unknown one may be any."""
        return of_line(version, self.line)


class Defect(Model):
    """`announcements` counts its news; `fixed_in` names, for each line ("" for all versions), the release."""

    id: DefectId
    title: Line
    description: Text
    product: Name | None = None
    opened_at: Instant
    opened_by: Actor
    status: DefectStatus = DefectStatus.open
    announcements: int = 0
    last: Announcement | None = None
    fixed_in: dict[str, str] = {}

    @property
    def settled(self) -> bool:
        """Nothing more will come."""
        return self.status in SETTLED


def of_line(version: str | None, line: str | None) -> bool:
    """Whether a version ("11.4.2") is of a line ("11", "11.4"). Unknown versions are of every line, and all of none."""
    return line is None or version is None or version == line or version.startswith(f"{line}.")


def open_defect(defect: str, step: OpenDefect, by: Actor, now: Instant) -> Defect:
    """A new defect."""
    return Defect(
        id=defect, title=step.title, description=step.description, product=step.product, opened_at=now, opened_by=by
    )


def announce(state: Defect, command: DefectCommand, now: Instant) -> Announcement:
    """The announcement that a command makes. DomainError when the rules refuse it, and nothing has changed."""
    step = command.step
    if isinstance(step, OpenDefect):
        raise DomainError("defect_exists", f'There is a defect "{state.id}" already. Choose another id, or use it.')
    if state.settled:
        raise DomainError("defect_settled", f"The defect is {state.status}: nothing more comes of it. Open a new one.")
    about: dict[str, Line | None] = {}
    if isinstance(step, FixDefect):
        if state.fixed_in.get(step.line or "") == step.release:
            raise DomainError("already_fixed_there", f"That it is fixed in {step.release} has been announced already.")
        about = {"release": step.release, "line": step.line}
    if isinstance(step, CloseDefect) and not state.fixed_in:
        raise DomainError("defect_not_fixed", "No release fixes it yet. Publish one, or reject it and say why.")
    return Announcement(
        number=state.announcements + 1,
        at=now,
        by=command.by,
        kind=_KINDS[type(step)],
        text=step.text,
        command=command.id,
        digest=command.digest,
        **about,
    )


_KINDS: dict[type, News] = {
    AnswerDefect: News.answer,
    FixDefect: News.release,
    RejectDefect: News.rejected,
    CloseDefect: News.closed,
}


def follow(state: Defect, announcement: Announcement) -> Defect:
    """The defect after an announcement."""
    changes: dict[str, object] = {"announcements": announcement.number, "last": announcement}
    if announcement.kind is News.release:
        changes["fixed_in"] = {**state.fixed_in, announcement.line or "": announcement.release}
        if announcement.line is None:
            changes["status"] = DefectStatus.fixed
    elif announcement.kind is not News.answer:
        changes["status"] = DefectStatus(announcement.kind)
    return state.model_copy(update=changes)


def to_tell(
    announcements: Iterable[Announcement], *, heard: int, since: Instant, version: str | None
) -> list[Announcement]:
    """What a ticket that waits `since` then still has to hear, in order.

    Of what was said before it began to wait only what holds now: the rejection, else the last release for its version,
    else the last word.
    """
    unheard = [one for one in announcements if one.number > heard]
    before = [one for one in unheard if one.at < since]
    rest = [one for one in unheard if one.at >= since]
    final = [one for one in before if one.kind in (News.rejected, News.closed)]
    fixes = [one for one in before if one.kind is News.release and one.fits(version)]
    return [*(fixes or final or before)[-1:], *rest]


def told(defect: str, announcement: Announcement) -> Command:
    """The command by which a ticket hears of it: its id is the same however often it is sent."""
    return Command(
        id=f"{defect}:{announcement.number}",
        by=SYSTEM,
        step=HearDefect(
            defect=defect,
            announcement=announcement.number,
            text=announcement.text,
            release=announcement.release,
            line=announcement.line,
            rejected=announcement.kind in (News.rejected, News.closed),
        ),
    )
