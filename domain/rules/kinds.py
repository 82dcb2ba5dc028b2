"""Which kind of request a step makes of a ticket, and whether that takes it to another level."""

from __future__ import annotations

from domain import commands as cmd
from domain.terms import RequestTerms
from domain.ticket import Ticket
from domain.words import Cover, Level


def moves(state: Ticket, request: RequestTerms) -> bool:
    """Whether the kind takes the ticket elsewhere: not back from where work of level 1 was passed on to meanwhile."""
    if request.cover is Cover.not_handled:
        return False
    if request.level is Level.support:
        before = state.request_terms
        return state.level is not Level.support and before is not None and before.level is not Level.support
    return request.level is not state.level


def installed_as(state: Ticket) -> str | None:
    """The kind that the ticket becomes when the installation is asked for; None where it is that already, and there."""
    kind = state.terms.defects.installation
    if kind is None or (kind == state.kind and not moves(state, state.terms.requests[kind])):
        return None
    return kind


def becomes(state: Ticket, step: cmd.Step) -> str | None:
    """The kind that `step` classifies the ticket as; None where it changes nothing about that."""
    if isinstance(step, cmd.AskInstallation):
        return installed_as(state)
    return step.kind if isinstance(step, cmd.Classify) and step.kind in state.terms.requests else None
