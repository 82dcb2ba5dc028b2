"""A key user keeps the people of the organisation: who files, who is written to, who may no longer."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Path, Query, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import RedirectResponse

from api.context import Context, Now, Ours
from api.directory.contacts import ChangedContact, NewContact, add_contact, change_contact, reached_contact
from api.http.problems import Problem, invalid
from api.pages.catalogue import NAMES
from api.pages.catalogue import mark as _
from api.pages.forms import Form, read_form
from api.pages.language import PageLanguage
from api.pages.rendering import page
from api.portal.client import Client, ThisClient
from api.portal.refusals import faults_in_words, refusal_in_words
from domain.words import Role
from store import contacts, directory
from store.contacts import ContactFilter
from store.directory import Contact

router = APIRouter(prefix="/portal/contacts", include_in_schema=False)

AT_ONCE = 50
ROLES = {
    "key_user": _("key user: files, and keeps the contacts"),
    "administrator": _("administrator: files, and keeps the contacts"),
    "end_user": _("user"),
}
FIELDS = {
    "name": _("Name"), "email": _("E-mail"), "telephone": _("Telephone"), "role": _("Role"),
    "language": _("Language"), "deactivated_at": _("Deactivated"),
}  # fmt: skip
DONE = {
    "added": _("Added. They can sign in with their e-mail address from now on."),
    "changed": _("The change is kept."),
    "deactivated": _("Deactivated: they can no longer sign in, and get no mail."),
    "activated": _("Active again."),
}
_Id = Annotated[str, Path(max_length=100, pattern=r"^[^\x00-\x1f]*$")]


@router.get("", operation_id="portal_contacts")
async def show(
    client: ThisClient,
    ours: Ours,
    now: Now,
    request: Request,
    language: PageLanguage,
    text: Annotated[str, Query(max_length=100, pattern=r"^[^\x00-\x1f]*$")] = "",
    cursor: Annotated[str | None, Query(max_length=500)] = None,
    done: Annotated[str, Query(max_length=20)] = "",
) -> Response:
    """Everybody, those who were deactivated too, and the form for one more."""
    return await _list(request, ours, client, language, now, text=text.strip(), cursor=cursor, done=DONE.get(done))


@router.post("", operation_id="portal_add_contact")
async def add(client: ThisClient, ours: Ours, now: Now, request: Request, language: PageLanguage) -> Response:
    """Adds somebody; a form that is sent twice adds them once."""
    form = await read_form(request, NewContact, organisation=client.organisation.id)
    faults_in_words(form, language)
    if form.body is not None:
        try:
            await run_in_threadpool(add_contact, ours, client.caller, form.body, form.key, now)
            return RedirectResponse("/portal/contacts?done=added", status_code=303)
        except Problem as refused:
            _refuse(form, refused, language)
    return await _list(request, ours, client, language, now, form=form, status=422)


@router.get("/{id}", operation_id="portal_contact")
async def one(
    id: _Id,
    client: ThisClient,
    ours: Ours,
    now: Now,
    request: Request,
    language: PageLanguage,
    done: Annotated[str, Query(max_length=20)] = "",
) -> Response:
    """One person: what is kept of them, and who changed it."""
    return await _one(request, ours, client, id, language, now, done=DONE.get(done))


@router.post("/{id}", operation_id="portal_change_contact")
async def change(
    id: _Id, client: ThisClient, ours: Ours, now: Now, request: Request, language: PageLanguage
) -> Response:
    """Changes what is kept, or whether they are active."""
    posted = await request.form()
    emptied = {} if "active" in posted else {"telephone": str(posted.get("telephone", "")).strip()}
    form = await read_form(request, ChangedContact, **emptied)
    faults_in_words(form, language)
    if form.body is not None:
        try:
            await run_in_threadpool(change_contact, ours, client.caller, id, form.body, now)
        except Problem as refused:
            if refused.status == 404:
                raise
            _refuse(form, refused, language)
        else:
            done = {None: "changed", True: "activated", False: "deactivated"}[form.body.active]
            return RedirectResponse(f"/portal/contacts/{id}?done={done}", status_code=303)
    return await _one(request, ours, client, id, language, now, form=form, status=422)


def _refuse(form: Form[Any], refused: Problem, language: str) -> None:
    errors = refused.more.get("errors") or [{}]
    form.refuse(str(errors[0].get("pointer", "")).strip("/"), refusal_in_words(refused.code, refused.detail, language))


async def _list(
    request: Request,
    ours: Context,
    client: Client,
    language: str,
    now: datetime,
    *,
    text: str = "",
    cursor: str | None = None,
    done: str | None = None,
    form: Form[Any] | None = None,
    status: int = 200,
) -> Response:
    wanted = ContactFilter(organisation=client.organisation.id, text=text or None)
    try:
        found, beyond = await run_in_threadpool(contacts.find, ours.database, wanted, cursor, AT_ONCE)
    except ValueError as error:
        raise invalid("/cursor", str(error), where="query") from None
    following = f"?{urlencode({'text': text, 'cursor': beyond})}" if beyond else None
    return page(
        request, "portal/contacts.html", language=language, now=now, zone=client.zone, status=status, client=client,
        people=found, following=following, text=text, done=done, form=form,
        roles=ROLES, spoken=list(NAMES.items()), own_language=client.organisation.language,
    )  # fmt: skip


async def _one(
    request: Request,
    ours: Context,
    client: Client,
    id: str,
    language: str,
    now: datetime,
    *,
    done: str | None = None,
    form: Form[Any] | None = None,
    status: int = 200,
) -> Response:
    person: Contact = await run_in_threadpool(reached_contact, ours, client.caller, id)
    changes, _beyond = await run_in_threadpool(contacts.changes, ours.database, id)
    names = await run_in_threadpool(directory.contact_names, ours.database, client.organisation.id)
    told = [
        {
            "at": one.at,
            "who": names.get(one.by.id, one.by.id) if one.by.role is Role.client else None,
            "fields": [FIELDS[name] for name in one.after if name in FIELDS],
            "added": not one.before,
        }
        for one in changes
    ]
    spoken = dict(NAMES) | {person.language: NAMES.get(person.language, person.language)}
    return page(
        request, "portal/contact.html", language=language, now=now, zone=client.zone, status=status, client=client,
        person=person, changes=told, done=done, form=form, roles=ROLES, spoken=list(spoken.items()),
        itself=person.id == client.caller.id,
    )  # fmt: skip
