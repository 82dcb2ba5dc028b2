"""`escalade open`, `show`, `list`, `timeline`: tickets over the API, as tables for people and JSON for scripts."""

from __future__ import annotations

import json
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime
from typing import Annotated, Any

import typer
from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from cli.client import Api, As, ClientError, Where, WithKey, connect
from foresight.picture_words import Words

AsJson = Annotated[bool, typer.Option("--json", help="Print the API's answer, for scripts.")]
Ticket = Annotated[str, typer.Argument(help="Number of the ticket.", metavar="ID")]

YES_OR_NO = {"yes": True, "true": True, "no": False, "false": False}
COLOURS = {
    "new": "cyan",
    "open": "blue",
    "waiting": "yellow",
    "resolved": "magenta",
    "closed": "green",
    "archived": "dim",
}
STANDING = {"met": "green", "missed": "red", "late": "red", "overdue": "red", "paused": "yellow", "cancelled": "dim"}


def open_(
    subject: Annotated[str, typer.Argument(help="The problem in one line.")],
    description: Annotated[str | None, typer.Option("--description", "-d", help="The problem in full.")] = None,
    channel: Annotated[str, typer.Option(help="portal, email, telephone, monitoring or api.")] = "portal",
    severity: Annotated[str | None, typer.Option("--severity", "-s", help="One of the agreement's.")] = None,
    organisation: Annotated[
        str | None, typer.Option("--organisation", "-o", help="Whose ticket; a client's is its own.")
    ] = None,
    contact: Annotated[str | None, typer.Option(help="Whom we write to.")] = None,
    contract: Annotated[str | None, typer.Option(help="Under which contract, where there are several.")] = None,
    kind: Annotated[str | None, typer.Option(help="Kind of request, one of the agreement's.")] = None,
    impact: Annotated[str | None, typer.Option(help="What is at stake, one of the agreement's impacts.")] = None,
    intake: Annotated[
        list[str] | None,
        typer.Option(help="What the intake asks for, as ITEM=ANSWER (a fact: yes or no); can be given several times."),
    ] = None,
    product: Annotated[str | None, typer.Option(help="The product, as NAME, NAME@VERSION or NAME#SERIAL.")] = None,
    idempotency_key: Annotated[
        str | None, typer.Option(help="The same key and ticket again open no second one.")
    ] = None,
    api: Where = None,
    key: WithKey = None,
    role: As = "client",
    as_json: AsJson = False,
) -> None:
    """Open a ticket."""
    body = {
        "subject": subject,
        "description": description or subject,
        "channel": channel,
        "severity": severity,
        "organisation": organisation,
        "contact": contact,
        "contract": contract,
        "kind": kind,
        "impact": impact,
        "intake": answers(intake) or None,
        "product": _product(product) if product else None,
    }
    given = {name: value for name, value in body.items() if value is not None}
    ticket = connect(api, key, role).post("/v1/tickets", given, idempotency_key=idempotency_key)
    _out(ticket, as_json, lambda: _ticket(ticket))


def show(ticket: Ticket, api: Where = None, key: WithKey = None, role: As = "level1", as_json: AsJson = False) -> None:
    """Show a ticket and what is promised for it."""
    called = connect(api, key, role)
    found = called.get(f"/v1/tickets/{ticket}")
    clocks = called.get(f"/v1/tickets/{ticket}/clocks")
    _out({**found, "clocks": clocks["items"]}, as_json, lambda: Group(_ticket(found), _clocks(clocks["items"])))


def list_(
    status: Annotated[list[str] | None, typer.Option(help="Only these; can be given several times.")] = None,
    organisation: Annotated[str | None, typer.Option("--organisation", "-o")] = None,
    level: Annotated[str | None, typer.Option(help="support, consulting or rnd.")] = None,
    severity: Annotated[str | None, typer.Option("--severity", "-s")] = None,
    assignee: Annotated[str | None, typer.Option(help="Empty: without one.")] = None,
    text: Annotated[str | None, typer.Option(help="Contained in the subject.")] = None,
    overdue: Annotated[bool, typer.Option("--overdue", help="Only those with a promise past its due instant.")] = False,
    order: Annotated[str, typer.Option(help="next_due, opened_at, severity or updated.")] = "next_due",
    limit: Annotated[int, typer.Option(min=1, max=200)] = 50,
    cursor: Annotated[str | None, typer.Option(help="`next` of the page before.")] = None,
    api: Where = None,
    key: WithKey = None,
    role: As = "level1",
    as_json: AsJson = False,
) -> None:
    """List tickets, what falls due first on top."""
    called = connect(api, key, role)
    page = called.get(
        "/v1/tickets",
        status=status,
        organisation=organisation,
        level=level,
        severity=severity,
        assignee=assignee,
        text=text,
        overdue=overdue or None,
        order=order,
        limit=limit,
        cursor=cursor,
    )
    _out(page, as_json, lambda: _tickets(page))
    if not as_json:
        _warn(called)


def timeline(
    ticket: Ticket,
    language: Annotated[str, typer.Option("--language", "-l", help="en or fr.")] = "en",
    api: Where = None,
    key: WithKey = None,
    role: As = "level1",
    as_json: AsJson = False,
) -> None:
    """Tell what has happened on a ticket."""
    called, items, cursor = connect(api, key, role), [], None
    while True:
        page = called.get(f"/v1/tickets/{ticket}/timeline", language=language, limit=200, cursor=cursor)
        items += page["items"]
        cursor = page.get("next")
        if cursor is None:
            break
    _out({"items": items}, as_json, lambda: _entries(items))


def answers(given: Sequence[str] | None) -> dict[str, str | bool]:
    """`ITEM=ANSWER` as the API takes it; yes and no are facts. ClientError for what is no answer."""
    found: dict[str, str | bool] = {}
    for one in given or ():
        item, separator, answer = (part.strip() for part in one.partition("="))
        if not separator or not item or not answer:
            raise ClientError(f'"{one}" is no answer: write --intake ITEM=ANSWER, for example --intake restarted=yes')
        if item in found:
            raise ClientError(f'"{item}" is answered twice: give it once')
        found[item] = YES_OR_NO.get(answer.lower(), answer)
    return found


def forecast(
    ticket: Ticket,
    days: Annotated[int, typer.Option(help="How far to look ahead.")] = 7,
    language: Annotated[str, typer.Option(help="en or fr.")] = "en",
    api: Where = None,
    key: WithKey = None,
    role: As = "level1",
    as_json: AsJson = False,
) -> None:
    """Show what comes next on a ticket if nobody does anything."""
    found = connect(api, key, role).get(f"/v1/tickets/{ticket}/forecast", days=days, language=language)
    _out(found, as_json, lambda: _foreseen(found, language))


def _foreseen(found: dict[str, Any], language: str) -> RenderableType:
    if not found["items"]:
        return Text(f"nothing falls due until {at(found['until'])}", "dim")
    words = Words(language)
    table = Table(box=None, show_header=False, pad_edge=False, padding=(0, 2, 0, 0))
    for one in found["items"]:
        what = Text("\n".join(one["sentences"]))
        for told in one["told"]:
            to = words.reader(*told["to"].split(" ", 1))
            what.append(f"\n→ {to}{words.word('colon')} {words.message(told['template'])} [{told['language']}]", "cyan")
        # By the agreement's wall clock, as the sentences are.
        table.add_row(Text(words.wall(datetime.fromisoformat(one["at"]), found["zone"]), "dim"), what)
    shown = Group(Text(f"{found['ticket']}, {found['zone']}", "bold"), table)
    return Group(shown, Text("and so on: --days looks further", "dim")) if found["more"] else shown


def _product(named: str) -> dict[str, str]:
    name, _, serial = named.partition("#")
    name, _, version = name.partition("@")
    parts = {"name": name, "version": version, "serial": serial}
    return {part: value for part, value in parts.items() if value}


def _warn(called: Api) -> None:
    """What is wrong and makes a list incomplete, beside it."""
    with suppress(ClientError):  # where it is not ready, the list itself has shown all that there is
        for warning in called.get("/health/ready").get("warnings", []):
            Console(stderr=True, highlight=False).print(Text(warning, "yellow"), soft_wrap=True)


def _out(content: Any, as_json: bool, shown: Any) -> None:
    if as_json:
        typer.echo(json.dumps(content, ensure_ascii=False, indent=2))
    else:
        Console(highlight=False).print(shown())


def _ticket(ticket: dict[str, Any]) -> RenderableType:
    status = str(ticket["status"])
    head = Text.assemble((ticket["id"], "bold"), "  ", (status, COLOURS.get(status, "")), "  ", ticket["subject"])
    where = f"{ticket['level']} / {ticket['group']}" if ticket.get("group") else ticket["level"]
    provisional = " (provisional)" if ticket.get("provisional") else ""
    facts = {
        "severity": f"{ticket['severity']}{provisional}",
        "with": f"{where}, {ticket.get('assignee') or 'nobody yet'}",
        "organisation": f"{ticket['organisation']}, {ticket['contact']} by {ticket['channel']}",
        "agreement": f"{ticket['agreement']} {ticket['revision']}",
        "opened": at(ticket["opened_at"]),
        "next due": at(ticket.get("next_due")),
        "waits for": ticket.get("question"),
        "resolution": ticket.get("resolution_text"),
        "closed": f"{at(ticket['closed_at'])} by {ticket.get('closing')}" if ticket.get("closed_at") else None,
        "reopen until": at(ticket.get("reopen_until")),
    }
    table = Table.grid(padding=(0, 2))
    for name, value in facts.items():
        if value:
            table.add_row(Text(name, "dim"), Text(str(value)))
    return Group(head, Padding(table, (0, 0, 0, 2)))


def _clocks(clocks: list[dict[str, Any]]) -> RenderableType:
    table = Table(box=None, header_style="dim", pad_edge=False, padding=(0, 3, 0, 0))
    for column in ("clock", "standing", "due", "in words"):
        table.add_column(column, no_wrap=column != "in words")
    for clock in clocks:
        standing = str(clock["standing"])
        table.add_row(
            clock["clock"],
            Text(standing, STANDING.get(standing, "")),
            at(clock.get("due")) or "-",
            Text(clock["sentence"]),
        )
    return Padding(table, (1, 0, 0, 2))


def _tickets(page: dict[str, Any]) -> RenderableType:
    if not page["items"]:
        return Text("no ticket", "dim")
    table = Table(box=None, header_style="dim", pad_edge=False, padding=(0, 2, 0, 0))
    for column in ("ticket", "status", "severity", "with", "due next", "organisation", "subject"):
        table.add_column(column, no_wrap=column != "subject")
    for ticket in page["items"]:
        status = str(ticket["status"])
        table.add_row(
            Text(ticket["id"], "bold"),
            Text(status, COLOURS.get(status, "")),
            ticket["severity"],
            ticket.get("assignee") or ticket["level"],
            at(ticket.get("next_due")) or "-",
            ticket["organisation"],
            Text(ticket["subject"]),
        )
    more = Text(f"more with --cursor {page['next']}", "dim") if page.get("next") else Text()
    return Group(table, more) if page.get("next") else table


def _entries(items: list[dict[str, Any]]) -> RenderableType:
    table = Table(box=None, show_header=False, pad_edge=False, padding=(0, 2, 0, 0))
    for entry in items:
        who = f"{entry['by']} {entry['by_id']}" if entry.get("by_id") else entry["by"]
        table.add_row(Text(str(entry["number"]), "dim"), at(entry["at"]), Text(who, "cyan"), Text(entry["sentence"]))
    return table


def at(instant: str | None) -> str | None:
    """An instant of the API as this machine's wall clock shows it."""
    return f"{datetime.fromisoformat(instant).astimezone():%Y-%m-%d %H:%M %Z}" if instant else None
