"""What a shell needs beside a demo: the lines that docs/runbook.md begins with, filled in."""

from __future__ import annotations

import os
import shlex
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import SecretStr

from cli.client import API_VARIABLE, KEY_VARIABLE
from runtime.settings import PREFIX, Settings

FILE = "demo.env"
"""In the home, beside demo.json."""


def exports(chosen: Settings, facts: Mapping[str, Any], environment: Mapping[str, str]) -> str:
    """A text to `source`: where the programs are, the settings that the stack was started with, a key of operations."""
    ours = {
        f"{PREFIX}{name.upper()}": environment[f"{PREFIX}{name.upper()}"]
        for name in Settings.model_fields
        if f"{PREFIX}{name.upper()}" in environment and not isinstance(getattr(chosen, name), SecretStr)
    }
    ours[f"{PREFIX}HOME"] = str(chosen.home.resolve())
    ours |= {
        API_VARIABLE: str(facts["api"]),
        KEY_VARIABLE: str(facts["keys"]["operations"]),
        "TEMPORAL_ADDRESS": chosen.temporal_target,
    }
    lines = [f"export {name}={shlex.quote(value)}" for name, value in ours.items()]
    programs = shlex.quote(str(Path(sys.executable).parent))
    helper = (
        f"""esc() {{ curl -sS --fail-with-body -H "Authorization: Bearer ${KEY_VARIABLE}" "${API_VARIABLE}$1"; }}"""
    )
    return "\n".join([f'export PATH={programs}:"$PATH"', *lines, helper, ""])


def path(chosen: Settings) -> Path:
    """Where it is written."""
    return chosen.home.resolve() / FILE


def of_here(chosen: Settings, facts: Mapping[str, Any]) -> str:
    """The same for the stack that this process has started."""
    return exports(chosen, facts, os.environ)
