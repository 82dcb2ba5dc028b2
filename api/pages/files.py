"""Files that come with a page's form: taken in as by the upload's own door, and named by the step that follows."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from fastapi.concurrency import run_in_threadpool

from api.access.auth import Principal
from api.attachments.doors import keep_upload
from api.attachments.taking import MIB, Offered
from api.context import Context
from api.http.idempotency import ticket_id
from api.http.problems import Problem
from api.pages.catalogue import mark as _
from api.pages.catalogue import say
from api.pages.forms import Form

FIELD = "files"
NAMED = "attachments[]"
"""Files that were taken in with a form that was refused for something else: named again, not sent again."""


_WHY = {
    "attachment_too_large": _("“%(name)s” is larger than %(most)s MiB. Leave out what is not needed."),
    "attachment_empty": _("“%(name)s” is empty. Look whether it was saved, and choose it again."),
    "type_not_allowed": _("Files like “%(name)s” are not taken: pictures, PDF, office documents, texts and zip are."),
    "type_mismatch": _("“%(name)s” holds something else than its name says. Give it the name of what it is."),
    "too_many_uploads": _("Too many of your files are waiting already. Send the form with those that it has."),
}


async def with_files(
    ours: Context, caller: Principal, organisation: str, form: Form[Any], language: str, now: datetime
) -> None:
    """Takes in the form's files and names them in its body. What is not taken is said at the field.

    The ids follow from the form's key: a form that is sent twice brings its files once.
    """
    taken: list[str] = list(form.values.get(NAMED, ()))
    for place, file in enumerate(form.files.get(FIELD, ())):
        content = await file.read(ours.attachments.size + 1)
        offered = Offered(ticket_id("attachment", caller.scope, f"{form.key}:{place}"), file.filename or "", content)
        try:
            stored = await run_in_threadpool(keep_upload, ours, caller, offered, organisation, now)
        except Problem as refused:
            named = {"name": file.filename or "", "most": ours.attachments.size // MIB}
            form.refuse(FIELD, say(language, _WHY[refused.code], **named) if refused.code in _WHY else refused.detail)
            continue
        taken.append(stored.id)
    if not taken:
        return
    form.values[NAMED] = taken
    if form.body is not None and "attachments" in type(form.body).model_fields:
        form.body = form.body.model_copy(update={"attachments": tuple(dict.fromkeys(taken))})
