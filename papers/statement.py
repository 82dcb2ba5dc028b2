"""The monthly statement of hours: a page, and a table for other programs."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence

from domain.base import Instant
from domain.consumption import Statement
from domain.report import ReportLine
from papers import page
from papers.cells import cell
from papers.words import Words

NO_BREAK = "\N{NO-BREAK SPACE}"
COLUMNS = ("opening", "bought", "taken", "expired", "closing")
_CSV = (
    "ticket", "entry", "began_at", "logged_at", "work", "worked_minutes", "counted_minutes", "charged_minutes", "cover",
    "text",
)  # fmt: skip


class LoggedLine(ReportLine):
    """One intervention of the month, with its ticket and when it was logged."""

    ticket: str
    logged_at: Instant


def statement_page(
    told: Statement, entries: Sequence[LoggedLine], client: str, words: Words, *, unfinished: bool = False
) -> str:
    """The month on a page. `client` is the organisation's name; `unfinished`: the month still goes on."""
    say, time = words.say, words.time
    head = [(say("Package"), "short")]
    titles = ("Opening balance", "Bought", "Taken", "Expired", "Closing balance")
    head += [(say(title), "number") for title in titles]
    rows = [[line.package, *(time(getattr(line, name)) for name in COLUMNS)] for line in told.lines]
    total = [say("Total"), *(time(told.total(name)) for name in COLUMNS)]
    packages = page.table(head, rows, total) if rows else page.paragraph(say("No package held hours this month."))
    title = say("Statement of hours")
    facts = [(say("Client"), client), (say("Month"), words.month(told.begins))]
    parts = [
        page.heading(title, 1),
        page.facts(facts),
        page.paragraph(say("The month is not over: this is how it stands.")) if unfinished else "",
        packages,
        page.heading(say("Interventions logged this month")),
        _entries(entries, words),
        page.paragraph(say("Time zone: {zone}", zone=words.zone_name), "small"),
    ]
    return page.document(words.language, f"{title} {client} {words.month(told.begins)}", parts)


def _entries(entries: Sequence[LoggedLine], words: Words) -> str:
    say, time = words.say, words.time
    if not entries:
        return page.paragraph(say("Nothing was logged this month."))
    kinds = ("short", "short", "short", "text", "number", "number", "number wrap")
    titles = ("Ticket", "Began", "Kind", "What was done", "Worked", "Counted", "Charged")
    rows = [
        (
            one.ticket,
            words.moment(one.began_at),
            say(str(one.work)),
            one.text,
            time(one.worked),
            time(one.counted),
            f"{time(one.charged).replace(' ', NO_BREAK)} {say(str(one.cover))}" if one.charged else say("included"),
        )
        for one in entries
    ]
    sums = [time(sum(getattr(one, name) for one in entries)) for name in ("worked", "counted", "charged")]
    head = list(zip((say(title) for title in titles), kinds, strict=True))
    return page.table(head, rows, (say("Total"), "", "", "", *sums))


def statement_csv(entries: Sequence[LoggedLine]) -> str:
    """One line for each intervention, whole minutes, instants in UTC; columns in English whatever the reader speaks."""
    written = io.StringIO()
    table = csv.writer(written, lineterminator="\r\n")
    table.writerow(_CSV)
    for one in entries:
        instants = (f"{at:%Y-%m-%dT%H:%M:%SZ}" for at in (one.began_at, one.logged_at))
        numbers = (one.worked, one.counted, one.charged)
        table.writerow((one.ticket, one.number, *instants, one.work, *numbers, one.cover, cell(one.text)))
    return written.getvalue()
