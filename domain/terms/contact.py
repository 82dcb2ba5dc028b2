"""How client and support reach one another: preferred channels, updates, whom to turn to."""

from __future__ import annotations

from typing import Literal

from domain.base import Model
from domain.target import Target
from domain.words import Channel, Level, Means

Evaluated = Literal["assignee", "kind", "severity", "impact"]


class CallTerms(Model):
    """Severities at which the client is called for each update; `retry`: when again, where nobody answers.

    `tell` is the role that learns of a call that was not made in time.
    """

    severities: tuple[str, ...]
    retry: Target
    tell: str = "manager"
    clause: tuple[str, ...] = ()
    assumed: str | None = None


class ContactTerms(Model):
    """Channels by severity, and what has to stand before the first response.

    `preferred`: how the client best reaches us (TF-01). `updates_by`: the means that carry an update; `updates_also`:
    where it is shown besides (TF-13); `calls`: where the client is called for it.
    `before_response`: what is set before the first response (OL-08).
    `interval_agreed`: another update interval can be agreed for a ticket (OL-17). `continuous`: severities worked on
    without a break: always assigned, paused only for the client (OL-18). `stays`: the level that stays the client's
    contact whoever works on the ticket (OL-24). `on_demand`: the role that is told when a client who is not satisfied
    asks for somebody higher up (OL-12). Whom to turn to for a subject is asked of the agreement, not of a ticket.
    """

    preferred: dict[str, tuple[Channel, ...]] = {}
    preferred_clause: tuple[str, ...] = ()
    updates_by: tuple[Means, ...] = ()
    updates_also: dict[str, tuple[Channel, ...]] = {}
    calls: CallTerms | None = None
    before_response: tuple[Evaluated, ...] = ()
    interval_agreed: bool = False
    continuous: tuple[str, ...] = ()
    stays: Level | None = None
    on_demand: str = "manager"
