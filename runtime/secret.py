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
NOTE = "secret-fingerprint"
"""Beside it: what tells whether the file still holds the secret that this installation began with."""
_held: dict[Path, bytes] = {}
"""What this process has read, by file: where the file is lost it goes on with that, and makes no other."""


def secret_key(settings: Settings, purpose: str) -> bytes:
    """32 bytes for one purpose (`reply address`, `stored secrets`), always the same for an installation.

    From `ESCALADE_SECRET_KEY`. Where the database is the SQLite file in `home`, the secret may lie beside it: it is
    made at the first call. SettingsError where processes on other machines could not read such a file.
    """
    return hmac.digest(_root(settings), purpose.encode(), hashlib.sha256)


def make_secret(settings: Settings) -> None:
    """Makes the file where it is to be one and there is none."""
    if _in_file(settings):
        _root(settings)


def why_lost(settings: Settings) -> str:
    """Why the file is not the secret of this installation, in a sentence; empty when it is, or when it is to be none.

    Nothing is made, and the environment's is believed: whether it is the one from before, no file could tell.
    """
    if not _in_file(settings):
        return ""
    file, note = settings.home / FILE, settings.home / NOTE
    try:
        there = file.read_bytes()
    except FileNotFoundError:
        return f"{file} is not there, and {PREFIX}SECRET_KEY is not set"
    with suppress(OSError):
        if note.read_text().strip() != _fingerprint(there):
            return (
                f"{file} is another one than this installation began with ({note} tells): put that one back. Where it "
                f"is lost for good, delete {note}; webhooks and chats then have to be entered anew"
            )
    return ""


def need_kept(settings: Settings) -> None:
    """SettingsError with what to do, for commands, which must not make another secret beside processes that run."""
    if why := why_lost(settings):
        raise SettingsError(
            f"the installation's secret is missing: {why}. Put it back (secret-missing in the runbook); a new "
            "installation gets its own by `escalade up` or `escalade prepare`."
        )


def _in_file(settings: Settings) -> bool:
    return settings.secret_key is None and settings.database_url is None


def _root(settings: Settings) -> bytes:
    if settings.secret_key is not None:
        return settings.secret_key.get_secret_value().encode()
    if settings.database_url is not None:
        raise SettingsError(
            f"{PREFIX}SECRET_KEY: needed with {PREFIX}DATABASE_URL, the same for every process. "
            "Make one with: openssl rand -hex 32"
        )
    file = (settings.home / FILE).absolute()
    if file not in _held:
        _held[file] = _read_or_made(file)
        _note(file)
    return _held[file]


def _read_or_made(file: Path) -> bytes:
    with suppress(FileNotFoundError):
        return file.read_bytes()
    file.parent.mkdir(parents=True, exist_ok=True)
    # Written aside and linked: of two processes that start together one wins, and none reads half a secret.
    opened, made = tempfile.mkstemp(prefix=FILE, dir=file.parent)
    with os.fdopen(opened, "wb") as out:
        out.write(secrets.token_hex(32).encode())
    with suppress(FileExistsError):
        os.link(made, file)
    Path(made).unlink()
    return file.read_bytes()


def _note(file: Path) -> None:
    """Keeps which secret was the first. Without room for it the process works all the same."""
    with suppress(OSError), (file.parent / NOTE).open("x") as out:
        out.write(f"{_fingerprint(_held[file])}\n")


def _fingerprint(root: bytes) -> str:
    return hmac.digest(root, b"fingerprint", hashlib.sha256).hex()[:16]
