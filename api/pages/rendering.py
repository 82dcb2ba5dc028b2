"""One page: a template, what it shows, and what every page has: words, reader, navigation, assets, times."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cache, partial
from pathlib import Path
from typing import Any

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from api.pages import times
from api.pages.assets import asset
from api.pages.catalogue import NAMES, say, sentences
from api.pages.choices import options
from api.pages.navigation import places
from domain.words import STAFF, Role

TEMPLATES = Path(__file__).parent / "templates"
DEFAULT_ZONE = "Europe/Paris"


@cache
def environment(language: str) -> Environment:
    """The templates in one language. Everything that is filled in is escaped; a name that is missing is an error."""
    made = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        extensions=["jinja2.ext.i18n", "jinja2.ext.do"],
        trim_blocks=True,
        lstrip_blocks=True,
    )
    known = sentences(language)
    made.install_gettext_callables(  # type: ignore[attr-defined]  # the extension adds it
        lambda text: known.get(text, text),
        lambda one, many, number: known.get(one if number == 1 else many, one if number == 1 else many),
        newstyle=True,
    )
    made.globals.update(asset=asset, language=language, languages=NAMES, say=partial(say, language), options=options)
    made.filters["paragraphs"] = times.paragraphs
    made.filters["size"] = partial(_size, language)
    made.filters["span"] = partial(_span, language)
    made.filters["percent"] = partial(_percent, language)
    return made


def page(
    request: Request,
    template: str,
    *,
    language: str,
    now: datetime,
    zone: str = DEFAULT_ZONE,
    status: int = 200,
    headers: Mapping[str, str] | None = None,
    **shown: Any,
) -> HTMLResponse:
    """The page as an answer. `zone` is where its instants are told; `shown` is what the template names.

    Every template can use: `_()`, `caller` (None for a visitor), `places`, `now`, `at(instant)`, `near(instant)` (the
    words of it alone), `day(instant)`, `readable(sentence)` (of the rules, with its instants as the page tells all),
    `asset(file)`, `csrf`, `fresh_key()` (an Idempotency-Key for a form), `path`.
    """
    made = environment(language).get_template(template)
    caller = getattr(request.state, "principal", None)
    session = caller.session if caller else None
    open_ = places(caller)
    html = made.render(
        request=request,
        path=request.url.path,
        caller=caller,
        is_staff=caller is not None and caller.role in STAFF,
        is_client=caller is not None and caller.role is Role.client,
        csrf=session.csrf if session else "",
        places=open_,
        here=place_of(request.url.path, [place.address for place in open_]),
        now=now,
        zone=zone,
        at=partial(_at, now, language, zone),
        near=partial(_near, now, language, zone),
        day=partial(_day, language, zone),
        readable=partial(_readable, now, language, zone),
        fresh_key=lambda: str(uuid.uuid4()),
        **shown,
    )
    return HTMLResponse(html, status, {"Content-Language": language, "Vary": "Cookie", **(headers or {})})


def place_of(path: str, addresses: Sequence[str]) -> str:
    """The place that the page belongs to: the longest address that it is under; empty for none."""
    under = [one for one in addresses if path == one or path.startswith(f"{one}/")]
    return max(under, key=len, default="")


def _at(now: datetime, language: str, zone: str, instant: datetime | None) -> Markup:
    return times.instant(instant, now, language, zone)


def _near(now: datetime, language: str, zone: str, instant: datetime) -> str:
    return times.near(instant, now, language, zone)


def _day(language: str, zone: str, instant: datetime | None) -> Markup:
    return times.day(instant, language, zone)


def _readable(now: datetime, language: str, zone: str, sentence: str) -> str:
    return times.readable(sentence, now, language, zone)


def _size(language: str, octets: int) -> str:
    return times.size(octets, language)


def _percent(language: str, share: float) -> str:
    return times.percent(share, language)


def _span(language: str, seconds: float) -> str:
    return times.span(seconds, language)
