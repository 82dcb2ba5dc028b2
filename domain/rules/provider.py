"""Interruptions of our own services: since when, until when, and whose fault (TF-14)."""

from __future__ import annotations

from datetime import datetime

from domain import commands as cmd
from domain import events as ev
from domain.draft import Draft
from domain.errors import DomainError
from domain.holdings import Interruption
from domain.rules.shape import Decisions


def check_opening(opening: cmd.Open, now: datetime) -> None:
    """Refuses a ticket about an outage that is still to come."""
    if opening.down_since is not None and opening.down_since > now:
        raise DomainError(
            "down_in_the_future", "`down_since` is still to come. An interruption begins when it is here."
        )


def up_again(draft: Draft) -> None:
    """Refuses to call an interruption solved while the service is down."""
    interruption = draft.state.interruption
    if interruption is not None and interruption.up_at is None:
        raise DomainError(
            "service_still_down",
            f'The service "{interruption.service}" counts as down. Say first since when it is up again (restoration).',
        )


def cleared(draft: Draft, ended_at: datetime, text: str) -> None:
    """The monitor saw the outage end; what a person of ours has said of its end stands."""
    interruption = draft.state.interruption
    if interruption is not None and interruption.up_at is None:
        draft.add(ev.ServiceRestored(up_at=max(ended_at, interruption.down_since), text=text))


def _restore(draft: Draft, step: cmd.RestoreService) -> None:
    """Since when it is up again; said again, it corrects what was said before."""
    interruption = _about(draft)
    down_since = step.down_since or interruption.down_since
    if step.up_at > draft.now or step.up_at < down_since:
        raise DomainError(
            "not_within_the_outage",
            f"`up_at` must lie between the outage's beginning ({down_since.isoformat()}) and now.",
        )
    draft.add(ev.ServiceRestored(up_at=step.up_at, text=step.text, down_since=step.down_since))


def _attribute(draft: Draft, step: cmd.AttributeOutage) -> None:
    if _about(draft).fault is step.fault:
        raise DomainError("already_attributed", f"The outage is attributed to: {step.fault}, already.")
    draft.add(ev.OutageAttributed(fault=step.fault, reason=step.reason))


def _about(draft: Draft) -> Interruption:
    interruption = draft.state.interruption
    if interruption is None:
        raise DomainError(
            "no_interruption", "The ticket is about no interruption of a service. Open one that names the `service`."
        )
    return interruption


DECISIONS: Decisions = {cmd.RestoreService: _restore, cmd.AttributeOutage: _attribute}
