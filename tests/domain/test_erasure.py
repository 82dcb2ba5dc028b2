"""What people wrote goes, what was promised and kept stays."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, get_args

import pytest
from pydantic import BaseModel

from domain.commands import Erase, Resolve
from domain.erasure import AGREED, DROPPED, ERASED, TEXTS, erased
from domain.events import Event, Fact
from domain.evolve import evolve, rebuild
from domain.holdings import Quote
from domain.ticket import Ticket
from tests.factories import ANNA, BOB, DAY, Life, a_whole_life

SECRET = "Zoé Müller"

KEPT = {
    # ids, and words of the agreement, of the product or of ours
    "actor", "agreement", "assignee", "before", "by", "cause", "clause", "clock", "code", "contact", "contract",
    "currency", "defect", "digest", "episode", "exclusion", "fingerprint", "group", "id", "impact", "kind", "language",
    "level", "line", "monitor", "name", "organisation", "package", "paused_by", "reason_code", "region", "release",
    "revision", "rollout", "service", "severity", "severity_asked", "skipped", "source", "success_manager", "tell",
    "ticket", "type", "version", "words", "alarm", "also", "others", "items", "missing", "covers", "media_type",
    "sha256", "taken_by", "tickets", "taken", "charged", "asked", "representatives", "given", "supplied", "taken_back",
    "moved", "alarms", "ran", "title", "standing", "why", "assumed", "delivered", "on",
    "intake",  # its texts go one by one: facts of it are yes or no
}  # fmt: skip


def texts_of(kind: Any, seen: frozenset[type] = frozenset()) -> Iterator[tuple[str, str]]:
    """(model, field) of every field that can hold a text, in a model and in those inside it."""
    for name, field in kind.model_fields.items():
        if name in AGREED | DROPPED:
            continue
        parts = [*_parts(field.annotation)]
        if str in parts:
            yield kind.__name__, name
        for part in parts:
            if isinstance(part, type) and issubclass(part, BaseModel) and part not in seen:
                yield from texts_of(part, seen | {part})


def _parts(annotation: Any) -> Iterator[Any]:
    inner = get_args(annotation)
    if not inner:
        yield annotation
    for one in inner:
        yield from _parts(one)


FACTS = get_args(get_args(Fact)[0])


@pytest.mark.parametrize("kind", [*FACTS, Ticket], ids=lambda kind: kind.__name__)
def test_every_field_that_can_hold_a_text_is_known_to_be_written_by_people_or_not(kind: type[BaseModel]) -> None:
    unknown = {(model, field) for model, field in texts_of(kind) if field not in TEXTS | KEPT}
    assert not unknown, "somebody has to say whether people write it: domain/erasure.py or KEPT here"


def life() -> list[Event]:
    told = a_whole_life(subject=f"For {SECRET}", description=f"{SECRET} wrote")
    return [event for recording in told for event in recording.events]


def test_the_same_history_without_texts_adds_up_to_the_same_promises() -> None:
    told = life()
    clean = [erased(one) for one in told]
    before, after = rebuild(told), rebuild(clean)
    assert after.clocks == before.clocks
    for name in ("status", "severity", "level", "assignee", "closed_at", "reopen_until", "sequence", "round"):
        assert getattr(after, name) == getattr(before, name)
    assert after.subject == ERASED
    assert [(e.sequence, e.at, e.by, e.cause, e.fact.type) for e in clean] == [
        (e.sequence, e.at, e.by, e.cause, e.fact.type) for e in told
    ]
    written = "".join(one.model_dump_json() for one in clean)
    for text in (SECRET, "Since seven", "Spooler", "Still nothing", "On it", "It is back", "new one"):
        assert text not in written


def test_erased_twice_is_as_erased_once() -> None:
    for one in life():
        assert erased(erased(one)) == erased(one)


def test_a_running_ticket_keeps_its_promises_and_loses_its_texts() -> None:
    story = Life("T1", subject=f"For {SECRET}").do(BOB, Resolve(kind="fix", text=f"{SECRET} has a new card."))
    before = story.ticket
    after = story.do(BOB, Erase()).ticket
    assert SECRET not in after.model_dump_json()
    assert (after.clocks, after.terms, after.status) == (before.clocks, before.terms, before.status)
    assert after.resolution is not None
    assert after.resolution.text == ERASED
    assert after.resolution.proposed_at == before.resolution.proposed_at  # type: ignore[union-attr]


def test_whose_words_alone_go_leaves_the_tickets_state_alone() -> None:
    story = Life("T1", subject="Gates")
    before = story.ticket
    after = story.do(ANNA, Erase(whole=False)).ticket
    assert after.model_copy(update={"sequence": before.sequence}) == before


def test_a_quote_keeps_its_price_and_loses_its_words() -> None:
    story = Life("T1")
    now = story.now
    made = Quote(number=1, text=SECRET, minutes=60, made_at=now, valid_until=now + DAY)
    state = story.ticket.model_copy(update={"quote": made})
    event = Event.trusted(sequence=state.sequence + 1, at=now, by=BOB, cause="c", fact=_fact())
    after = evolve(state, event).quote
    assert after == made.model_copy(update={"text": ERASED})


def _fact() -> Any:
    return next(kind for kind in FACTS if kind.__name__ == "TextsErased")()
