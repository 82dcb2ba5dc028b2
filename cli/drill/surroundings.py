"""What the stack stands on, as a drill spoils it: the mail server, the disk under the home, the worker's clock."""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Callable
from pathlib import Path

from cli.client import ClientError
from cli.drill.processes import Undo, end_helper, start_again, start_helper
from cli.drill.tickets import opened
from runtime.settings import Settings

SMALL = 2_000_000_000
"""Bytes: a bigger disk is not filled, and one that others use neither."""
ROOM = 32 * 1024
"""Bytes left on a disk that is filled: for the drill's own notes, and soon taken by whoever writes first."""
BEHIND = "-300"
"""Seconds by which a clock is wrong, as libfaketime takes them."""
_CHUNK = 1024 * 1024
_BALLAST = "ballast"


def mail_server(how: str) -> Callable[[Settings], Undo]:
    """A fault: the worker is started again with a mail server that is `refuses` or `away` (mail_server.py)."""

    def make(settings: Settings) -> Undo:
        undo, port = start_helper("-m", "cli.drill.mail_server", how)
        if not port:
            raise ClientError("the drill's mail server could not begin")
        start_again(settings, "worker", {"ESCALADE_SMTP_HOST": "127.0.0.1", "ESCALADE_SMTP_PORT": port})
        opened(settings)  # somebody is to be told something
        return undo

    return make


def own_mail_server(settings: Settings, undo: Undo) -> None:
    """The worker is started again with what it had."""
    start_again(settings, "worker", {})
    end_helper(settings, undo)


def why_not_filled(settings: Settings) -> str:
    """Why the disk under the home is not filled; empty when it may be."""
    home = settings.home.resolve()
    if home.is_dir() and home.stat().st_dev != Path("/").stat().st_dev and shutil.disk_usage(home).total <= SMALL:
        return ""
    return (
        f"it fills the disk under {home}, which must be a small one of its own: as root, "
        "`mount -t tmpfs -o size=300m none FOLDER`, and ESCALADE_HOME=FOLDER for `escalade up`"
    )


def fill(settings: Settings) -> Undo:
    """A file takes all that is free."""
    ballast = settings.home.resolve() / _BALLAST
    with ballast.open("wb", buffering=0) as file:
        try:
            while file.write(b"\0" * _CHUNK) == _CHUNK:
                continue
        except OSError as error:
            if error.errno != errno.ENOSPC:
                raise
        size = os.fstat(file.fileno()).st_size
        os.ftruncate(file.fileno(), max(0, size - ROOM))
    return {"ballast": str(ballast)}


def empty(_: Settings, undo: Undo) -> None:
    """The file goes, if nobody has taken it away."""
    Path(undo["ballast"]).unlink(missing_ok=True)


def why_no_other_clock(_: Settings) -> str:
    """Why the worker cannot be given another clock; empty when it can."""
    return "" if _faketime() else "it needs libfaketime: on Debian, `sudo apt-get install faketime`"


def turn_back(settings: Settings) -> Undo:
    """The worker is started again on a machine, as it seems to it, whose clock is five minutes behind."""
    variables = {"LD_PRELOAD": _faketime(), "FAKETIME": BEHIND, "FAKETIME_DONT_FAKE_MONOTONIC": "1"}
    start_again(settings, "worker", variables)
    opened(settings)  # a step that it records
    return {}


def put_right(settings: Settings, _: Undo) -> None:
    """It has the machine's own clock again."""
    start_again(settings, "worker", {})


def _faketime() -> str:
    places = [*Path("/usr/lib").glob("*/faketime/libfaketime.so.1"), Path("/usr/lib64/faketime/libfaketime.so.1")]
    return next((str(place) for place in places if place.is_file()), "")
