"""The sign-in page: a button per provider, an address for a link, a key where that is allowed."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from fastapi.responses import RedirectResponse, Response

from api.access.visitor import Visitor
from api.context import Now
from api.identity.provider_client import ProviderClient
from api.pages.doors import within
from api.pages.language import PageLanguage
from api.pages.navigation import home
from api.pages.rendering import page
from runtime.settings import Settings

router = APIRouter(include_in_schema=False)
Next = Annotated[str, Query(max_length=500)]
Out = Annotated[str, Query(max_length=40)]


@router.get("/sign-in", operation_id="sign_in_page")
async def sign_in_page(
    request: Request,
    visitor: Visitor,
    now: Now,
    language: PageLanguage,
    next: Next = "/",
    sent: bool = False,
    out: Out = "",
) -> Response:
    """Whoever is signed in goes on to where it wanted."""
    if visitor is not None:
        wanted = within(next)
        return RedirectResponse(home(visitor) if wanted == "/" else wanted, status_code=303)
    leave = _clients(request).get(out)
    return shown(request, language, now, next=next, sent=sent, signed_out=bool(out), leave=leave and leave.provider)


def shown(request: Request, language: str, now: datetime, *, next: str, status: int = 200, **more: Any) -> Response:
    """The page; `fault` is a sentence for whoever just tried, `sent` says that a link is on its way."""
    settings: Settings = request.app.state.settings
    given: dict[str, Any] = {"fault": "", "sent": False, "signed_out": False, "leave": None, **more}
    return page(
        request,
        "identity/sign_in.html",
        language=language,
        now=now,
        status=status,
        next=within(next),
        by_link=settings.sign_in_links,
        by_key=settings.signs_in_by_key,
        providers=[one.provider for one in _clients(request).values()],
        **given,
    )


def _clients(request: Request) -> dict[str, ProviderClient]:
    found: dict[str, ProviderClient] = request.app.state.providers
    return found
