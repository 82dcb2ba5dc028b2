"""A life line by line: what happened, and below it who was told."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from domain.events import Event
from foresight.playing import Played


@dataclass(frozen=True)
class Told:
    """A message: template, kind and name of its recipient, language."""

    template: str
    kind: str
    to: str
    language: str


@dataclass(frozen=True)
class Line:
    """One event with its sentence, who did it ("" for time itself), and the messages that it caused."""

    at: datetime
    who: str
    type: str
    sentence: str
    told: tuple[Told, ...]


def story(played: Played, say: Callable[[Event], str]) -> list[Line]:
    """Every event in its order; `say` puts one into a sentence."""
    told: dict[int, list[Told]] = {}
    for one in played.sent:
        message = one.message
        told.setdefault(message.sequence, []).append(
            Told(message.template, message.to.kind, message.to.id, message.language)
        )
    return [
        Line(
            event.at,
            "" if event.by.role == "system" else event.by.id,
            event.fact.type,
            say(event),
            tuple(told.get(event.sequence, ())),
        )
        for event in played.events
    ]
