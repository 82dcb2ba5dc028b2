"""A played scenario on the screen, and as JSON for scripts."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from cli.tickets import STANDING
from domain.clock import Clock
from foresight.page import explanations
from foresight.picture_words import Words
from foresight.playing import Played
from foresight.story import story

Lives = Sequence[tuple[str, Played]]


def page(lives: Lives, language: str, say: Callable[[Played], Callable[..., str]]) -> RenderableType:
    """One life whole; two side by side by what became of each promise."""
    if len(lives) > 1:
        words = Words(language)
        return Group(_side_by_side(lives, words), Text(""), *(_foot(played, words) for _, played in lives))
    title, played = lives[0]
    parts: list[RenderableType] = [Text(title, "bold"), _story(played, language, say(played)), Text("")]
    parts += [_clocks(played, language)] if played.clocks else [Text(Words(language).word("nothing"), "dim")]
    return Group(*parts, Text(""), _foot(played, Words(language)))


def _story(played: Played, language: str, say: Callable[..., str]) -> Table:
    words, zone = Words(language), played.state.terms.zone
    table = _table(*(words.column(name) for name in ("when", "who", "what")))
    for line in story(played, say):
        what = Text(line.sentence)
        for told in line.told:
            to, message = words.reader(told.kind, told.to), words.message(told.template)
            what.append(f"\n→ {to}{words.word('colon')} {message} [{told.language}]", "cyan")
        table.add_row(Text(words.wall(line.at, zone), "dim"), words.actor(line.who), what)
    return table


def _clocks(played: Played, language: str) -> Table:
    words = Words(language)
    table = _table(*(words.column(name) for name in ("promise", "verdict", "explained")))
    for one in explanations(played, language):
        verdict = Text(words.standing(one.standing), STANDING.get(one.standing, ""))
        table.add_row(words.clock(one.kind), verdict, one.sentence)
    return table


def _side_by_side(lives: Lives, words: Words) -> Table:
    table = _table("", *(title for title, _ in lives))
    counts = [list(_counted(played, words)) for _, played in lives]
    for name in dict.fromkeys(name for one in counts for name, _ in one):
        table.add_row(name, *(dict(one).get(name, "–") for one in counts))
    return table


def _counted(played: Played, words: Words) -> Iterator[tuple[str, str]]:
    zone = played.state.terms.zone
    yield words.word("status"), words.status(str(played.state.status))
    for kind in dict.fromkeys(clock.kind for clock in played.clocks.values()):
        clocks = [clock for clock in played.clocks.values() if clock.kind is kind]
        first = clocks[0].due or clocks[0].missed_due
        name = f"{words.clock(kind)}{words.word('colon')}"
        yield f"{name} {words.word('promised')}", words.promise(clocks[0].target.words)
        yield f"{name} {words.word('first_due')}", words.wall(first, zone) if first else words.word("no_deadline")
        met, missed = (sum(_verdict(clock) == verdict for clock in clocks) for verdict in ("met", "missed"))
        yield f"{name} {words.word('kept_missed')}", f"{met} / {missed}"
    yield words.word("to_client"), str(sum(one.message.to.kind == "contact" for one in played.sent))
    yield words.word("to_staff"), str(sum(one.message.to.kind != "contact" for one in played.sent))
    yield (
        words.word("escalations"),
        str(sum(event.fact.type in ("escalated", "manager_involved") for event in played.events)),
    )
    yield words.word("minutes"), str(sum(entry.charged for entry in played.state.entries))


def _foot(played: Played, words: Words) -> Text:
    text = Text(f"{played.state.terms.agreement} {played.state.terms.revision}; ", "dim")
    counted = words.word("counted").format(events=len(played.events), messages=len(played.sent))
    text.append(f"{counted}; {words.word('status')} {words.status(str(played.state.status))}", "dim")
    for move, refusal in played.refused:
        told = f"{move.who} {move.step}: {refusal.message} ({refusal.code})"
        text.append(f"\n{words.word('refused')}{words.word('colon')} {told}", "red")
    return text


def as_json(title: str, played: Played) -> dict[str, Any]:
    """Everything of a life: events field for field, messages, clocks, refusals, and how the ticket stands."""
    state = played.state
    return {
        "title": title,
        "agreement": state.terms.agreement,
        "revision": state.terms.revision,
        "zone": state.terms.zone,
        "status": str(state.status),
        "level": str(state.level),
        "events": [event.model_dump(mode="json") for event in played.events[1:]],
        "opening": {"at": played.events[0].at.isoformat(), "by": played.events[0].by.id},
        "messages": [{"at": one.at.isoformat(), **one.message.model_dump(mode="json")} for one in played.sent],
        "clocks": [one.model_dump(mode="json") for one in explanations(played, "en")],
        "refused": [
            {"at": one.at.isoformat(), "step": one.step.type, "code": one.code, "message": one.message}
            for one in played.life.refused
        ],
        "minutes_charged": sum(entry.charged for entry in state.entries),
    }


def _verdict(clock: Clock) -> str:
    return str(clock.verdict) if clock.verdict else "missed" if clock.missed_due else "running"


def _table(*columns: str) -> Table:
    table = Table(box=None, header_style="dim", pad_edge=False, padding=(0, 2, 0, 0))
    for column in columns:
        table.add_column(column, overflow="fold")
    return table
