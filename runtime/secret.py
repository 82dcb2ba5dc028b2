"""The installation's secret: what signs and encrypts what only Escalade itself must be able to read back."""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
import tempfile
from contextlib import suppress
from pathlib import Path

from runtime.settings import PREFIX, Settings, SettingsError

FILE = "secret"


def secret_key(settings: Settings, purpose: str) -> bytes:
    """32 bytes for one purpose (`reply address`, `stored secrets`), always the same for an installation.

    From `ESCALADE_SECRET_KEY`. Where the database is the SQLite file in `home`, the secret may lie beside it: it is
    made at the first call. SettingsError where processes on other machines could not read such a file.
    """
    return hmac.digest(_root(settings), purpose.encode(), hashlib.sha256)


def _root(settings: Settings) -> bytes:
    if settings.secret_key is not None:
        return settings.secret_key.get_secret_value().encode()
    if settings.database_url is not None:
        raise SettingsError(
            f"{PREFIX}SECRET_KEY: needed with {PREFIX}DATABASE_URL, the same for every process. "
            "Make one with: openssl rand -hex 32"
        )
    file = settings.home / FILE
    with suppress(FileNotFoundError):
        return file.read_bytes()
    settings.home.mkdir(parents=True, exist_ok=True)
    # Written aside and linked: of two processes that start together one wins, and none reads half a secret.
    opened, made = tempfile.mkstemp(prefix=FILE, dir=settings.home)
    with os.fdopen(opened, "wb") as out:
        out.write(secrets.token_hex(32).encode())
    with suppress(FileExistsError):
        os.link(made, file)
    Path(made).unlink()
    return file.read_bytes()
