"""Commitments that closed a ticket and are tracked until they are kept (TF-11)."""

from __future__ import annotations

from datetime import datetime

from domain import commands as cmd
from domain import events as ev
from domain.draft import Draft
from domain.errors import DomainError
from domain.rules.shape import Decisions
from domain.ticket import Ticket
from domain.words import ResolutionKind


def promised(draft: Draft, step: cmd.Resolve) -> datetime | None:
    """The instant by which a resolution is to be kept; None where its kind is no commitment.

    DomainError: `promise_needs_a_date`, `promise_in_the_past`, `promise_not_tracked`.
    """
    tracked = draft.state.terms.tracked
    if step.kind not in tracked:
        if step.promised_by is not None:
            kinds = f"only {', '.join(tracked)} is tracked" if tracked else "the agreement tracks no commitments"
            raise DomainError(
                "promise_not_tracked", f"Nobody would follow this date: {kinds}. Leave `promised_by` out."
            )
        return None
    if step.promised_by is None:
        raise DomainError(
            "promise_needs_a_date", f'A resolution of the kind "{step.kind}" is a promise: say with `promised_by` when.'
        )
    if step.promised_by <= draft.now:
        raise DomainError("promise_in_the_past", "`promised_by` has passed already. Promise a later instant.")
    return step.promised_by


def _keep(draft: Draft, step: cmd.KeepCommitment) -> None:
    """What was promised is done: the client is told, and can reopen from now on if it does not hold."""
    if draft.state.open_commitment is None:
        raise DomainError("nothing_promised", "No commitment of this ticket is open.")
    kept(draft, step.text)


def keeps(state: Ticket) -> bool:
    """Whether a release for the ticket's defect is what was promised: a promised fix that waited for it (TF-11)."""
    open_one = state.open_commitment
    return open_one is not None and open_one.kind is ResolutionKind.promised_fix


def kept(draft: Draft, text: str, release: str | None = None) -> None:
    """The open commitment is kept now, by a person's word or by a release."""
    state = draft.state
    open_one = state.open_commitment
    assert open_one is not None  # the caller has looked
    late = int((draft.now - open_one.promised_by).total_seconds()) if open_one.promised_by else 0
    window = state.terms.reopening.within.due(draft.now, state.terms.calendars)
    draft.add(ev.CommitmentKept(text=text, late=max(0, late), release=release, reopen_until=window))


DECISIONS: Decisions = {cmd.KeepCommitment: _keep}
