"""Waiting for a defect, and going on with the release that fixes it (PC-05, PC-13)."""

from __future__ import annotations

from datetime import datetime

from domain import commands as cmd
from domain import events as ev
from domain import keeping
from domain.defects import of_line
from domain.draft import Draft
from domain.errors import DomainError
from domain.rules import commitments, ending, hours, scope
from domain.rules.escalating import enter_level
from domain.rules.kinds import installed_as
from domain.rules.shape import Decisions, in_work
from domain.words import Cause, ClockKind, Contact, Level, ResolutionKind, Status

WHY = "defect"
"""Why a clock stands still while its ticket waits for a defect."""


def _await_defect(draft: Draft, step: cmd.AwaitDefect) -> None:
    """The clocks that the agreement names stand still, and the client reads why, and that there is no date."""
    state = draft.state
    in_work(draft, "wait for a defect")
    if state.awaited is not None:
        raise DomainError(
            "already_waiting_for_defect",
            f"The ticket waits for the defect {state.awaited.defect} already. Leave that one first.",
        )
    wanted = state.severity in state.terms.defects.workaround
    if wanted and step.workaround is None and not step.no_workaround:
        raise DomainError(
            "workaround_missing",
            f'For the severity "{state.severity}" the client is offered a workaround where possible: '
            "give `workaround`, or say with `no_workaround` that there is none.",
        )
    draft.add(ev.DefectAwaited(defect=step.defect, reason=step.reason, workaround=step.workaround or ""))
    keeping.client_heard(draft, Contact.comment)
    keeping.pause(draft, state.stops_for_defect, WHY)


def _leave_defect(draft: Draft, step: cmd.LeaveDefect) -> None:
    awaited = draft.state.awaited
    if awaited is None:
        raise DomainError("not_waiting_for_defect", "The ticket waits for no defect.")
    draft.add(ev.DefectLeft(defect=awaited.defect, reason=step.reason))
    keeping.client_heard(draft, Contact.comment)
    keeping.resume(draft, WHY)


def _hear(draft: Draft, step: cmd.HearDefect) -> None:
    state = draft.state
    awaited = state.awaited
    if awaited is None or awaited.defect != step.defect:
        raise DomainError("not_waiting_for_defect", f"The ticket does not wait for the defect {step.defect}.")
    if step.announcement <= awaited.heard:
        raise DomainError("already_heard", f"Number {step.announcement} of {step.defect} has been heard already.")
    version = state.product.version if state.product else None
    if step.release is not None and of_line(version, step.line):
        _offer(draft, step, step.release)
        return
    before = _left_level(draft) if step.rejected else None
    draft.add(
        ev.DefectNews(
            defect=step.defect,
            announcement=step.announcement,
            text=step.text,
            rejected=step.rejected,
            release=step.release,
            before=before,
            reopen_until=_window(draft) if step.rejected else None,
        )
    )
    if state.active:
        keeping.client_heard(draft, Contact.comment)
    if step.rejected:
        _go_on(draft, before)


def _offer(draft: Draft, step: cmd.HearDefect, release: str) -> None:
    """The ticket goes on at support, and the client is asked whether the release solves it.

    One that was closed with this fix promised stays closed: the promise is kept.
    """
    terms = draft.state.terms
    proposed = draft.state.status is not Status.closed and ResolutionKind.fix in terms.resolutions
    keeps = commitments.keeps(draft.state)
    before = _left_level(draft)
    draft.add(
        ev.ReleaseOffered(
            defect=step.defect,
            announcement=step.announcement,
            release=release,
            text=step.text,
            installation=terms.defects.installation is not None,
            proposed=proposed,
            keeps=keeps,
            before=before,
            reopen_until=_window(draft),
        )
    )
    _go_on(draft, before)
    if keeps:
        commitments.kept(draft, step.text, release)
    if proposed:
        cause = {"cause": Cause.bug, "cause_text": step.defect} if terms.root_cause else {}
        ending.propose(draft, ev.ResolutionProposed(kind=ResolutionKind.fix, text=step.text, release=release, **cause))


def _left_level(draft: Draft) -> Level | None:
    """R&D has done its part: a ticket that is there comes back. None for one that is elsewhere."""
    if draft.state.level is not Level.rnd:
        return None
    keeping.meet(draft, ClockKind.internal)
    return Level.rnd


def _go_on(draft: Draft, before: Level | None) -> None:
    keeping.resume(draft, WHY)
    if before is not None:
        enter_level(draft, before)


def _window(draft: Draft) -> datetime | None:
    """A closed ticket can be reopened for as long after the news as after its closing."""
    state = draft.state
    if state.status is not Status.closed:
        return None
    return state.terms.reopening.within.due(draft.now, state.terms.calendars) or draft.now


def _ask_installation(draft: Draft, step: cmd.AskInstallation) -> None:
    """The client has the release installed: the ticket is worked on again, as the agreement's kind of request."""
    state = draft.state
    kind = state.terms.defects.installation
    if state.release is None:
        raise DomainError("no_release", "No release has been offered on this ticket that could be installed.")
    if kind is None:
        raise DomainError("installation_not_offered", "The agreement offers no installation. Open a new request.")
    if state.status is Status.closed:
        ending.reopen(draft, cmd.Reopen(reason=step.text))
    asked = ev.InstallationAsked(release=state.release, text=step.text)
    if draft.state.status is Status.resolved:
        ending.take_back(draft, asked)
    else:
        draft.add(asked)
    if installed_as(draft.state) is None:
        hours.unmoved(draft.state, step.booked)
    else:
        scope.DECISIONS[cmd.Classify](draft, cmd.Classify(kind=kind, reason=step.text, booked=step.booked))


DECISIONS: Decisions = {
    cmd.AwaitDefect: _await_defect,
    cmd.LeaveDefect: _leave_defect,
    cmd.HearDefect: _hear,
    cmd.AskInstallation: _ask_installation,
}
