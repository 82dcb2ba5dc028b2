"""Files that a command is given: where one cannot be read or written, a sentence says so, and what to do."""

from __future__ import annotations

import os
from pathlib import Path

from domain.errors import FileRefused, Problem


def text_of(path: Path, instead: str = "") -> str:
    """What stands in a file that people write. FileRefused, with `instead` as what else can be done."""
    try:
        return path.read_text(encoding="utf-8")
    except OSError as error:
        raise _refused(path, f"cannot be read: {error.strerror}{f'; {instead}' if instead else ''}") from None
    except UnicodeDecodeError as error:
        raise _refused(path, f"is not UTF-8 text (byte {error.start}): save it as UTF-8") from None


def check_writable(*files: Path | None) -> None:
    """FileRefused for the first that cannot be written: it is said before the work, and not after it."""
    for file in files:
        if file is None:
            continue
        folder = file.parent
        if file.is_dir():
            raise _refused(file, "is a folder: name a file in it")
        if not folder.is_dir():
            raise _refused(file, f"cannot be written: there is no folder {folder}; make it, or name another")
        if not os.access(file if file.exists() else folder, os.W_OK):
            raise _refused(file, "cannot be written: permission denied; name a place that is yours")


def write(file: Path, text: str) -> None:
    """Writes it. FileRefused where that fails."""
    try:
        file.write_text(text, encoding="utf-8")
    except OSError as error:
        raise _refused(file, f"cannot be written: {error.strerror}") from None


def _refused(file: Path, message: str) -> FileRefused:
    return FileRefused("file_refused", [Problem(str(file), 0, "", message)])
