"""The address in a sign-in mail: made from the link's id and the installation's secret, wherever it is needed."""

from __future__ import annotations

import base64
import hashlib
import hmac

from runtime.secret import secret_key
from runtime.settings import Settings

PURPOSE = "sign-in link"
PATH = "/sign-in/link/"


def link_secret(settings: Settings, id: str) -> str:
    """What opens the link with this id. SettingsError as `secret_key`."""
    digest = hmac.digest(secret_key(settings, PURPOSE), id.encode(), hashlib.sha256)
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")


def link_address(settings: Settings, id: str) -> str:
    """The address that stands in the mail."""
    return f"{settings.pages_url}{PATH}{link_secret(settings, id)}"
