"""What a monitor says of a ticket: its alert fires again, or has ended."""

from __future__ import annotations

from domain import commands as cmd
from domain import events as ev
from domain.draft import Draft
from domain.rules import ending, provider
from domain.rules.shape import Decisions
from domain.words import Status


def _fired(draft: Draft, step: cmd.AlertFired) -> None:
    """A word on an open ticket; a closed one is reopened, and a proposal that waits for consent is taken back.

    The state decides, not whoever looked it up: the ticket may have been closed or reopened since.
    """
    status = draft.state.status
    if status in (Status.closed, Status.archived):
        ending.reopen(draft, cmd.Reopen(reason=step.text))
    elif status is Status.resolved:
        ending.take_back(draft, ev.ResolutionRefused(reason=step.text))
    else:
        draft.add(ev.AlertRepeated(started_at=step.started_at, text=step.text))


def _cleared(draft: Draft, step: cmd.AlertCleared) -> None:
    draft.add(ev.CommentAdded(text=step.text))
    provider.cleared(draft, step.ended_at, step.text)
    if draft.state.active:
        draft.add(ev.ResolutionSuggested(text=step.text))


DECISIONS: Decisions = {cmd.AlertFired: _fired, cmd.AlertCleared: _cleared}
