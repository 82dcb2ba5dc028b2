"""A form of a page that is a list: what is asked, what the answer is when the API's operation refuses."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from fastapi import Request
from pydantic import BaseModel

from api.board.step_fields import Field
from api.engine.tickets import EngineAway, EngineBusy
from api.http.problems import Problem
from api.http.refusal_codes import STATUS
from api.pages.catalogue import mark as _
from api.pages.catalogue import say
from api.pages.forms import Form
from api.pages.refusals import fault_in_words, refused_in_words
from api.pages.rendering import DEFAULT_ZONE
from domain.errors import DomainError

Model = TypeVar("Model", bound=BaseModel)


@dataclass(frozen=True)
class PageForm:
    """`title`, `button` and `help` are sentences of the catalogue; `step` tells it from the page's other forms."""

    step: str
    title: str
    button: str
    address: str
    fields: tuple[Field, ...]
    help: str = ""


async def instants(request: Request, *names: str) -> dict[str, Any]:
    """What stands in these fields for date and time, as instants of the pages' zone; as typed when it is no instant."""
    posted = await request.form()
    given = {name: str(posted.get(name, "")).strip() for name in names}
    return {name: _instant(typed) for name, typed in given.items() if typed}


def _instant(typed: str) -> datetime | str:
    try:
        at = datetime.fromisoformat(typed)
    except ValueError:
        return typed
    return at if at.tzinfo else at.replace(tzinfo=ZoneInfo(DEFAULT_ZONE))


async def carried_out(form: Form[Model], act: Callable[[Model], Awaitable[Any]], language: str) -> int | None:
    """None when it is done. Otherwise the status of the refusal, which the form then tells in words."""
    for name, told in form.errors.items():
        form.errors[name] = fault_in_words(told, language)
    if form.body is None:
        return 422
    try:
        await act(form.body)
    except DomainError as refused:
        form.refuse("", refused_in_words(refused.code, refused.message, language))
        return STATUS.get(refused.code, 409)
    except Problem as refused:
        form.refuse("", refused_in_words(refused.code, refused.detail, language))
        return refused.status
    except (EngineAway, EngineBusy):
        form.refuse("", say(language, _("The engine did not answer. Send it again: nothing is done twice.")))
        form.again = True
        return 503
    return None


def said_of(done: str, words: Mapping[str, str], language: str) -> str:
    """What a page says of the step that led back to it; nothing of one that it does not know."""
    return say(language, words[done]) if done in words else ""
