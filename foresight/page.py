"""One self-contained page of one or several lives: pictures, promises, what happened. It loads nothing."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from domain.explain import explain
from domain.explanation import Explanation
from foresight.lanes import sheet
from foresight.picture import svg
from foresight.picture_words import Words
from foresight.playing import Played
from foresight.scenario import Move
from foresight.simulator import Refused
from foresight.story import Line, story

TEMPLATES = Path(__file__).parent / "templates"


@dataclass(frozen=True)
class Shown:
    """A played scenario as the page shows it."""

    agreement: str
    revision: str
    picture: Markup
    clocks: list[Explanation]
    lines: list[Line]
    refused: list[tuple[Move, Refused]]
    status: str
    zone: str
    """Its agreement's, by whose wall clock its lines are told."""


def page(lives: Sequence[tuple[str, Played]], language: str, say: Callable[[Played], Callable[..., str]]) -> str:
    """The page as HTML. `lives`: a title each; `say` gives for a life what puts one of its events into a sentence."""
    words = Words(language)
    shown = [
        Shown(
            played.state.terms.agreement,
            played.state.terms.revision,
            Markup(svg(sheet(played, say(played)), words, title)),
            explanations(played, language),
            story(played, say(played)),
            played.refused,
            words.status(str(played.state.status)),
            played.state.terms.zone,
        )
        for title, played in lives
    ]
    made = Environment(loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined, trim_blocks=True)
    return made.get_template("life.html").render(
        scenario=lives[0][1].scenario, shown=shown, language=language, words=words
    )


def explanations(played: Played, language: str) -> list[Explanation]:
    """Every promise of a life, explained as it stood at the end."""
    terms, events = played.state.terms, played.events
    return [
        explain(clock, terms, played.ended_at, language=language, history=events) for clock in played.clocks.values()
    ]
