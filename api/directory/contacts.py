"""An organisation's people: listed, added, changed and deactivated by its own key users and administrators."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Path, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from api.access.auth import Caller, Principal
from api.context import Context, Now, Ours
from api.http.idempotency import IdempotencyKey, ticket_id
from api.http.paging import following
from api.http.problems import Problem, invalid
from api.intake.opening import conflict
from api.shapes import AT, Body, example
from domain.commands import Line, Name
from domain.words import Role
from store import contacts, directory, sessions
from store.contacts import ContactFilter
from store.directory import Contact

router = APIRouter(prefix="/v1/contacts", tags=["contracts"])

ContactRoleName = Literal["key_user", "end_user", "administrator"]
Email = Annotated[str, Field(max_length=250, pattern=r"^[^\s@<>,;\"]+@[^\s@<>,;\"]+$")]
Telephone = Annotated[str, Field(max_length=50, pattern=r"^\+?[0-9][0-9 ()./-]{2,}$")]
Language = Annotated[str, Field(pattern=r"^[a-z]{2}$")]
_Id = Annotated[str, Path(max_length=100, pattern=r"^[^\x00-\x1f]*$", examples=["anna"])]
_Plain = Annotated[str | None, Query(max_length=100, pattern=r"^[^\x00-\x1f]*$")]

_CONTACT = {
    "id": "anna", "organisation": "acme", "name": "Anna Berg", "email": "anna@acme.example",
    "telephone": "+33140506070", "role": "key_user", "language": "fr", "active": True,
}  # fmt: skip


class NewContact(Body):
    """Somebody of the organisation. `organisation` is needed from staff."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"name": "Noah Petit", "email": "noah@acme.example", "role": "end_user", "language": "fr"}]
        }
    )

    name: Line
    email: Email
    telephone: Telephone | None = None
    role: ContactRoleName
    language: Language
    organisation: Name | None = None


class ChangedContact(Body):
    """What changes; what is left out stays. `active` false: signs in no longer, and gets no mail."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"telephone": "+33140506071", "active": True}]})

    name: Line | None = None
    email: Email | None = None
    telephone: Telephone | Literal[""] | None = Field(None, description="empty: none any longer")
    role: ContactRoleName | None = None
    language: Language | None = None
    active: bool | None = None


class ContactView(BaseModel):
    """Somebody of a client."""

    model_config = example(**_CONTACT)

    id: str
    organisation: str
    name: str
    email: str | None = None
    telephone: str | None = None
    role: ContactRoleName
    language: str
    active: bool
    deactivated_at: datetime | None = None


class ContactPage(BaseModel):
    """Some contacts by name; `next` is the cursor of those that follow."""

    model_config = example(items=[_CONTACT])

    items: list[ContactView]
    next: str | None = None


class ChangeView(BaseModel):
    """Who changed what: the fields that changed, each as it was and as it is."""

    model_config = example(
        number=2, at=AT, by="client", by_id="anna", before={"role": "end_user"}, after={"role": "key_user"}
    )

    number: int
    at: datetime
    by: Role
    by_id: str
    before: dict[str, Any]
    after: dict[str, Any]


class ChangePage(BaseModel):
    """Some changes, newest first; `next` is the cursor of those that follow."""

    model_config = example(items=[ChangeView.model_config["json_schema_extra"]["examples"][0]])  # type: ignore[index]

    items: list[ChangeView]
    next: str | None = None


@router.get("", operation_id="list_contacts", summary="List an organisation's people", response_model_exclude_none=True)
def list_(
    caller: Caller,
    ours: Ours,
    request: Request,
    response: Response,
    organisation: _Plain = None,
    role: ContactRoleName | None = None,
    active: bool | None = None,
    text: _Plain = None,
    limit: Annotated[int, Query(ge=1, le=contacts.MOST)] = 50,
    cursor: Annotated[str | None, Query(max_length=500, description="`next` of the page before")] = None,
) -> ContactPage:
    """By name; a client's key user sees its own."""
    if organisation is not None and not caller.reaches(organisation):
        return ContactPage(items=[])
    wanted = ContactFilter(organisation=caller.organisation or organisation, role=role, active=active, text=text)
    try:
        found, beyond = contacts.find(ours.database, wanted, cursor, limit)
    except ValueError as error:
        raise invalid("/cursor", str(error), where="query") from None
    following(request, response, beyond)
    return ContactPage(items=[view(one) for one in found], next=beyond)


@router.post("", operation_id="add_contact", status_code=201, summary="Add somebody to an organisation",
             response_model_exclude_none=True)  # fmt: skip
def add(body: NewContact, caller: Caller, ours: Ours, key: IdempotencyKey, now: Now, response: Response) -> ContactView:
    """They can sign in from now on, by a link to their address."""
    kept = add_contact(ours, caller, body, key.value, now)
    response.headers["Location"] = f"/v1/contacts/{kept.id}"
    return view(kept)


@router.get("/{id}", operation_id="read_contact", summary="Read a contact", response_model_exclude_none=True)
def read(id: _Id, caller: Caller, ours: Ours) -> ContactView:
    """One person of the organisation."""
    return view(reached_contact(ours, caller, id))


@router.patch("/{id}", operation_id="change_contact", summary="Change a contact", response_model_exclude_none=True)
def change(id: _Id, body: ChangedContact, caller: Caller, ours: Ours, now: Now) -> ContactView:
    """Or deactivate it: then it signs in no longer and gets no mail; its tickets go on naming it."""
    return view(change_contact(ours, caller, id, body, now))


@router.get("/{id}/changes", operation_id="list_contact_changes", summary="Who changed a contact")
def list_changes(
    id: _Id,
    caller: Caller,
    ours: Ours,
    request: Request,
    response: Response,
    limit: Annotated[int, Query(ge=1, le=contacts.MOST)] = 50,
    cursor: Annotated[str | None, Query(max_length=500)] = None,
) -> ChangePage:
    """Newest first."""
    reached_contact(ours, caller, id)
    try:
        found, beyond = contacts.changes(ours.database, id, cursor, limit)
    except ValueError as error:
        raise invalid("/cursor", str(error), where="query") from None
    following(request, response, beyond)
    items = [
        ChangeView(number=one.number, at=one.at, by=one.by.role, by_id=one.by.id, before=one.before, after=one.after)
        for one in found
    ]
    return ChangePage(items=items, next=beyond)


def reached_contact(ours: Context, caller: Principal, id: str) -> Contact:
    """The contact. A Problem (404) for another organisation's, as for one that is not there."""
    found = directory.contact(ours.database, id)
    if found is None or not caller.reaches(found.organisation):
        raise Problem(404, "unknown_contact", f'There is no contact "{id}".')
    return found


def add_contact(ours: Context, caller: Principal, body: NewContact, key: str, now: datetime) -> Contact:
    """The contact as it is kept; the same one again for the same key."""
    organisation = body.organisation or caller.organisation
    if organisation is None:
        raise invalid("/organisation", "Say of which organisation.", code="organisation_missing")
    if not caller.reaches(organisation) or directory.organisation(ours.database, organisation) is None:
        raise Problem(404, "unknown_organisation", f'There is no organisation "{organisation}".')
    made = Contact(
        id=f"C-{ticket_id('contact', caller.scope, key)}",
        organisation=organisation,
        **body.model_dump(exclude={"organisation"}),
    )
    taken = contacts.with_address(ours.database, organisation, body.email, made.id)
    if taken is not None:
        raise invalid("/email", f"{taken.name} has this address already.", code="address_taken")
    kept = contacts.add(ours.database, made, caller.actor, now)
    if kept.model_copy(update={"deactivated_at": None}) != made:
        raise conflict()
    return kept


def change_contact(ours: Context, caller: Principal, id: str, body: ChangedContact, now: datetime) -> Contact:
    """The contact after the change. A Problem when it would lock its organisation, or the one who asks, out."""
    contact = reached_contact(ours, caller, id)
    fields: dict[str, Any] = body.model_dump(exclude_unset=True, exclude_none=True, exclude={"active"})
    if "telephone" in fields:
        fields["telephone"] = fields["telephone"] or None
    if body.active is not None and body.active != (contact.deactivated_at is None):
        fields["deactivated_at"] = None if body.active else now
    leaves = "deactivated_at" in fields and not body.active
    demoted = fields.get("role", contact.role) == "end_user" and contact.role != "end_user"
    if caller.id == id and (leaves or demoted):
        detail = "You cannot take your own rights away. Have another key user do it."
        raise Problem(409, "own_rights", detail)
    if leaves:
        _not_needed(ours, contact, now)
    address = fields.get("email", contact.email)
    if address and (leaves is False) and ("email" in fields or "deactivated_at" in fields):
        taken = contacts.with_address(ours.database, contact.organisation, address, id)
        if taken is not None:
            raise invalid("/email", f"{taken.name} has this address already.", code="address_taken")
    changed = contacts.change(ours.database, id, fields, caller.actor, now)
    if leaves:
        sessions.end_all(ours.database, id, now)
    return changed


def _not_needed(ours: Context, contact: Contact, now: datetime) -> None:
    """Refuses to deactivate the one person who can agree that a ticket is solved (TF-11)."""
    for contract in directory.contracts(ours.database, contact.organisation, at=now):
        if contract.client_representative == contact.id:
            detail = (
                f"The contract {contract.id} names {contact.name} as the one who agrees for your side. "
                "Have another person named there first."
            )
            raise Problem(409, "representative_needed", detail)


def view(contact: Contact) -> ContactView:
    """A contact as it is told."""
    return ContactView(**contact.model_dump(mode="python"), active=contact.deactivated_at is None)
