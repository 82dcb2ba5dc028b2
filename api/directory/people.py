"""Whom to turn to at ours: the escalation matrix by subject (PC-10), and our staff with what each has to do (1L-25)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Query, Response
from pydantic import BaseModel

from agreements import AgreementFile
from agreements.schema.contact import SubjectRule
from api.access.auth import Caller
from api.context import Context, Language, Now, Ours
from api.http.problems import Problem, invalid
from api.shapes import example
from domain.messages import Recipient
from domain.words import Level, Role
from store import agreements as stored
from store import directory, tickets

router = APIRouter(prefix="/v1", tags=["contracts"])

_CONTACT = {
    "subject": "contract", "title": "Contract and commercial relation", "role": "account_manager",
    "role_title": "Customer account manager", "name": "Alice Meyer", "email": "alice@support.example",
    "agreement": "proconcept", "clause": ["PC-10"], "assumed": None,
}  # fmt: skip
_MEMBER = {"id": "bob", "name": "Bob Martin", "role": "level1", "level": "support", "open_tickets": 3}


class EscalationContact(BaseModel):
    """Whom to turn to for a subject. `name` is absent where a role has a mailbox and no person is named."""

    model_config = example(**_CONTACT)

    subject: str
    title: str
    role: str
    role_title: str
    name: str | None = None
    email: str | None = None
    agreement: str
    clause: list[str]
    assumed: str | None = None


class EscalationContacts(BaseModel):
    """The escalation matrix of an organisation's contracts, or its lines for one subject."""

    model_config = example(items=[_CONTACT])

    items: list[EscalationContact]


class StaffView(BaseModel):
    """Somebody of ours, and how many open tickets are assigned to that person."""

    model_config = example(**_MEMBER)

    id: str
    name: str
    role: Role
    level: Level | None = None
    group: str | None = None
    open_tickets: int


class StaffList(BaseModel):
    """Who has least to do comes first: the next ticket is for that person."""

    model_config = example(items=[_MEMBER])

    items: list[StaffView]


_Plain = Annotated[str | None, Query(max_length=100, pattern=r"^[^\x00-\x1f]*$")]


@router.get("/escalation-contacts", operation_id="read_escalation_contacts", summary="Whom to turn to for a subject")
def read_escalation_contacts(
    caller: Caller,
    ours: Ours,
    now: Now,
    language: Language,
    response: Response,
    subject: _Plain = None,
    organisation: _Plain = None,
) -> EscalationContacts:
    """For the caller's organisation; staff names one. Without a subject the whole matrix."""
    named = organisation or caller.organisation
    if named is None:
        raise invalid("/organisation", "Say for which organisation.", code="organisation_missing", where="query")
    if not caller.reaches(named) or directory.organisation(ours.database, named) is None:
        raise Problem(404, "unknown_organisation", f'There is no organisation "{named}".')
    response.headers["Content-Language"] = language
    lines = list(_matrix(ours, named, now, language))
    found = [line for line in lines if subject in (None, line.subject)]
    if subject is not None and not found:
        known = ", ".join(dict.fromkeys(line.subject for line in lines)) or "none"
        raise Problem(404, "unknown_subject", f'There is no subject "{subject}"; the subjects are: {known}.')
    return EscalationContacts(items=found)


def _matrix(ours: Context, organisation: str, now: datetime, language: str) -> Iterator[EscalationContact]:
    seen: set[str] = set()
    for contract in directory.contracts(ours.database, organisation, at=now):
        current = stored.current(ours.database, contract.agreement)
        if current is None or contract.agreement in seen:
            continue
        seen.add(contract.agreement)
        agreement: AgreementFile = ours.agreements.read(current)
        for name, rule in agreement.contact.subjects.items():
            reached = _reached(ours, rule, contract)
            yield EscalationContact(
                subject=name,
                title=rule.title.get(language) or next(iter(rule.title.values())),
                role=rule.role,
                role_title=rule.role_title.get(language) or next(iter(rule.role_title.values())),
                name=reached.name if reached else None,
                email=reached.email if reached else None,
                agreement=contract.agreement,
                clause=list(rule.clause),
                assumed=rule.reason,
            )


def _reached(ours: Context, rule: SubjectRule, contract: directory.Contract) -> directory.Address | None:
    """The person whom the contract names for that role, the mailbox of the role, or that of the team of its name."""
    person = {"account_manager": contract.account_manager, "success_manager": contract.success_manager}.get(rule.role)
    ways = [Recipient(kind="staff", id=person)] if person else []
    ways += [Recipient(kind="role", id=rule.role), Recipient(kind="team", id=rule.role)]
    return next(filter(None, (directory.address_of(ours.database, way) for way in ways)), None)


@router.get("/staff", operation_id="list_staff", summary="List our staff")
def list_staff(ours: Ours, level: Level | None = None, group: _Plain = None, role: Role | None = None) -> StaffList:
    """Who can be given a ticket, with the number of open tickets that each has."""
    busy = tickets.open_by_assignee(ours.database)
    members = [
        StaffView(
            id=member.id,
            name=member.name,
            role=member.role,
            level=member.level,
            group=member.group,
            open_tickets=busy.get(member.id, 0),
        )
        for member in directory.staff(ours.database)
        if level in (None, member.level) and group in (None, member.group) and role in (None, member.role)
    ]
    return StaffList(items=sorted(members, key=lambda member: (member.open_tickets, member.name, member.id)))
