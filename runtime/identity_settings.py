"""The settings of signing in, and of what holds off whoever asks too much; a part of `Settings`."""

from __future__ import annotations

import ipaddress
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, Field, SecretStr
from pydantic_settings import BaseSettings


def _networks(value: str) -> str:
    for part in filter(None, (one.strip() for one in value.split(","))):
        ipaddress.ip_network(part, strict=False)  # its own words say what is wrong
    return value


RATE = r"^off$|^\d+ */ *(\d+ *)?(second|minute|hour|day)s?$"


class IdentitySettings(BaseSettings):
    """How people sign in. One provider by `oidc_*`; several, or long mappings, in a file."""

    oidc_file: Path | None = Field(
        None, description="YAML file of OpenID Connect providers (docs/identity.md), instead of the oidc_* settings."
    )
    oidc_issuer: str | None = Field(
        None, pattern=r"^https?://[^\s?#]+$", description="Issuer of the OpenID Connect provider. Empty: none."
    )
    oidc_client_id: str | None = Field(None, description="Our client id at the provider.")
    oidc_client_secret: SecretStr | None = Field(
        None, description="Our secret at the provider; empty: a public client."
    )
    oidc_label: str = Field("Single sign-on", max_length=60, description="What the provider's button says.")
    oidc_scopes: str = Field("openid profile email", description="Scopes asked of the provider.")
    oidc_groups_claim: str = Field("groups", description='Claim with the groups; dots lead inside ("realm.roles").')
    oidc_groups: str = Field(
        "",
        description="What groups mean: `Support L1=support:level1, ACME portal=client:acme:key_user`. Empty: a group "
        "is called as what it means.",
    )
    oidc_trust_email: bool = Field(
        False, description="Whether an e-mail without `email_verified` counts as verified (Entra ID says none)."
    )
    sign_in_links: bool = Field(True, description="Whether people may be sent a link by e-mail that signs them in.")
    key_sign_in: bool | None = Field(
        None, description="Whether an API key signs in at the page. Empty: on the embedded stack only."
    )
    trusted_proxies: Annotated[str, AfterValidator(_networks)] = Field(
        "", description="Networks of our own proxies (`10.0.0.0/8, ::1`): only their X-Forwarded-For is believed."
    )
    key_days: int = Field(365, ge=1, le=3650, description="Days a key lasts that is made without saying how long.")
    key_days_most: int = Field(730, ge=1, le=3650, description="Days a key made through the API may last at the most.")
    audit_days: int = Field(400, ge=1, le=3650, description="Days the audit is kept.")
    rate_requests: str = Field(
        "12000/minute", pattern=RATE, description="Requests of one key or person. `off`: no limit."
    )
    rate_sign_ins: str = Field(
        "30/10 minutes", pattern=RATE, description="Attempts to sign in from one address. `off`: no limit."
    )
    rate_links: str = Field("5/hour", pattern=RATE, description="Sign-in links to one e-mail address. `off`: no limit.")
    rate_bad_keys: str = Field(
        "60/10 minutes", pattern=RATE, description="Requests with a bad key from one address. `off`: no limit."
    )
