"""What the callers hold in their hands: each command as it was sent, and every answer they were given to it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from api.http.idempotency import command_id, ticket_id
from bench.chaos.world import Caller

OPEN = "open_ticket"


@dataclass
class Answer:
    """One attempt. `status` 0: the connection broke, or nothing came in time; `text` then says which."""

    at: float
    took: float
    status: int
    text: str = ""
    body: dict[str, Any] = field(default_factory=dict)
    api: int = 0

    @property
    def final(self) -> bool:
        """Whether a caller takes it for the command's outcome: done, or refused."""
        return 200 <= self.status < 300 or (400 <= self.status < 500 and self.status != 429)

    @property
    def done(self) -> bool:
        return 200 <= self.status < 300


@dataclass
class Held:
    """A command, its key, and its answers, oldest first. Without a final one the caller has given it up."""

    number: int
    caller: Caller
    operation: str
    organisation: str
    path: str
    body: dict[str, Any]
    ticket: str
    answers: list[Answer] = field(default_factory=list)

    @property
    def key(self) -> str:
        return f"chaos-{self.number}"

    @property
    def id(self) -> str:
        """The id that the command has inside."""
        scope = self.caller.who.scope
        return command_id("open", scope, self.key) if self.operation == OPEN else command_id(scope, self.key)

    @property
    def outcome(self) -> Answer | None:
        """The final answer; None when it was given up."""
        return next((answer for answer in self.answers if answer.final), None)


def opened_as(caller: Caller, number: int) -> str:
    """The number that the ticket has, which its opener cannot know before the answer, but we can."""
    return ticket_id("ticket", caller.who.scope, f"chaos-{number}")


class Holdings:
    """All of them, in the order in which they were first sent."""

    def __init__(self) -> None:
        self.all: list[Held] = []
        self.broken: list[str] = []
        """Answers that no caller should ever get."""

    def __iter__(self) -> Iterator[Held]:
        return iter(self.all)

    def by_ticket(self) -> dict[str, list[Held]]:
        found: dict[str, list[Held]] = {}
        for one in self.all:
            found.setdefault(one.ticket, []).append(one)
        return found

    def write(self, file: Path) -> None:
        """One JSON object a line."""
        with file.open("w") as lines:
            for one in self.all:
                row = {
                    "number": one.number, "key": one.key, "id": one.id, "by": one.caller.who.scope,
                    "operation": one.operation, "ticket": one.ticket, "body": one.body,
                    "answers": [asdict(answer) for answer in one.answers],
                }  # fmt: skip
                lines.write(json.dumps(row, ensure_ascii=False) + "\n")
