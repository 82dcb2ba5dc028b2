"""A page of the board that is a list, or a few of them: heading, filters, tables, the way to what follows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from fastapi import Request
from fastapi.responses import HTMLResponse

from api.access.auth import Principal
from api.board.filtering import Filter
from api.board.page_forms import PageForm
from api.board.showing import board_page
from api.board.tables import Act, Section, page_after
from api.context import Now
from api.pages.forms import Form


def list_page(
    request: Request, caller: Principal, language: str, now: Now, title: str, *sections: Section,
    following: str | None = None, plain_title: bool = False, about: str = "", filters: Sequence[Filter] = (),
    notice: str = "", act: Act | None = None, status: int = 200, forms: Sequence[PageForm] = (),
    form: Form[Any] | None = None, step: str = "", secret: str = "",
) -> HTMLResponse:  # fmt: skip
    """`title` is a sentence of the catalogue unless `plain_title`; `notice` says what was just done.

    `form` is the refused one of `step`, among `forms`; `secret` is shown with a word that it is so this once.
    """
    return board_page(
        request,
        "board/table.html",
        caller=caller,
        language=language,
        now=now,
        status=status,
        title=title,
        plain_title=plain_title,
        about=about,
        sections=sections,
        filters=filters,
        notice=notice,
        act=act,
        forms=forms,
        form=form,
        step=step,
        secret=secret,
        following=page_after(request, following),
    )
