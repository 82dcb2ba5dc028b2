"""The intervention report: what was worked on a ticket, who pays for it, and what the packages still hold (1L-21)."""

from __future__ import annotations

from datetime import datetime

from domain.base import Instant, Model
from domain.ticket import Ticket
from domain.words import Cover, Work


class ReportLine(Model):
    """One intervention; minutes as worked, as counted, and what of it is charged to `cover`."""

    number: int
    work: Work
    began_at: Instant
    worked: int
    counted: int
    charged: int
    cover: Cover
    text: str


class Report(Model):
    """A ticket's report as it stands at `made_at`; all in minutes.

    `taken` is what the ticket has taken from each package; `left` what the packages held in all when it last did,
    absent where it never took any.
    """

    ticket: str
    subject: str
    organisation: str
    language: str
    zone: str
    made_at: Instant
    lines: tuple[ReportLine, ...] = ()
    taken: dict[str, int] = {}
    left: int | None = None

    def total(self, column: str, cover: Cover | None = None) -> int:
        """The sum of `worked`, `counted` or `charged`, of all lines or of those charged to `cover`."""
        return sum(int(getattr(line, column)) for line in self.lines if cover in (None, line.cover))


def report_of(state: Ticket, made_at: datetime) -> Report:
    """The report of every intervention on the ticket so far."""
    return Report(
        ticket=state.id,
        subject=state.subject,
        organisation=state.organisation,
        language=state.terms.language(state.language),
        zone=state.terms.zone,
        made_at=made_at,
        lines=tuple(
            ReportLine.model_validate({name: getattr(entry, name) for name in ReportLine.model_fields})
            for entry in state.entries
        ),
        taken=state.taken,
        left=state.hours_left,
    )
