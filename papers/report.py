"""The intervention report: what it says, once, for the page and for the PDF."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from domain.hours import Package
from domain.report import Report
from domain.words import Cover
from papers import page
from papers.words import Words


@dataclass(frozen=True)
class Sheet:
    """Everything that the report says, in the reader's words."""

    title: str
    facts: tuple[tuple[str, str], ...]
    head: tuple[tuple[str, str], ...]
    rows: tuple[tuple[str, ...], ...]
    total: tuple[str, ...]
    nothing: str
    sums: tuple[str, ...]
    packages_title: str
    packages_head: tuple[tuple[str, str], ...]
    packages: tuple[tuple[str, ...], ...]
    zone: str


def sheet(report: Report, client: str, packages: Sequence[Package], words: Words) -> Sheet:
    """The report in words. `client` is the organisation's name, `packages` those that the ticket has taken from."""
    say, time = words.say, words.time
    known = {package.id: package for package in packages}
    free = report.total("counted") - report.total("charged")
    taken = sum(report.taken.values())
    billed = report.total("charged", Cover.billable)
    return Sheet(
        title=say("Intervention report"),
        facts=(
            (say("Ticket"), report.ticket),
            (say("Subject"), report.subject),
            (say("Client"), client),
            (say("As of"), words.moment_in_full(report.made_at)),
        ),
        head=(
            (say("No."), "number"),
            (say("Began"), "short"),
            (say("Kind"), "short"),
            (say("What was done"), "text"),
            (say("Worked"), "number"),
            (say("Counted"), "number"),
            (say("Charged"), "number"),
        ),
        rows=tuple(
            (
                str(line.number),
                words.moment(line.began_at),
                say(str(line.work)),
                line.text,
                time(line.worked),
                time(line.counted),
                f"{time(line.charged)} {say(str(line.cover))}" if line.charged else say("included"),
            )
            for line in report.lines
        ),
        total=(
            "", say("Total"), "", "", time(report.total("worked")), time(report.total("counted")),
            time(report.total("charged")),
        ),
        nothing="" if report.lines else say("No work has been logged on this ticket."),
        sums=tuple(
            filter(
                None,
                (
                    say("Deducted from your hour packages: {time}", time=time(taken)) if taken else "",
                    say("Billed as time spent: {time}", time=time(billed)) if billed else "",
                    say("Charged to nobody: {time}", time=time(free)) if free else "",
                    say("Left in all packages after this work: {time}", time=time(report.left))
                    if report.left is not None
                    else "",
                ),
            )
        ),
        packages_title=say("Hour packages") if report.taken else "",
        packages_head=(
            (say("Package"), "short"),
            (say("Size"), "number"),
            (say("Valid until"), "short"),
            (say("Taken by this ticket"), "number"),
        ),
        packages=tuple(
            (
                name,
                time(known[name].minutes) if name in known else "–",
                words.day(known[name].expires_at) if name in known else "–",
                time(minutes),
            )
            for name, minutes in report.taken.items()
        ),
        zone=say("Time zone: {zone}", zone=words.zone_name),
    )  # fmt: skip


def report_page(report: Report, client: str, packages: Sequence[Package]) -> str:
    """The report as a page, in the ticket's language."""
    words = Words(report.language, report.zone)
    said = sheet(report, client, packages, words)
    body = page.paragraph(said.nothing) if said.nothing else page.table(said.head, said.rows, said.total)
    parts = [page.heading(said.title, 1), page.facts(said.facts), body]
    parts += [page.paragraph(line) for line in said.sums]
    if said.packages:
        parts += [page.heading(said.packages_title), page.table(said.packages_head, said.packages)]
    return page.document(words.language, f"{said.title} {report.ticket}", [*parts, page.paragraph(said.zone, "small")])
