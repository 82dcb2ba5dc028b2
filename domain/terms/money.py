"""Hours and money: packages, how time is counted, quotes, the intervention report."""

from __future__ import annotations

from domain.base import Model
from domain.target import Target
from domain.words import Work


class HoursTerms(Model):
    """Hour packages. `sizes` in hours; `step` in minutes: each one started counts; `warn_at` in percent used."""

    sizes: tuple[int, ...]
    validity: Target
    step: int = 15
    warn_at: int = 80
    kinds: tuple[Work, ...] = tuple(Work)
    clause: tuple[str, ...] = ()


class QuoteTerms(Model):
    """Quotes. `first`: no billable work before one is accepted. `valid` is how long a quote stands."""

    first: bool = False
    valid: Target
    clause: tuple[str, ...] = ()


class ReportTerms(Model):
    """The client receives an intervention report when the work is done (1L-21)."""

    clause: tuple[str, ...] = ()
