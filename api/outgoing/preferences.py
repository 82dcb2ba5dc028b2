"""What a contact or a member of staff wishes of our messages, within what the agreement demands."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Path
from fastapi.concurrency import run_in_threadpool
from pydantic import BaseModel, ConfigDict, Field

from api.access.auth import Caller, Principal
from api.context import Context, Now, Ours
from api.http.problems import Problem, invalid
from api.shapes import Body, example
from domain.messages.demands import KEEPS
from domain.messages.subjects import SUBJECTS
from domain.preferences import Chosen, Preferences
from domain.quiet import QuietHours
from domain.words import STAFF, ContactRole, Role, Subject
from store import directory, preferences
from store.directory import Contact

router = APIRouter(prefix="/v1", tags=["outgoing"])
ContactId = Annotated[str, Path(max_length=100, pattern=r"^[^\x00-\x1f]*$")]

STAFF_LANGUAGES = ("en", "fr")
_QUIET = {"zone": "Europe/Paris", "since": "19:00", "until": "08:00", "days": ["mon", "tue", "wed", "thu", "fri"]}
_WISHES: dict[str, Any] = {"ways": {"conversation": ["chat"], "closing": []}, "quiet": [_QUIET], "language": "fr"}


class PreferencesBody(Body):
    """All wishes at once: what is left out goes back to the default. A subject without ways: only what is demanded."""

    model_config = ConfigDict(json_schema_extra={"examples": [_WISHES]})

    ways: dict[Subject, Chosen] = {}
    quiet: Annotated[tuple[QuietHours, ...], Field(max_length=14)] = ()
    language: str | None = Field(None, pattern=r"^[a-z]{2}$", description="absent: it stays as it is")


class PreferencesView(BaseModel):
    """Somebody's wishes. `always_by_mail`: messages that keep a promise and go out by mail at once, whatever is wished.

    What an agreement demands besides, for a severity, cannot be switched off either.
    """

    model_config = example(**_WISHES, always_by_mail=["opened", "question", "resolution"])

    ways: dict[Subject, Chosen]
    quiet: tuple[QuietHours, ...]
    language: str | None = None
    always_by_mail: list[str]


@router.get("/me/preferences", operation_id="read_my_preferences", summary="Read what you wish of our messages")
def read_mine(caller: Caller, ours: Ours) -> PreferencesView:
    """Your own, as a contact or a member of staff."""
    if caller.role in STAFF:
        return _staff_view(ours, caller.id)
    return _contact_view(ours, _contact(ours, caller, caller.id))


@router.put("/me/preferences", operation_id="save_my_preferences", summary="Say what you wish of our messages")
async def save_mine(body: PreferencesBody, caller: Caller, ours: Ours, now: Now) -> PreferencesView:
    """They hold from the next message on. Quiet hours hold back only what can wait."""
    wishes = Preferences(ways=body.ways, quiet=body.quiet, language=body.language if caller.role in STAFF else None)
    if caller.role not in STAFF:
        return await run_in_threadpool(_save, ours, caller, caller.id, body, now)
    if directory.member(ours.database, caller.id) is None:
        raise Problem(404, "unknown_reader", f'"{caller.id}" is no member of staff in the directory.')
    if body.language is not None and body.language not in STAFF_LANGUAGES:
        raise invalid("/language", "Staff reads English or French: en, fr.", code="language_not_served")
    await run_in_threadpool(preferences.save, ours.database, "staff", caller.id, wishes, caller.id, now)
    return await run_in_threadpool(_staff_view, ours, caller.id)


@router.get("/contacts/{id}/preferences", operation_id="read_contact_preferences", summary="Read what a contact wishes")
def read(id: ContactId, caller: Caller, ours: Ours) -> PreferencesView:
    """A client reads those of its own organisation."""
    return _contact_view(ours, _contact(ours, caller, id))


@router.put("/contacts/{id}/preferences", operation_id="save_contact_preferences", summary="Say what a contact wishes")
async def save(id: ContactId, body: PreferencesBody, caller: Caller, ours: Ours, now: Now) -> PreferencesView:
    """Staff, the contact itself, and the administrators of its organisation."""
    return await run_in_threadpool(_save, ours, caller, id, body, now)


def _save(ours: Context, caller: Principal, id: str, body: PreferencesBody, now: Now) -> PreferencesView:
    contact = _contact(ours, caller, id)
    if caller.role is Role.client and caller.id != id:
        own = directory.contact(ours.database, caller.id)
        if own is None or own.role != ContactRole.administrator:
            detail = "Only the contact itself, an administrator of its organisation, or staff may change this."
            raise Problem(403, "not_yours_to_change", detail)
    wishes = Preferences(ways=body.ways, quiet=body.quiet)
    preferences.save(ours.database, "contact", id, wishes, f"{caller.role}:{caller.id}", now)
    if body.language is not None and body.language != contact.language:
        contact = contact.model_copy(update={"language": body.language})
        directory.save(ours.database, contact)
    return _contact_view(ours, contact)


def _contact(ours: Context, caller: Principal, id: str) -> Contact:
    found = directory.contact(ours.database, id)
    if found is None or not caller.reaches(found.organisation):
        raise Problem(404, "unknown_contact", f'There is no contact "{id}".')
    return found


def _contact_view(ours: Context, contact: Contact) -> PreferencesView:
    wishes = preferences.read(ours.database, "contact", contact.id)
    return _view(wishes, contact.language, staff=False)


def _staff_view(ours: Context, id: str) -> PreferencesView:
    wishes = preferences.read(ours.database, "staff", id)
    return _view(wishes, wishes.language, staff=True)


def _view(wishes: Preferences, language: str | None, *, staff: bool) -> PreferencesView:
    kept = [name for name in SUBJECTS if name in KEEPS and name.startswith("staff_") == staff]
    return PreferencesView(ways=wishes.ways, quiet=wishes.quiet, language=language, always_by_mail=kept)
