"""The OpenID Connect providers of the settings: one by ESCALADE_OIDC_*, or several in a file."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, SecretStr, ValidationError, model_validator

from agreements import plain
from api.identity.grants import BadGrant, parse
from runtime.settings import PREFIX, Settings, SettingsError

ONE = "sso"
"""Name of the provider that the ESCALADE_OIDC_* settings describe."""
LOOPBACK = ("localhost", "127.0.0.1", "::1")


def _safe(issuer: str) -> str:
    parts = urlsplit(issuer)
    if parts.scheme != "https" and parts.hostname not in LOOPBACK:
        raise ValueError("must be https: whoever listens in could sign in as anybody")
    return issuer


def _grants(groups: dict[str, str]) -> dict[str, str]:
    for meaning in groups.values():
        try:
            parse(meaning)
        except BadGrant as error:
            raise ValueError(str(error)) from None
    return groups


class Provider(BaseModel):
    """A provider. `groups`: what each of its groups means here; empty, a group is called as what it means."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str = Field(pattern=r"^[a-z0-9-]{1,40}$")
    label: str = Field("Single sign-on", min_length=1, max_length=60)
    issuer: Annotated[str, Field(pattern=r"^https?://[^\s?#]+$"), AfterValidator(_safe)]
    client_id: str = Field(min_length=1)
    client_secret: SecretStr | None = None
    scopes: str = "openid profile email"
    groups_claim: str = "groups"
    groups: Annotated[dict[str, str], AfterValidator(_grants)] = {}
    trust_email: bool = False

    @model_validator(mode="before")
    @classmethod
    def _secret_from_elsewhere(cls, values: Any) -> Any:
        if not isinstance(values, dict) or "client_secret_env" not in values:
            return values
        rest = dict(values)
        variable = str(rest.pop("client_secret_env"))
        if variable not in os.environ:
            raise ValueError(f"client_secret_env names {variable}, which is not set")
        return {**rest, "client_secret": os.environ[variable]}


def providers(settings: Settings) -> dict[str, Provider]:
    """By name, in the order in which the sign-in page shows them. SettingsError says what is wrong where."""
    if settings.oidc_file is not None:
        return _of_file(settings.oidc_file)
    if settings.oidc_issuer is None:
        return {}
    if settings.oidc_client_id is None:
        raise SettingsError(f"{PREFIX}OIDC_CLIENT_ID: needed with {PREFIX}OIDC_ISSUER")
    given = {
        "label": settings.oidc_label,
        "issuer": settings.oidc_issuer,
        "client_id": settings.oidc_client_id,
        "client_secret": settings.oidc_client_secret,
        "scopes": settings.oidc_scopes,
        "groups_claim": settings.oidc_groups_claim,
        "groups": _mapping(settings.oidc_groups),
        "trust_email": settings.oidc_trust_email,
    }
    return {ONE: _made(ONE, given, f"{PREFIX}OIDC_*")}


def _of_file(path: Path) -> dict[str, Provider]:
    try:
        reading = plain.read(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise SettingsError(f"{PREFIX}OIDC_FILE: {path} cannot be read: {error.strerror}") from None
    except UnicodeDecodeError as error:
        raise SettingsError(f"{path}: is not UTF-8 text: {error}") from None
    if reading.wrong:
        raise SettingsError("\n".join(f"{path}:{line}: {why}" for _, line, why in reading.wrong))
    content = reading.data
    named = content.get("providers") if isinstance(content, dict) else None
    if not isinstance(named, dict) or set(content) != {"providers"}:
        raise SettingsError(f"{path}: wants one key, `providers`, with a provider under each name")
    return {str(name): _made(str(name), given, str(path)) for name, given in named.items()}


def _made(name: str, given: Any, where: str) -> Provider:
    if not isinstance(given, dict):
        raise SettingsError(f"{where}: {name}: wants issuer, client_id and more, each with a value")
    try:
        return Provider.model_validate({**given, "name": name})
    except ValidationError as error:
        # The value is left out: it may be a secret.
        faults = [f"{'.'.join(map(str, fault['loc'])) or name}: {fault['msg']}" for fault in error.errors()]
        raise SettingsError("\n".join(f"{where}: {name}: {fault}" for fault in faults)) from None


def _mapping(setting: str) -> dict[str, str]:
    pairs = [part.rpartition("=") for part in setting.split(",") if part.strip()]
    for group, sign, _ in pairs:
        if not sign or not group.strip():
            raise SettingsError(f"{PREFIX}OIDC_GROUPS: wants `group=meaning, group=meaning`")
    return {group.strip(): meaning.strip() for group, _, meaning in pairs}
