"""What a page's form posts, as the same body that the API takes: one model, one set of refusals."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from fastapi import Request
from pydantic import BaseModel, ValidationError
from starlette.datastructures import FormData, UploadFile

from api.access.browser import FIELD
from api.http.scalars import FORM

Model = TypeVar("Model", bound=BaseModel)
KEY = "idempotency_key"
"""The hidden field that makes a form that is sent twice one command."""


@dataclass
class Form(Generic[Model]):
    """`body` when everything is understood; otherwise `errors` by field, and what was typed, to be shown again."""

    body: Model | None
    key: str
    values: dict[str, Any] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)
    files: dict[str, list[UploadFile]] = field(default_factory=dict)
    again: bool = False
    """Nobody knows whether it was done: sent again, it has the same key."""

    def refuse(self, name: str, why: str) -> None:
        """Says what is wrong with a field, after the body was understood; an empty name means the whole form."""
        self.errors[name] = why


async def read_form(request: Request, model: type[Model], **fixed: Any) -> Form[Model]:
    """The request's form as `model`. Empty fields are left out; "a.b" is field b of a; several values become a list.

    `fixed` stands for fields that the page does not ask for.
    """
    posted = await request.form()
    values, files = _values(posted)
    key = str(values.pop(KEY, "")) or str(uuid.uuid4())
    try:
        body = model.model_validate(_nested({**values, **fixed}), context=FORM)
    except ValidationError as error:
        errors = {".".join(map(str, fault["loc"])): _readable(str(fault["msg"])) for fault in error.errors()}
        return Form(None, key, values, errors, files)
    return Form(body, key, values, {}, files)


def _values(posted: FormData) -> tuple[dict[str, Any], dict[str, list[UploadFile]]]:
    values: dict[str, Any] = {}
    files: dict[str, list[UploadFile]] = {}
    for name in dict.fromkeys(posted.keys()):
        found = posted.getlist(name)
        uploads = [one for one in found if isinstance(one, UploadFile) and one.filename]
        texts = [one.replace("\r\n", "\n").strip() for one in found if isinstance(one, str)]
        texts = [one for one in texts if one]
        if uploads:
            files[name] = uploads
        if name != FIELD and texts:
            values[name] = texts if name.endswith("[]") else texts[-1]
    return values, files


def _nested(values: dict[str, Any]) -> dict[str, Any]:
    made: dict[str, Any] = {}
    for name, value in values.items():
        *outer, last = name.removesuffix("[]").split(".")
        place = made
        for part in outer:
            place = place.setdefault(part, {})
        place[last] = value
    return made


def _readable(message: str) -> str:
    return message.removeprefix("Value error, ")
