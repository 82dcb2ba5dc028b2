"""How a ticket ends and comes back: a proposal, consent or refusal, closing, reopening."""

from __future__ import annotations

from domain import commands as cmd
from domain import evaluation, keeping
from domain import events as ev
from domain.clock import Clock
from domain.draft import Draft
from domain.errors import DomainError
from domain.events import Fact
from domain.rules import commitments, hours, provider
from domain.rules.causes import require_cause
from domain.rules.shape import Decisions
from domain.words import STAFF, ClockKind, Closing, Contact, Party, Status, Verdict


def _resolve(draft: Draft, step: cmd.Resolve) -> None:
    """Proposes a resolution; another proposal takes the place of the one that waits for consent."""
    state = draft.state
    if step.kind not in state.terms.resolutions:
        known = ", ".join(state.terms.resolutions)
        raise DomainError("unknown_resolution", f'The agreement knows no resolution "{step.kind}"; it has {known}.')
    require_cause(draft, step)
    promised_by = commitments.promised(draft, step)
    provider.up_again(draft)
    propose(
        draft,
        ev.ResolutionProposed.made(
            kind=step.kind,
            text=step.text,
            cause=step.cause,
            cause_text=step.cause_text or "",
            promised_by=promised_by,
            attachments=step.attachments,
        ),
    )
    hours.report(draft)


def propose(draft: Draft, proposal: ev.ResolutionProposed) -> None:
    """Asks for consent to a proposal, which takes the place of the one that waits for it."""
    state = draft.state
    if state.status is Status.resolved:
        keeping.meet(draft, ClockKind.consent)
        # The proposal that is accepted is the one that counts (TF-11): the clock goes on to the newest one.
        _go_on_from_consent(draft)
    consent = state.terms.consent
    remind_at = consent.remind.due(draft.now, state.terms.calendars) if consent.remind else None
    _stop_for_consent(draft)
    draft.add(proposal.model_copy(update={"remind_at": remind_at}))
    keeping.start(draft, ClockKind.consent, consent.silence)


def _stop_for_consent(draft: Draft) -> None:
    """While consent is asked, reminders take the place of updates and the other clocks stand still."""
    terms = draft.state.terms
    evaluation.require(draft, Contact.resolution)
    if Contact.resolution in terms.first_response:
        keeping.meet(draft, ClockKind.response)
    update = draft.state.clock(ClockKind.update)
    if update is not None and Contact.resolution in terms.update_kept_by:
        keeping.end(draft, update, Verdict.met)
    elif update is not None:
        keeping.end(draft, update, Verdict.cancelled, reason="consent is asked")
    keeping.meet(draft, ClockKind.internal)
    keeping.resume(draft, "waiting")
    keeping.pause(draft, (ClockKind.resolution,), "consent")


def _go_on_from_consent(draft: Draft) -> None:
    never_stopped = draft.state.terms.consent.refusal == "as_if_never_stopped"
    keeping.resume(draft, "consent", as_if_never_stopped=never_stopped)


def _consent(draft: Draft, step: cmd.Consent) -> None:
    """One side agrees; the ticket closes when the last one that is needed has."""
    state = draft.state
    resolution = state.resolution
    if state.status is not Status.resolved or resolution is None:
        raise DomainError("nothing_to_consent", "No resolution is waiting for consent.")
    party, needed = draft.by.party, state.terms.consent.of
    if party is None or party not in needed:
        raise DomainError("not_yours_to_consent", f"The agreement asks for the consent of: {', '.join(needed)}.")
    if party in resolution.consents:
        raise DomainError("already_consented", "This side has consented already; the other one is being asked.")
    named = state.representative(party)
    if named is not None and draft.by.id != named:
        raise DomainError(
            "not_the_representative", f'The contract names who agrees for this side, the {party}: only "{named}" can.'
        )
    draft.add(ev.ConsentGiven.made(party=party))
    if set(needed) <= {*resolution.consents, party}:
        close(draft, Closing.consent)


def _refuse(draft: Draft, step: cmd.Refuse) -> None:
    """It is not solved: the ticket is worked on again, with its clocks."""
    state = draft.state
    if state.status is not Status.resolved:
        raise DomainError("nothing_to_refuse", "No resolution is waiting for consent.")
    if draft.by.party is not Party.client and draft.by.party not in state.terms.consent.of:
        raise DomainError("not_yours_to_refuse", "Only a side whose consent is asked can refuse.")
    take_back(draft, ev.ResolutionRefused.made(reason=step.reason, attachments=step.attachments))


def take_back(draft: Draft, fact: Fact) -> None:
    """What takes a proposal away: the ticket is worked on again, with its clocks."""
    keeping.meet(draft, ClockKind.consent)
    draft.add(fact)
    _go_on_from_consent(draft)
    keeping.start(draft, ClockKind.update, draft.state.promised(ClockKind.update))
    keeping.start(draft, ClockKind.internal, draft.state.level_terms.internal)


def _withdraw(draft: Draft, step: cmd.Withdraw) -> None:
    """The client no longer needs it."""
    close(draft, Closing.withdrawn, step.reason)


def close(draft: Draft, closing: Closing, reason: str = "") -> None:
    """Closes the ticket: every clock gets its verdict, and the reopening window begins."""
    state = draft.state
    accepted = state.resolution.proposed_at if state.resolution else None
    if closing not in (Closing.withdrawn, Closing.not_covered):
        # The target is met when the proposal was made that closed the ticket (TF-11), not when it was accepted.
        keeping.meet(draft, ClockKind.resolution, at=accepted)
    if closing is Closing.consent:
        keeping.meet(draft, ClockKind.consent)
    keeping.cancel_all(draft, reason=f"closed: {closing}")
    window = state.terms.reopening.within.due(draft.now, state.terms.calendars)
    draft.add(ev.TicketClosed.made(closing=closing, reason=reason, reopen_until=window or draft.now))


def reopen(draft: Draft, step: cmd.Reopen) -> None:
    """The problem came back: the clocks go on, or start afresh, as the agreement says."""
    state = draft.state
    if state.active or state.status is Status.resolved:
        raise DomainError("not_closed", "The ticket is not closed. Add a comment, or refuse the resolution.")
    if state.status is Status.archived and draft.by.role not in STAFF:
        raise DomainError(
            "reopening_window_over", "The time for reopening is over. Open a new ticket and name this one, or ask us."
        )
    ended = state.clocks
    draft.add(ev.TicketReopened.made(reason=step.reason, attachments=step.attachments))
    if state.terms.reopening.clocks == "afresh":
        keeping.start_promised(draft)
    else:
        _carry_on(draft, ended)
        keeping.start(draft, ClockKind.update, draft.state.promised(ClockKind.update))
    keeping.start(draft, ClockKind.internal, state.level_terms.internal)


def _carry_on(draft: Draft, ended: tuple[Clock, ...]) -> None:
    """Response, where none was given yet, and resolution go on with what was left of them.

    One that was missed has had its verdict.
    """
    state = draft.state
    for kind in (ClockKind.response, ClockKind.resolution):
        target = state.promised(kind)
        last = next((clock for clock in reversed(ended) if clock.kind is kind), None)
        if target is None or last is None or last.missed_due is not None:
            continue
        if kind is ClockKind.resolution or not state.answered:
            keeping.carry_on(draft, last, target)


DECISIONS: Decisions = {
    cmd.Resolve: _resolve,
    cmd.Consent: _consent,
    cmd.Refuse: _refuse,
    cmd.Reopen: reopen,
    cmd.Withdraw: _withdraw,
}
