"""What is covered: kinds of request, who is served, what the intake asks for, what is excluded."""

from __future__ import annotations

from typing import Literal

from domain.base import Model
from domain.terms.promises import Title
from domain.words import ClockKind, ContactRole, Cover, Level, Stage


class RequestTerms(Model):
    """A kind of request: where it is treated, who pays, how much work it may take.

    `needs_cover` names the contract cover that must be in force (`maintenance`), `needs` the intake facts that must be
    true. `cap` is in minutes of counted work; what needs more is handed over to level `over`. `way` is what stays open
    to the client where the request is not treated under this agreement.
    """

    title: Title
    level: Level = Level.support
    group: str | None = None
    cover: Cover = Cover.included
    needs_cover: str | None = None
    needs: tuple[str, ...] = ()
    cap: int | None = None
    over: Level | None = None
    over_group: str | None = None
    way: Title = {}
    clause: tuple[str, ...] = ()
    assumed: str | None = None


class IntakeItem(Model):
    """Something the client is asked for at intake. A `fact` is answered with yes or no.

    `description`, `impact`, `product` (with version and serial number) and `contact` are given by the ticket itself.

    While it is missing the clocks in `holds` stand still, and with `before_work` no intervention begins. The answer
    "no" to a fact with `refuses` means that the request is not treated; `way` says what stays open.
    """

    title: Title
    kind: Literal["text", "fact", "description", "impact", "product", "contact"] = "text"
    requests: tuple[str, ...] = ()
    """Kinds of request that need it; empty: all."""
    severities: tuple[str, ...] = ()
    holds: tuple[ClockKind, ...] = ()
    before_work: bool = False
    refuses: bool = False
    standing: bool = False
    """Given once for the organisation, not again for each ticket (an administrator code)."""
    way: Title = {}
    clause: tuple[str, ...] = ()
    assumed: str | None = None


class Exclusion(Model):
    """What is not covered, and the way that stays open to the client."""

    title: Title
    way: Title = {}
    clause: tuple[str, ...] = ()
    assumed: str | None = None


class ServedTerms(Model):
    """Who and what is served.

    `covers`: what valid contracts must cover for anything to be served; `contract_way` is what stays open to a client
    without them.
    `contacts`: roles that may file; others are referred to those contacts. `where_named`: only where the organisation
    has named some. `versions`: how many of the most recent versions are supported; `stages` those that are.
    `registered`: the product must be registered. `languages`: only these are served (empty: every one is, in the
    fallback language). `referral` is the sentence that refers somebody to the contacts who may file.
    """

    covers: tuple[str, ...] = ()
    contract_clause: tuple[str, ...] = ()
    contract_way: Title = {}
    contacts: tuple[ContactRole, ...] = ()
    where_named: bool = False
    contacts_clause: tuple[str, ...] = ()
    versions: int | None = None
    stages: tuple[Stage, ...] = tuple(Stage)
    end_of_life: bool = True
    """Whether versions past their end of life are still served."""
    versions_clause: tuple[str, ...] = ()
    versions_way: Title = {}
    registered: bool = False
    registered_clause: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    languages_clause: tuple[str, ...] = ()
    before_acceptance: Level | None = None
    """Where requests go until the implementation project is accepted (PC-16)."""
    before_acceptance_group: str | None = None
