"""Every setting of Escalade, read from `ESCALADE_*` variables; the documentation's table is made from it."""

import ipaddress
import os
from collections.abc import Mapping
from datetime import timedelta
from email.utils import parseaddr
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import (
    BeforeValidator,
    Field,
    PlainSerializer,
    SecretStr,
    ValidationError,
    field_validator,
    model_validator,
)
from pydantic_settings import SettingsConfigDict

from runtime.identity_settings import IdentitySettings
from runtime.inbound_settings import InboundSettings
from runtime.key_ring import key_ring
from runtime.operations_settings import OperationsSettings

PREFIX = "ESCALADE_"


class SettingsError(ValueError):
    """Settings that cannot be used; the message says which variable, why, and what is allowed."""


def _seconds(value: Any) -> Any:
    """Read a bare number as seconds, so that `ESCALADE_STICKY_TIMEOUT=1.5` means what it looks like."""
    if isinstance(value, str):
        try:
            return timedelta(seconds=float(value))
        except (ValueError, OverflowError):
            return value  # an ISO 8601 duration ("PT10S"), or something pydantic refuses in its own words
    return value


Seconds = Annotated[
    timedelta, BeforeValidator(_seconds), PlainSerializer(timedelta.total_seconds), Field(ge=timedelta(0))
]
Port = Annotated[int, Field(ge=1, le=65535)]


class Settings(IdentitySettings, InboundSettings, OperationsSettings):
    """What a process of Escalade is told by its environment; without any variable, the embedded stack.

    `Settings(api_port=8090)` sets a field directly (tests); `Settings.load()` reads the environment and
    words what is wrong for a person. Both refuse a variable with the prefix that no field has.
    """

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, env_ignore_empty=True, extra="forbid", frozen=True, validate_default=True
    )

    home: Path = Field(Path(".escalade"), description="Folder of everything the embedded stack keeps.")

    api_host: str = Field("127.0.0.1", description="Address the API listens on.")
    api_port: Port = Field(8080, description="Port the API listens on.")

    temporal_address: str | None = Field(
        None,
        pattern=r"^[^\s/]+:\d+$",
        description="host:port of a Temporal cluster. Empty: the embedded server, its SQLite file in `home`.",
    )
    temporal_namespace: str = Field("default", description="Temporal namespace of the tickets.")
    temporal_port: Port = Field(7233, description="Port of the embedded Temporal server.")
    temporal_ui_port: Port = Field(8233, description="Port of the embedded Temporal server's Web UI.")
    temporal_ui_url: str | None = Field(
        None,
        pattern=r"^https?://[^\s?#]+[^\s?#/]$",
        description="Address of the Temporal Web UI, for links from the board. Empty: the embedded server's own.",
    )
    task_queue: str = Field("escalade", description="Task queue the workers poll.")
    sticky_timeout: Seconds = Field(
        timedelta(seconds=1),
        description="Seconds a ticket waits for the worker that has it in its cache before any other may "
        "take it. Short, so that a worker's death is hardly felt.",
    )
    cached_tickets: int = Field(
        2_000,
        ge=10,
        le=1_000_000,
        description="Tickets a worker keeps in its memory (0.24 MB each, as measured); any other has its history read "
        "again by the next command.",
    )
    timer_shift: Seconds = Field(
        timedelta(milliseconds=200),
        description="Seconds by which the embedded server may fire late a timer that is shorter than this (its own "
        "default is 1). It looks that far ahead; less has it look so often that every timer is late.",
    )
    command_timeout: Seconds = Field(
        timedelta(seconds=10),
        description="Seconds the API waits for a command's outcome before it answers 503, to be tried again.",
    )

    database_url: SecretStr | None = Field(
        None,
        description="SQLAlchemy URL of the read model (`postgresql://user:password@host/name`). "
        "Empty: an SQLite file in `home`.",
    )
    agreements_dir: Path | None = Field(
        None, description="Folder of your own agreement files, read beside the ones that come with Escalade."
    )

    update_lead: Seconds = Field(
        timedelta(seconds=15),
        ge=timedelta(0),
        le=timedelta(hours=1),
        description="Seconds before its due instant at which a status update that nobody wrote goes out, at the least.",
    )
    update_spread: Seconds = Field(
        timedelta(seconds=120),
        ge=timedelta(0),
        le=timedelta(hours=1),
        description="Seconds over which updates promised for one instant are spread before it: as many as fall due "
        "together at the worst, divided by the timers that the engine fires in a second (about 50 on a development "
        "server).",
    )
    monitors_dir: Path | None = Field(
        None, description="Folder of files about monitors: how each is read, grouped, bounded and signed."
    )
    alert_tickets: int = Field(
        10, ge=1, le=1000, description="Tickets that a group of alerts opens or reopens within `alert_window`, at most."
    )
    alert_window: Seconds = Field(
        timedelta(minutes=5), gt=timedelta(0), description="Seconds of the window that bounds a group of alerts."
    )
    alert_group_by: str = Field(
        "severity", max_length=500, description="Labels by which alerts are grouped, with commas; `none`: all together."
    )

    smtp_host: str | None = Field(None, description="Mail server. Empty: messages are only logged.")
    smtp_port: Port = Field(25, description="Port of the mail server.")
    smtp_username: str | None = Field(None, description="User name at the mail server, if it asks for one.")
    smtp_password: SecretStr | None = Field(None, description="Password at the mail server.")
    smtp_starttls: bool = Field(False, description="Whether to switch to TLS before anything is sent.")
    smtp_sender: str = Field("Support <support@escalade.invalid>", description="Sender of every message.")
    message_domain: str = Field(
        "escalade.invalid",
        description="Domain of our Message-IDs; keep it: it is how a message is told once.",
    )

    inbound_address: str | None = Field(
        None,
        pattern=r"^[^\s@+]+@[^\s@]+$",
        description="Address that mails are answered to (`support@desk.example`); each mail carries it with its "
        "ticket's tag. Empty: replies go to the sender's address.",
    )
    public_url: str | None = Field(
        None,
        pattern=r"^https?://[^\s/?#]+$",
        description="Address under which people reach the pages, in links (`https://support.example.org`). "
        "Empty: the API's own. With https, cookies travel over https only.",
    )
    secret_key: SecretStr | None = Field(
        None,
        min_length=16,
        description="Signs reply addresses and sessions, encrypts stored secrets: the same for every process, kept "
        "for good. Empty: made once in `home`.",
    )

    codec_keys: SecretStr | None = Field(
        None,
        description="Keys that seal what Temporal stores, the newest first: `id:64 hexadecimal digits`, with commas. "
        "Every process needs all of them. Empty: it is stored in clear.",
    )

    log_level: Literal["debug", "info", "warning", "error"] = Field("info", description="How much is logged.")
    log_format: Literal["text", "json"] = Field("text", description="Logs for reading, or one JSON object a line.")

    @model_validator(mode="before")
    @classmethod
    def _refuse_unknown_variables(cls, values: Any) -> Any:
        # pydantic-settings ignores a variable that no field has: a typo would silently mean the default.
        unknown = sorted(k for k in os.environ if k.upper().startswith(PREFIX) and _field(k) not in cls.model_fields)
        if unknown:
            known = ", ".join(PREFIX + name.upper() for name in cls.model_fields)
            raise ValueError(f"no such setting: {', '.join(unknown)}. Known settings: {known}")
        return values

    @classmethod
    def load(cls) -> Self:
        """The settings of this process's environment; SettingsError with a line per fault."""
        try:
            return cls()
        except ValidationError as error:
            raise SettingsError("\n".join(_in_words(fault) for fault in error.errors())) from None

    @property
    def embedded(self) -> bool:
        """Whether the Temporal server is ours to start."""
        return self.temporal_address is None

    @property
    def temporal_ui(self) -> str | None:
        """Where the Temporal Web UI is; None when nobody has said."""
        return self.temporal_ui_url or (f"http://127.0.0.1:{self.temporal_ui_port}" if self.embedded else None)

    @property
    def temporal_target(self) -> str:
        """`host:port` that clients and workers connect to."""
        return self.temporal_address or f"127.0.0.1:{self.temporal_port}"

    @property
    def alert_groups(self) -> tuple[str, ...]:
        """The labels by which alerts are grouped."""
        named = tuple(name.strip() for name in self.alert_group_by.split(",") if name.strip())
        return () if named == ("none",) else named

    @property
    def api_url(self) -> str:
        """Address of the API as seen from this machine."""
        everywhere = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}
        host = everywhere.get(self.api_host, f"[{self.api_host}]" if ":" in self.api_host else self.api_host)
        return f"http://{host}:{self.api_port}"

    @field_validator("codec_keys")
    @classmethod
    def _keys(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None:
            key_ring(value.get_secret_value())
        return value

    @field_validator("webhook_private_networks")
    @classmethod
    def _networks(cls, value: str) -> str:
        _read_networks(value)
        return value

    @property
    def private_networks(self) -> tuple[ipaddress.IPv4Network | ipaddress.IPv6Network, ...]:
        """The networks that webhooks may lead to although they are private."""
        return _read_networks(self.webhook_private_networks)

    @property
    def mail_address(self) -> str:
        """The address that mails are taken in for; without one of its own, the one that ours are sent from."""
        return self.inbound_address or parseaddr(self.smtp_sender)[1]

    @property
    def pages_url(self) -> str:
        """What stands before `/portal` and `/board` in links, without a slash at its end."""
        return self.public_url or self.api_url

    @property
    def signs_in_by_key(self) -> bool:
        """Whether the sign-in page takes an API key."""
        return self.embedded if self.key_sign_in is None else self.key_sign_in

    @property
    def https(self) -> bool:
        """Whether people reach us over https."""
        return self.pages_url.startswith("https://")

    @property
    def sqlalchemy_url(self) -> str:
        """URL for `sqlalchemy.create_engine` with its driver: psycopg for PostgreSQL; SQLite in `home`."""
        if self.database_url is None:
            return f"sqlite:///{self.home.resolve() / 'escalade.db'}"
        url = self.database_url.get_secret_value()
        scheme, separator, rest = url.partition("://")
        return f"postgresql+psycopg://{rest}" if separator and scheme in ("postgres", "postgresql") else url

    def environment(self) -> Mapping[str, str]:
        """The `ESCALADE_*` variables that give another process these very settings; paths absolute."""
        found: dict[str, str] = {}
        for name, value in self.model_dump(exclude_none=True).items():
            if isinstance(value, SecretStr):
                value = value.get_secret_value()
            found[PREFIX + name.upper()] = str(value.resolve() if isinstance(value, Path) else value)
        return found


def _read_networks(text: str) -> tuple[ipaddress.IPv4Network | ipaddress.IPv6Network, ...]:
    return tuple(ipaddress.ip_network(part.strip()) for part in text.split(",") if part.strip())


def _field(variable: str) -> str:
    return variable.upper().removeprefix(PREFIX).lower()


def _in_words(fault: Any) -> str:
    message = str(fault["msg"]).removeprefix("Value error, ")
    if not fault["loc"]:
        return message
    name = str(fault["loc"][0])
    if (field := Settings.model_fields.get(name)) is None:
        return f"{name}: {message}"
    # The value is left out: it may be a password.
    return f"{PREFIX}{name.upper()}: {message}. It is: {field.description}"
