"""The answer where a secret cannot be sealed or opened: for operations to mend, and said so."""

from __future__ import annotations

import logging

from fastapi import FastAPI, Request, Response

from api.access.answer import document
from api.http.problems import Problem
from runtime.settings import SettingsError
from runtime.vault import Unsealed

log = logging.getLogger(__name__)


def install(app: FastAPI) -> None:
    """Makes `app` answer 503 with what is missing."""
    app.add_exception_handler(SettingsError, _no_secret)
    app.add_exception_handler(Unsealed, _no_secret)


async def _no_secret(request: Request, error: Exception) -> Response:
    log.error("a stored secret cannot be used", exc_info=error)
    detail = f"What has to be kept secret cannot be kept or read just now: {error}. Tell whoever runs Escalade."
    return document(request, Problem(503, "secret_unusable", detail))
