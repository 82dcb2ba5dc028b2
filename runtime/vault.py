"""The vault: secrets that must be read back (a chat's address, what signs a webhook), sealed before they are stored."""

from __future__ import annotations

import base64

from cryptography.fernet import Fernet, InvalidToken

from runtime.secret import secret_key
from runtime.settings import Settings

PURPOSE = "stored secrets"


class Unsealed(RuntimeError):
    """What is stored was sealed under another secret: ESCALADE_SECRET_KEY has changed, or `home` was lost."""


class Vault:
    """Seals and opens with the installation's secret, which is looked up at the first use."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._box: Fernet | None = None

    def seal(self, text: str) -> str:
        """Another text each time, which only this installation can open. SettingsError without a secret."""
        return self._opened().encrypt(text.encode()).decode()

    def open(self, sealed: str) -> str:
        """What was sealed. Unsealed when it cannot be opened."""
        try:
            return self._opened().decrypt(sealed.encode()).decode()
        except InvalidToken as error:
            raise Unsealed("it was sealed under another secret; give back the old one, or enter it anew") from error

    def _opened(self) -> Fernet:
        if self._box is None:
            self._box = Fernet(base64.urlsafe_b64encode(secret_key(self._settings, PURPOSE)))
        return self._box
