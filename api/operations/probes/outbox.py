"""The outbox: what waits too long, what fails, what was given up."""

from __future__ import annotations

from datetime import datetime, timedelta

from api.operations.aside import aside
from api.operations.findings import Finding, Said, Seen, Severity
from api.operations.subject import Subject
from api.pages.catalogue import mark as _
from runtime.settings import Settings
from store import messages_out
from store.figures import Line

OLD = timedelta(minutes=10)
"""A message goes out within seconds of its step."""


SAID = 500
"""Characters of what the other side said that are told."""


async def look(subject: Subject) -> Seen:
    lines = (await subject.figures()).lines
    findings = []
    for line in lines:
        again = await aside(messages_out.next_attempt, subject.database, line.way) if line.tried else None
        findings += _of(line, again, subject.now)
    data = {"waiting": sum(one.waiting for one in lines), "given_up": sum(one.given_up for one in lines)}
    said = _("waiting: %(waiting)s, given up: %(given_up)s")
    if subject.settings.smtp_host is None and _demo(subject.settings):
        said = _(
            "waiting: %(waiting)s, given up: %(given_up)s; no mail server is set here: a worker without one writes "
            "mails to its log only, and counts them as sent"
        )
    elif subject.settings.smtp_host is None:
        meaning = _("No mail server is set: every mail is only written to the log.")
        findings.append(Finding("mail-server-missing", Severity.warning, Said(meaning)))
    return Seen(Said(said, data), tuple(findings))


def _demo(settings: Settings) -> bool:
    return settings.embedded and (settings.home / "demo.json").is_file()


def _of(line: Line, again: datetime | None, now: datetime) -> list[Finding]:
    found = []
    age = now - line.oldest if line.oldest is not None else timedelta()
    data = {"way": str(line.way), "number": line.waiting, "minutes": round(age / timedelta(minutes=1))}
    if line.tried:
        meaning = _(
            "%(number)s messages by %(way)s wait after failed attempts, the oldest for %(minutes)s min: the "
            "other side is away or refuses. The next attempt: %(next)s."
        )
        severity = Severity.critical if age > OLD else Severity.warning
        told = Said(meaning, {**data, "number": line.tried, "next": f"{again:%Y-%m-%d %H:%M:%S} UTC" if again else "-"})
        found.append(Finding("deliveries-failing", severity, told, detail=(line.failure or "")[:SAID]))
    elif age > OLD:
        meaning = _(
            "The oldest of %(number)s messages by %(way)s has waited for %(minutes)s min, and nobody has tried."
        )
        found.append(Finding("outbox-old", Severity.critical, Said(meaning, data)))
    if line.given_up:
        meaning = _("%(number)s messages by %(way)s were given up: their readers do not know.")
        given = {"way": str(line.way), "number": line.given_up}
        found.append(Finding("dead-letters", Severity.warning, Said(meaning, given)))
    return found
