"""The fields of each step's form, with the choices that this ticket's agreement, directory and defects give."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from api.board.rows import LEVELS
from api.board.words import CAUSES, COVERED, FAULTS, MEANS, REACHED, RESOLUTIONS, WORKS
from api.context import Context
from api.directory.people import StaffView, list_staff
from api.pages.catalogue import mark as _
from api.pages.catalogue import say
from domain.defects import SETTLED, DefectStatus
from domain.terms.promises import Title
from domain.ticket import Ticket
from domain.words import STAFF
from store import defects

Kind = Literal[
    "area", "line", "choice", "several", "address", "number", "amount", "instant", "tick", "files", "fact", "hidden"
]


@dataclass(frozen=True)
class Field:
    """A field of a form. `label` and `help` are sentences of the catalogue, unless the agreement names it (`title`)."""

    name: str
    label: str
    kind: Kind = "area"
    required: bool = True
    options: tuple[tuple[str, str], ...] = ()
    default: str = ""
    help: str = ""
    title: str = ""
    least: int = 1
    chosen: tuple[str, ...] = ()
    """Of several: those that are selected before anybody chooses."""


@dataclass(frozen=True)
class Asking:
    """What the fields are made from."""

    ours: Context
    state: Ticket
    me: str
    now: datetime
    language: str
    staff: tuple[StaffView, ...]

    def said(self, words: Title, otherwise: str) -> str:
        return self.state.terms.said(words, self.language, otherwise)

    def named(self, words: dict[str, Title]) -> tuple[tuple[str, str], ...]:
        return tuple((name, self.said(title, name)) for name, title in words.items())

    def translated(self, words: Iterable[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
        return tuple((str(name), say(self.language, sentence)) for name, sentence in words)

    @property
    def people(self) -> tuple[tuple[str, str], ...]:
        """Staff with what each has to do, whoever has least first; oneself above all."""
        ordered = sorted(self.staff, key=lambda one: one.id != self.me)
        return tuple(
            (one.id, f"{one.name}{f' · {self.level(one)}' if one.level else ''} · {one.open_tickets}")
            for one in ordered
            if one.role in STAFF
        )

    def level(self, one: StaffView) -> str:
        assert one.level is not None
        title = say(self.language, LEVELS[one.level])
        return f"{title}, {one.group}" if one.group else title

    def local(self, at: datetime) -> str:
        return at.astimezone(ZoneInfo(self.state.terms.zone)).strftime("%Y-%m-%dT%H:%M")


AN_HOUR = timedelta(hours=1)
FILES = Field("files", _("Files"), "files", required=False)
_TEXT = Field("text", _("What you write is read by the client"))
_REASON = Field("reason", _("Reason"))
_WHO = _("the number is that of open tickets")


def asking(ours: Context, state: Ticket, me: str, now: datetime, language: str) -> Asking:
    """Reads who works here, once for all forms of a page."""
    return Asking(ours, state, me, now, language, tuple(list_staff(ours).items))


def fields_of(step: str, asked: Asking) -> tuple[Field, ...]:
    """The fields of a step, in the order of its form."""
    return tuple(_FORMS[step](asked))


def _acknowledge(a: Asking) -> Iterable[Field]:
    means = a.translated(MEANS.items())
    yield Field("means", _("How the client was reached"), "choice", options=means, default="email")
    yield _TEXT
    yield FILES


def _comment(a: Asking) -> Iterable[Field]:
    return (_TEXT, FILES)


def _note(a: Asking) -> Iterable[Field]:
    return (Field("text", _("Only our own people read it")), FILES)


def _status_update(a: Asking) -> Iterable[Field]:
    allowed = a.state.terms.contact.updates_by
    means = [(name, words) for name, words in MEANS.items() if not allowed or name in allowed]
    default = "email" if not allowed or "email" in allowed else str(allowed[0])
    return (
        _TEXT, Field("means", _("How the client is reached"), "choice", options=a.translated(means), default=default),
        FILES,
    )  # fmt: skip


def _triage(a: Asking) -> Iterable[Field]:
    terms = a.state.terms
    severities = a.named({name: one.title for name, one in terms.severities.items()})
    yield Field("severity", _("Severity"), "choice", options=severities, default=a.state.severity)
    impacts = {name: title for one in terms.severities.values() for name, title in one.impacts.items()}
    if impacts:
        known = a.state.impact or ""
        yield Field("impact", _("Impact"), "choice", False, options=a.named(impacts), default=known)
    yield _REASON
    yield Field("assignee", _("Assignee"), "choice", False, a.people, a.state.assignee or "", help=_WHO)
    if terms.triage_silent:
        yield Field("silent", _("The client is not told"), "tick", required=False)


def _assign(a: Asking) -> Iterable[Field]:
    yield Field("assignee", _("Assignee"), "choice", options=a.people, default=a.me, help=_WHO)
    yield Field("others[]", _("Others who work on it"), "several", False, a.people)


def _escalate(a: Asking) -> Iterable[Field]:
    levels = a.state.terms.levels
    other = next((name for name in levels if name is not a.state.level), a.state.level)
    titles = a.named({str(name): one.title for name, one in levels.items()})
    yield Field("level", _("Level"), "choice", options=titles, default=str(other))
    groups = {name: title for one in levels.values() for name, title in one.groups.items()}
    if groups:
        yield Field("group", _("Competence group"), "choice", False, a.named(groups), a.state.group or "")
    if len(groups) > 1:
        yield Field("also[]", _("Further groups that are needed"), "several", False, a.named(groups))
    yield Field("reason", _("Reason, read by the client"))
    yield Field("assignee", _("Assignee"), "choice", False, a.people, help=_WHO)
    if any(one.forecast for one in levels.values()):
        yield Field("forecast", _("A solution is expected"), "instant", required=False)
    if any(one.billed and not one.billable for one in levels.values()):
        yield Field("billable", _("Why the work is billed there"), "line", required=False)


def _resolve(a: Asking) -> Iterable[Field]:
    terms = a.state.terms
    kinds = [(kind, RESOLUTIONS[kind]) for kind in terms.resolutions]
    yield Field("kind", _("Kind of resolution"), "choice", options=a.translated(kinds), default=str(kinds[0][0]))
    yield Field("text", _("What was done, read by the client"), default=a.state.suggestion or "")
    if terms.tracked:
        yield Field("promised_by", _("Promised by"), "instant", False, help=_("only for what is still to be done"))
    if terms.root_cause:
        yield Field("cause", _("Root cause"), "choice", options=a.translated(CAUSES.items()))
        yield Field("cause_text", _("What was found"))
    yield FILES


def _log_time(a: Asking) -> Iterable[Field]:
    yield Field("minutes", _("Minutes"), "number", help=_("as worked; each started step counts by itself"))
    yield Field("work", _("Work"), "choice", options=a.translated(WORKS.items()), default="work")
    yield Field("began_at", _("Began at"), "instant", default=a.local(max(a.state.opened_at, a.now - AN_HOUR)))
    yield Field("text", _("What was done"))


def _classify(a: Asking) -> Iterable[Field]:
    kinds = tuple(
        (name, f"{a.said(one.title, name)} · {say(a.language, COVERED[one.cover])}")
        for name, one in a.state.terms.requests.items()
    )
    yield Field("kind", _("Kind of request"), "choice", options=kinds, default=a.state.kind or "")
    groups = {name: title for one in a.state.terms.levels.values() for name, title in one.groups.items()}
    if groups:
        yield Field("group", _("Competence group"), "choice", False, a.named(groups))
    yield _REASON


def _supply(a: Asking) -> Iterable[Field]:
    for name, item in a.state.terms.intake.items():
        if item.kind not in ("text", "fact") or (a.state.missing and name not in a.state.missing):
            continue
        kind: Kind = "fact" if item.kind == "fact" else "line"
        yield Field(f"intake.{name}", "", kind, required=False, title=a.said(item.title, name))
    if not a.state.missing or any(a.state.terms.intake[name].kind == "product" for name in a.state.missing):
        yield Field("product.name", _("Product"), "line", required=False)
        yield Field("product.version", _("Version"), "line", required=False)
        yield Field("product.serial", _("Serial number"), "line", required=False)


def _exclude(a: Asking) -> Iterable[Field]:
    exclusions = a.named({name: one.title for name, one in a.state.terms.exclusions.items()})
    return (Field("exclusion", _("Exclusion"), "choice", options=exclusions), Field("text", _("What the client reads")))


def _await_defect(a: Asking) -> Iterable[Field]:
    wanted = defects.DefectFilter(status=tuple(one for one in DefectStatus if one not in SETTLED))
    found = defects.find(a.ours.database, wanted, limit=defects.MOST).defects
    known = tuple((one.id, f"{one.id} · {one.title}") for one in found)
    yield Field("defect", _("Defect"), "choice", options=known)
    yield Field("reason", _("Reason, read by the client"))
    if a.state.terms.defects.workaround:
        yield Field("workaround", _("Way around it"), required=False)
        yield Field("no_workaround", _("There is no way around it"), "tick", required=False)


def _make_quote(a: Asking) -> Iterable[Field]:
    yield Field("minutes", _("Minutes"), "number")
    yield Field("amount", _("Amount"), "amount", required=False, help=_("where it is charged by invoice"))
    yield Field("currency", _("Currency"), "choice", False, (("EUR", "EUR"), ("CHF", "CHF"), ("USD", "USD")))
    yield Field("text", _("What is offered"))


def _call(a: Asking) -> Field:
    return Field("call", "", "hidden", default=str(a.state.call.number if a.state.call else 1))


def _call_done(a: Asking) -> Iterable[Field]:
    yield _call(a)
    yield Field(
        "outcome", _("Was somebody reached?"), "choice", options=a.translated(REACHED.items()), default="reached"
    )
    yield Field("text", _("What was said, read by the client; or why nobody was reached"))
    yield Field("next_at", _("Try again at"), "instant", False, help=_("if nobody was reached, and at another time"))


def _session(a: Asking) -> Iterable[Field]:
    return (Field("at", _("When"), "instant"), _TEXT)


def _interval(a: Asking) -> Iterable[Field]:
    return (Field("every", _("Every"), "line", help=_("for example: 4 h, or 3 business days")), _REASON)


def _restore(a: Asking) -> Iterable[Field]:
    return (
        Field("up_at", _("Up since"), "instant", default=a.local(a.now)), Field("text", _("What was done")),
        Field("down_since", _("Down since, if it was another time"), "instant", required=False),
    )  # fmt: skip


def _attribute(a: Asking) -> Iterable[Field]:
    return (Field("fault", _("Whose fault"), "choice", options=a.translated(FAULTS.items())), _REASON)


def _only(*fields: Field) -> Callable[[Asking], Iterable[Field]]:
    return lambda _asking: fields


_FORMS: dict[str, Callable[[Asking], Iterable[Field]]] = {
    "acknowledge": _acknowledge, "comment": _comment, "note": _note, "status_update": _status_update,
    "triage": _triage, "assign": _assign, "escalate": _escalate, "resolve": _resolve, "log_time": _log_time,
    "classify": _classify, "supply": _supply, "exclude": _exclude, "await_defect": _await_defect,
    "make_quote": _make_quote, "offer_session": _session, "agree_interval": _interval, "restore_service": _restore,
    "attribute_outage": _attribute, "consent": _only(), "take_call": lambda a: [_call(a)], "call_done": _call_done,
    "ask": _only(Field("question", _("Question to the client")), FILES),
    "answer": _only(Field("text", _("What the client said")), FILES), "ask_manager": _only(_REASON),
    "ask_progress": _only(Field("text", _("What the client wants to know"), required=False)),
    "ask_quote": _only(Field("text", _("What the client wants quoted"))),
    "refuse": _only(_REASON, FILES), "reopen": _only(_REASON, FILES), "withdraw": _only(_REASON),
    "keep_commitment": _only(Field("text", _("What was done, read by the client"))),
    "leave_defect": _only(_REASON), "ask_installation": _only(Field("text", _("What is to be installed, and when"))),
}  # fmt: skip
"""Steps that a member of staff can take; what only a client may is not here."""
