"""What a list can be narrowed by: fields above it, and the address's query read as the API's own filters."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, TypeVar
from zoneinfo import ZoneInfo

from fastapi import Request
from pydantic import BaseModel, ValidationError

from api.http.problems import invalid
from api.pages.catalogue import say
from api.pages.rendering import DEFAULT_ZONE

Model = TypeVar("Model", bound=BaseModel)
NOBODY = "-"
"""Stands in the address for "without one": an empty field of a form asks for nothing."""


@dataclass(frozen=True)
class Filter:
    """A field above a list. `label` is a sentence of the catalogue; `options` are in the reader's language already."""

    name: str
    label: str
    value: str = ""
    options: tuple[tuple[str, str], ...] = ()
    kind: Literal["choice", "text", "instant"] = "text"
    standard: str = ""
    """What holds when nothing is said: it narrows nothing down."""

    @property
    def narrows(self) -> bool:
        return self.value not in ("", self.standard)


def choice(
    request: Request,
    name: str,
    label: str,
    options: Iterable[tuple[str, str]],
    *,
    language: str = "",
    standard: str = "",
) -> Filter:
    """One of several; with a `language` the options' words are sentences of the catalogue."""
    told = tuple((str(key), say(language, words) if language else words) for key, words in options)
    return Filter(name, label, request.query_params.get(name, standard), told, "choice", standard)


def text(request: Request, name: str, label: str, suggested: Iterable[tuple[str, str]] = ()) -> Filter:
    """What is typed; `suggested`: values with their words, of which a browser offers those that fit."""
    return Filter(name, label, request.query_params.get(name, ""), tuple(suggested))


def instant(request: Request, name: str, label: str) -> Filter:
    """A day and a time of the pages' zone."""
    return Filter(name, label, request.query_params.get(name, ""), kind="instant")


def read_query(request: Request, model: type[Model], *, zone: str = DEFAULT_ZONE, **fixed: Any) -> Model:
    """The address's query as `model`; empty fields ask for nothing, unknown ones are left out. A Problem (422) if not.

    `fixed` stands whatever the address says.
    """
    given = {name: value.strip() for name, value in request.query_params.items() if name in model.model_fields}
    read: dict[str, Any] = {name: _read(name, value, zone) for name, value in given.items() if value}
    try:
        return model.model_validate({**read, **fixed})
    except ValidationError as error:
        fault = error.errors()[0]
        raise invalid("/" + "/".join(map(str, fault["loc"])), str(fault["msg"]), where="query") from None


def _read(name: str, value: str, zone: str) -> str:
    if value == NOBODY:
        return ""
    if not name.endswith("_at"):
        return value
    try:
        at = datetime.fromisoformat(value)
    except ValueError:
        return value
    return (at if at.tzinfo else at.replace(tzinfo=ZoneInfo(zone))).isoformat()
