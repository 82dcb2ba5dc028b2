"""R&D: what waiting for a defect means, and what a resolution has to say of its root cause."""

from __future__ import annotations

from domain.base import Model
from domain.words import Cause, ClockKind


class DefectTerms(Model):
    """While a ticket waits for a defect the clocks in `pauses` stand still (PC-05).

    `installation` names the kind of request by which the client can have the release installed (PC-13).
    `workaround` are the severities for which the client is offered a way around it, where there is one (1L-05).
    """

    pauses: tuple[ClockKind, ...] = ()
    installation: str | None = None
    workaround: tuple[str, ...] = ()
    clause: tuple[str, ...] = ()


class RootCauseTerms(Model):
    """A resolution names the root cause; the causes in `with_defect` need a linked defect (TF-17)."""

    with_defect: tuple[Cause, ...] = ()
    clause: tuple[str, ...] = ()
