"""What `escalade up` writes for a shell beside the demo: it can be sourced, and leaves secrets where they were."""

from __future__ import annotations

import subprocess
from pathlib import Path

from pydantic import SecretStr

from cli.demo_shell import exports
from runtime.settings import Settings


def test_a_shell_that_reads_it_finds_the_programs_and_the_demo(tmp_path: Path) -> None:
    home = tmp_path / "a home"
    chosen = Settings(home=home, secret_key=SecretStr("0" * 32), api_port=8123)
    environment = {"ESCALADE_API_PORT": "8123", "ESCALADE_SECRET_KEY": "0" * 32, "OTHER": "x"}
    written = exports(chosen, {"api": "http://127.0.0.1:8123", "keys": {"operations": "esk_x"}}, environment)
    assert "0" * 32 not in written
    assert "OTHER" not in written
    asked = (
        'command -v escalade; echo "$ESCALADE_HOME|$ESCALADE_API_PORT|$ESC_API|$ESC_KEY|$TEMPORAL_ADDRESS"; type -t esc'
    )
    said = subprocess.run(
        ["bash", "-euc", f"{written}\n{asked}"], capture_output=True, text=True, check=True
    ).stdout.splitlines()
    assert said[0].endswith("/escalade")
    assert said[1] == f"{home}|8123|http://127.0.0.1:8123|esk_x|{chosen.temporal_target}"
    assert said[2] == "function"
