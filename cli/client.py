"""The API as the command line calls it: where it is, with which key, and its refusals in words."""

from __future__ import annotations

import json
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import urlsplit

import httpx
import typer

from runtime.settings import Settings, SettingsError

DEMO = "demo.json"
"""In the home: what `escalade up` writes for scripts. Whoever can read it holds its keys."""

# Not ESCALADE_...: those are settings, and every process of Escalade refuses a setting that it does not know.
API_VARIABLE, KEY_VARIABLE = "ESC_API", "ESC_KEY"

Where = Annotated[
    str | None,
    typer.Option("--api", envvar=API_VARIABLE, help="Address of the API (default: the stack of `escalade up`)."),
]
WithKey = Annotated[
    str | None, typer.Option("--key", envvar=KEY_VARIABLE, help="Your API key (default: one of the demo's).")
]
As = Annotated[
    str,
    typer.Option("--as", help="Without --key: whose demo key to use (client, level1, consultant, rnd, manager ...)."),
]


class ClientError(Exception):
    """What the API, or the way to it, refuses; the message says what to do. `code` is the command's exit code."""

    def __init__(self, message: str, *, code: int = 1) -> None:
        super().__init__(message)
        self.code = code


@dataclass(frozen=True)
class Api:
    """A running API and the key to call it with."""

    address: str
    key: str

    def get(self, path: str, *, language: str = "en", **query: Any) -> Any:
        """The JSON behind a path; parameters that are None are left out. ClientError when there is none."""
        wanted = {name: value for name, value in query.items() if value not in (None, [])}
        return self._call("GET", path, params=wanted, headers={"Accept-Language": language})

    def post(self, path: str, body: dict[str, Any], *, idempotency_key: str | None = None) -> Any:
        """The JSON answer to a command. ClientError when it is refused."""
        headers = {"Idempotency-Key": idempotency_key} if idempotency_key else {}
        return self._call("POST", path, json=body, headers=headers)

    def _call(self, method: str, path: str, **more: Any) -> Any:
        headers = {"Authorization": f"Bearer {self.key}", **more.pop("headers", {})}
        try:
            # A proxy that is set for the world outside must not be asked for this machine's own addresses.
            with httpx.Client(base_url=self.address, trust_env=not _here(self.address), timeout=30) as http:
                answer = http.request(method, path, headers=headers, **more)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise ClientError(
                f"The API at {self.address} does not answer ({error}). Start it with `escalade up`, "
                f"or say where it is: --api or {API_VARIABLE}."
            ) from None
        try:
            content = answer.json()
        except ValueError:
            raise ClientError(
                f"{self.address}{path} answers {answer.status_code}, and not in JSON: is it Escalade?"
            ) from None
        if answer.is_success:
            return content
        raise ClientError(_refusal(answer.status_code, content))


def connect(api: str | None, key: str | None, role: str) -> Api:
    """The API to call: as told, or else the one that `escalade up` has written down in its home."""
    demo = read_demo()
    if key is None:
        keys = demo.get("keys", {})
        if role not in keys:
            known = (
                f"the demo has keys for {', '.join(keys)}" if keys else "there is no demo here: `escalade up` makes one"
            )
            raise ClientError(f"No key to call the API with: give --key or {KEY_VARIABLE} ({known}).")
        key = str(keys[role])
    return Api(api or str(demo.get("api") or settings().api_url), key)


def read_demo() -> dict[str, Any]:
    """What `escalade up` wrote in the home; empty when it has not run there."""
    path = demo_path(settings().home)
    try:
        return dict(json.loads(path.read_text()))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        raise ClientError(f"{path} cannot be read ({error}): start `escalade up` again, it writes it anew") from None


def demo_path(home: Path) -> Path:
    """Where the demo's addresses and keys stand."""
    return home / DEMO


def settings() -> Settings:
    """The settings of this process, or ClientError in words."""
    try:
        return Settings.load()
    except SettingsError as error:
        raise ClientError(str(error)) from None


def _here(address: str) -> bool:
    host = urlsplit(address).hostname or ""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _refusal(status: int, problem: Any) -> str:
    if not isinstance(problem, dict) or "detail" not in problem:
        return f"The API refuses with {status}: {problem}"
    return f"Refused ({problem.get('code', status)}): {problem['detail']}"
