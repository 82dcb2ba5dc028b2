"""How a mapping's rules turn one row after the other of a ticket into commands."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from domain import commands as cmd
from domain.commands import Actor, Step
from domain.terms import Terms
from domain.words import Level, Party, Role
from foresight.mapping import Do, Mapping, Rule, When, matches
from foresight.words import Stage, Tracked, Word

Told = tuple[Actor, Step, Step | None]
"""Who, what, and what instead when the ticket stands elsewhere."""

STAFF_OF = {Level.support: Role.level1, Level.consulting: Role.consultant, Level.rnd: Role.rnd}

BY_CLIENT = frozenset({Word.answer, Word.refuse, Word.reopen, Word.come_back, Word.withdraw, Word.ask_manager})
"""Commands that are the client's unless the rule says otherwise."""

AFTER = {
    Word.ask: Stage.waiting,
    Word.answer: Stage.open,
    Word.resolve: Stage.resolved,
    Word.consent: Stage.closed,
    Word.refuse: Stage.open,
    Word.reopen: Stage.open,
    Word.come_back: Stage.open,
    Word.withdraw: Stage.closed,
}


def name(text: str) -> str:
    """A name as commands carry it: letters, digits and ._@:+- only. ValueError when nothing is left."""
    cleaned = plain(text)
    if not cleaned:
        raise ValueError(f'"{text}" holds no letter or digit that a name could be made of')
    return cleaned


def plain(text: str) -> str:
    """The characters of a text that a name may have."""
    return re.sub(r"[^A-Za-z0-9._@:+-]+", "-", text.strip()).lstrip("._@:+-")[:100].rstrip("-")


class Telling:
    """One ticket being told: where it stands, as far as the rules' conditions need to know."""

    def __init__(self, mapping: Mapping, terms: Terms) -> None:
        self._mapping = mapping
        self._terms = terms
        self._stage = Stage.open
        self._acknowledged = False
        self._now: dict[Tracked, str | int] = {}
        self._stands: dict[Tracked, str | int] = {Tracked.level: str(Level.support)}
        self._values: dict[str, str] = {}

    def opening(self, ticket: str, values: dict[str, str], activity: str) -> cmd.Open:
        """The command that opens it, from its first row. ValueError when that row lacks something."""
        self._look(values, activity)
        supplied = self._mapping.supplied
        asked = self._now.get(Tracked.severity, "")
        self._stands[Tracked.severity] = asked
        self.client = Actor(role=Role.client, id=name(self._text(supplied.contact)))
        return cmd.Open(
            ticket=ticket,
            subject=self._text(supplied.subject)[:250],
            description=self._text(supplied.description),
            channel=supplied.channel,
            organisation=name(self._text(supplied.organisation)),
            contract="recorded",
            contact=self.client.id,
            language=supplied.language or self._terms.languages[0],
            severity=self._severity(asked) if asked != "" else None,
            terms=self._terms,
        )

    def row(self, values: dict[str, str], activity: str, *, first: bool) -> Iterator[Told]:
        """The commands of one row. ValueError when the row has a value that the mapping does not know."""
        self._look(values, activity)
        held = False
        for rule in self._mapping.rules:
            if not self._holds(rule, first):
                continue
            held = True
            for do in rule.do:
                yield from self._told(do)
            if rule.stop:
                break
        if not held and self._mapping.otherwise == "note":
            yield from self._told(Do(command=Word.note))

    def _look(self, values: dict[str, str], activity: str) -> None:
        self._values = {**values, "activity": activity}
        self._now = {
            tracked: column.read(values[column.source]) for tracked, column in self._mapping.columns.carried.items()
        }
        if not plain(str(self._now.get(Tracked.agent, ""))):
            self._now.pop(Tracked.agent, None)  # "-" is how some systems write nobody

    def _holds(self, rule: Rule, first: bool) -> bool:
        return self._all(rule.when, first) and not (rule.unless is not None and self._all(rule.unless, first))

    def _all(self, when: When, first: bool) -> bool:
        return (
            (when.activity is None or matches(when.activity, self._values["activity"]))
            and all(matches(matcher, self._values[column]) for column, matcher in when.columns.items())
            and (when.stage is None or self._stage in when.stage)
            and (when.level is None or self._stands[Tracked.level] in when.level)
            and (when.acknowledged is None or when.acknowledged is self._acknowledged)
            and (when.first is None or when.first is first)
            and (when.changed is None or any(self._changed(tracked) for tracked in when.changed))
        )

    def _changed(self, tracked: Tracked) -> bool:
        now = self._now.get(tracked, "")
        return now != "" and now != self._stands.get(tracked)

    def _told(self, do: Do) -> Iterator[Told]:
        word = do.command
        if word is Word.consent:
            for party in self._terms.consent.of:
                yield self.client if party is Party.client else self._staff(), cmd.Consent(), None
        elif word is Word.come_back:
            reason = self._words(do)
            steps: list[Step] = [cmd.Refuse(reason=reason), cmd.Reopen(reason=reason)]
            here, elsewhere = reversed(steps) if self._stage is Stage.closed else steps
            yield self._who(do), here, elsewhere
        elif word is not Word.ignore:
            yield self._who(do), self._step(do), None
        self._follow(word, do)

    def _step(self, do: Do) -> Step:
        supplied, text = self._mapping.supplied, self._words(do)
        steps: dict[Word, Any] = {
            Word.triage: lambda: cmd.Triage(severity=self._severity(self._wanted(do, Tracked.severity)), reason=text),
            Word.assign: lambda: cmd.Assign(assignee=self._staff().id),
            Word.acknowledge: lambda: cmd.Acknowledge(means=do.means or supplied.means, text=text),
            Word.comment: lambda: cmd.Comment(text=text),
            Word.note: lambda: cmd.Note(text=text),
            Word.status_update: lambda: cmd.StatusUpdate(text=text),
            Word.ask: lambda: cmd.Ask(question=text),
            Word.answer: lambda: cmd.Answer(text=text),
            Word.escalate: lambda: self._escalation(do, text),
            Word.ask_manager: lambda: cmd.AskManager(reason=text),
            Word.resolve: lambda: cmd.Resolve(kind=do.kind or supplied.resolution, text=text, **self._cause()),
            Word.refuse: lambda: cmd.Refuse(reason=text),
            Word.reopen: lambda: cmd.Reopen(reason=text),
            Word.withdraw: lambda: cmd.Withdraw(reason=text),
        }
        return steps[do.command]()  # type: ignore[no-any-return]

    def _cause(self) -> dict[str, Any]:
        """The root cause, where the agreement asks for one; no log holds it."""
        supplied = self._mapping.supplied
        return {"cause": supplied.cause, "cause_text": supplied.cause_text} if self._terms.root_cause else {}

    def _escalation(self, do: Do, reason: str) -> Step:
        level = Level(str(self._wanted(do, Tracked.level)))
        known = self._terms.levels.get(level)
        group = do.group or str(self._now.get(Tracked.group, "")) or None
        # A group that this agreement does not divide the level into says nothing under it.
        return cmd.Escalate(level=level, group=group if known and known.groups else None, reason=reason)

    def _follow(self, word: Word, do: Do) -> None:
        self._stage = AFTER.get(word, self._stage)
        self._acknowledged = self._acknowledged or word in (Word.acknowledge, Word.resolve)
        if word is Word.assign:
            self._stands[Tracked.agent] = self._now.get(Tracked.agent, "")
        elif word is Word.triage:
            self._stands[Tracked.severity] = self._wanted(do, Tracked.severity)
        elif word is Word.escalate:
            self._stands[Tracked.level] = self._wanted(do, Tracked.level)
            self._stands[Tracked.group] = do.group or self._now.get(Tracked.group, "")
            self._stands.pop(Tracked.agent, None)  # whoever had it has handed it over

    def _wanted(self, do: Do, tracked: Tracked) -> str | int:
        said = getattr(do, tracked)
        return said if said is not None else self._now[tracked]

    def _severity(self, wanted: str | int) -> str:
        """A severity of the agreement: named, or by its place from the most severe on (past the last: the last)."""
        known = list(self._terms.severities)
        return known[min(wanted, len(known)) - 1] if isinstance(wanted, int) else wanted

    def _who(self, do: Do) -> Actor:
        client = do.by == "client" if do.by else do.command in BY_CLIENT
        return self.client if client else self._staff()

    def _staff(self) -> Actor:
        agent = self._now.get(Tracked.agent)
        role = STAFF_OF[Level(str(self._stands[Tracked.level]))]
        return _actor(role, str(agent) if agent else str(role))

    def _words(self, do: Do) -> str:
        return self._text(do.text or self._mapping.supplied.texts.get(do.command, ""))

    def _text(self, text: str) -> str:
        if "{" not in text:
            return text
        return re.sub(r"\{([^{}]+)\}", lambda found: self._values.get(found[1], found[0]), text)


@lru_cache(maxsize=10_000)
def _actor(role: Role, agent: str) -> Actor:
    return Actor(role=role, id=name(agent))
