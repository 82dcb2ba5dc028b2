"""A scenario under an agreement: the whole life of its ticket, with every message and every clock."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, get_args
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ValidationError

from domain.clock import Clock
from domain.commands import Actor, Filer, Open, Product, Step
from domain.events import Event
from domain.hours import Package
from domain.messages import Message, messages
from domain.terms import Terms
from domain.ticket import Ticket
from domain.words import Party
from foresight.account import Account
from foresight.instants import beside, instant, later
from foresight.mapping import near
from foresight.scenario import WHO, Move, Scenario
from foresight.simulator import Life, Refused, begin

STEPS: dict[str, type[BaseModel]] = {
    str(step.model_fields["type"].default): step for step in get_args(get_args(Step)[0])
}
"""The domain's steps by their names."""

TEXTS = {"text": "As in the scenario.", "reason": "As in the scenario.", "question": "As in the scenario."}
"""What a step has to say and the scenario does not: a scenario is about when, not about words."""


class ScenarioError(ValueError):
    """The scenario cannot be played; `place` is the path in it: ("steps", 2)."""

    def __init__(self, message: str, *place: str | int) -> None:
        super().__init__(message)
        self.place = place


@dataclass(frozen=True)
class Sent:
    """A message, and when it went out."""

    at: datetime
    message: Message


@dataclass
class Played:
    """What a scenario came to. `clocks` holds every promise in its last shape, in the order they began."""

    scenario: Scenario
    life: Life
    sent: list[Sent]
    clocks: dict[int, Clock]
    ended_at: datetime
    refused: list[tuple[Move, Refused]]
    """The steps that the rules refused without the scenario's expecting it."""

    @property
    def state(self) -> Ticket:
        """The ticket at the end."""
        return self.life.state

    @property
    def events(self) -> list[Event]:
        """Everything that happened, in its order."""
        return self.life.events


def play(scenario: Scenario, terms: Terms) -> Played:
    """The life of the scenario's ticket under these terms.

    ScenarioError where a time or a step cannot be understood; DomainError when the agreement does not serve it.
    """
    sent: list[Sent] = []
    clocks: dict[int, Clock] = {}

    def watch(state: Ticket, event: Event) -> None:
        clocks.update({clock.number: clock for clock in state.clocks})
        sent.extend(Sent(event.at, message) for message in messages(state, event))

    opened_at = _instant(scenario.opened, terms, "opened")
    account = Account(_packages(scenario, terms))
    life = begin(_opening(scenario, terms), _actor(scenario.by), opened_at, account=account, watch=watch)
    refused: list[tuple[Move, Refused]] = []
    for number, move in enumerate(scenario.steps):
        refusal = _make(life, move, number)
        if (refusal.code if refusal else None) != move.refused:
            if refusal is None:
                raise ScenarioError(f'is accepted, and was to be refused as "{move.refused}"', "steps", number)
            refused.append((move, refusal))
    end = _end(scenario, life)
    life.until(end)
    return Played(scenario, life, sent, dict(sorted(clocks.items())), end, refused)


def _make(life: Life, move: Move, number: int) -> Refused | None:
    at = _when(life, move, number)
    if at < life.now:
        zone = ZoneInfo(life.state.terms.zone)
        mine, before = (f"{one.astimezone(zone):%Y-%m-%d %H:%M}" for one in (at, life.now))
        raise ScenarioError(
            f"would be at {mine}, before what comes before it ({before} {zone.key}): steps stand in the order of time",
            "steps",
            number,
        )
    life.until(at, before=True)
    step = _step(life, move, number)
    outcome = life.do(at, _actor(move.who), step, f"step-{number + 1}")
    return outcome if isinstance(outcome, Refused) else None


def _when(life: Life, move: Move, number: int) -> datetime:
    terms = life.state.terms
    try:
        if move.after is not None:
            return later(move.after, life.now, terms, move.on)
        if move.at is not None:
            return beside(move.at, life.state) or instant(move.at, terms.zone)
    except ValueError as error:
        raise ScenarioError(str(error), "steps", number) from None
    return life.now


def _step(life: Life, move: Move, number: int) -> Step:
    kind = STEPS.get(move.step)
    if kind is None:
        meant = near(move.step, sorted(STEPS))
        raise ScenarioError(f'there is no step "{move.step}"; {meant}there are {", ".join(STEPS)}', "steps", number)
    told = dict(move.told)
    fields = kind.model_fields
    needed = [name for name in TEXTS if name in fields and fields[name].is_required() and name not in told]
    told |= {name: TEXTS[name] for name in needed}
    told |= _known(life.state, move.step, told)
    if isinstance(told.get("severity"), int):
        told["severity"] = _severity(told["severity"], life.state.terms)
    told = {name: _instant_of(fields, name, value, life.state.terms.zone) for name, value in told.items()}
    try:
        return kind.model_validate(told)  # type: ignore[return-value]  # every one of them is a Step
    except ValidationError as error:
        told_of = "; ".join(f"{'.'.join(map(str, one['loc'])) or move.step}: {one['msg']}" for one in error.errors())
        raise ScenarioError(told_of, "steps", number) from None


def _known(state: Ticket, step: str, told: dict[str, Any]) -> dict[str, Any]:
    """What only has one sensible value at that moment: the open quote, how staff reached the client."""
    if step in ("accept_quote", "refuse_quote") and "quote" not in told and state.quote is not None:
        return {"quote": state.quote.number}
    return {"means": "email"} if step == "acknowledge" and "means" not in told else {}


def _instant_of(fields: dict[str, Any], name: str, value: Any, zone: str) -> Any:
    """A wall clock where the step wants an instant."""
    if isinstance(value, str) and name in fields and "datetime" in str(fields[name].annotation):
        try:
            return instant(value, zone)
        except ValueError:
            return value
    return value


def _opening(scenario: Scenario, terms: Terms) -> Open:
    filed, contract = scenario.ticket, scenario.contract
    product = Product.model_validate({"registered": contract.registered, **filed.product}) if filed.product else None
    try:
        return Open(
            ticket="SIMULATED",
            subject=filed.subject,
            description=filed.description,
            channel=filed.channel,
            organisation="the-client",
            contract="the-contract",
            contact="the-client",
            language=filed.language,
            severity=_severity(filed.severity, terms),
            terms=terms,
            kind=filed.kind,
            impact=filed.impact,
            intake=filed.intake,
            product=product,
            filer=Filer(role=filed.filer),
            covers=contract.covers,
            has_registered=contract.registered if terms.served.registered else None,
            accepted=contract.accepted,
            success_manager=contract.success_manager,
            representatives={Party.client: "the-client", Party.provider: "the-manager"},
        )
    except ValidationError as error:
        told = "; ".join(f"{'.'.join(map(str, one['loc']))}: {one['msg']}" for one in error.errors())
        raise ScenarioError(told, "ticket") from None


def _severity(wanted: str | int | None, terms: Terms) -> str | None:
    """A severity by its name, or by its place from the most severe (1) on, so that one scenario fits two agreements."""
    known = list(terms.severities)
    return known[min(max(wanted, 1), len(known)) - 1] if isinstance(wanted, int) else wanted


def _packages(scenario: Scenario, terms: Terms) -> Iterator[Package]:
    for number, sold in enumerate(scenario.hours, 1):
        bought, expires = (_instant(text, terms, "hours", number - 1) for text in (sold.bought, sold.expires))
        yield Package(id=f"package-{number}", minutes=sold.minutes, bought_at=bought, expires_at=expires)


def _end(scenario: Scenario, life: Life) -> datetime:
    terms = life.state.terms
    try:
        return max(life.now, instant(scenario.until, terms.zone))
    except ValueError:
        try:
            return later(scenario.until, life.now, terms, None)
        except ValueError as error:
            raise ScenarioError(str(error), "until") from None


def _actor(who: str) -> Actor:
    return Actor(role=WHO[who], id=f"the-{who}")


def _instant(text: str, terms: Terms, *place: str | int) -> datetime:
    try:
        return instant(text, terms.zone)
    except ValueError as error:
        raise ScenarioError(str(error), *place) from None
