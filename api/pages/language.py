"""The language of a page: what the reader chose, else what the directory says, else what the browser asks for."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Request

from api.context import Language
from api.pages.catalogue import LANGUAGES

COOKIE = "escalade_language"


async def page_language(request: Request, accepted: Language) -> str:
    """One of `LANGUAGES`."""
    session = getattr(getattr(request.state, "principal", None), "session", None)
    wishes = (request.cookies.get(COOKIE), session.language if session else None, accepted)
    return next((wish for wish in wishes if wish in LANGUAGES), LANGUAGES[0])


PageLanguage = Annotated[str, Depends(page_language)]
