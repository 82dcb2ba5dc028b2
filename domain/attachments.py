"""A file that goes with what somebody says: what a ticket's facts carry of it, and how its name is made safe."""

from __future__ import annotations

import re
import unicodedata
from typing import Annotated

from pydantic import Field, StringConstraints

from domain.base import Model

LONGEST_NAME = 150
MOST = 50
"""Files with one step, whatever is set."""

_RESERVED = re.compile(r"(?i)^(con|prn|aux|nul|com[0-9]|lpt[0-9])(\.|$)")


class AttachmentRef(Model):
    """A file as a fact names it; its content is kept by the store under its hash. `size` in bytes."""

    id: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9]{1,100}$")]
    name: Annotated[str, StringConstraints(min_length=1, max_length=LONGEST_NAME)]
    media_type: Annotated[str, StringConstraints(min_length=3, max_length=150)]
    size: Annotated[int, Field(ge=0)]
    sha256: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]


Attachments = Annotated[tuple[AttachmentRef, ...], Field(max_length=MOST)]
"""The files of one step: looked up at the door by their ids, never sent whole."""


def clean_name(given: str, *, fallback: str = "attachment") -> str:
    """A file name that is only a name: no folder, no control or direction signs, none that a system reserves.

    The extension stays, as it tells people what to expect; `fallback` where nothing is left.
    """
    name = unicodedata.normalize("NFC", given).replace("\\", "/").rpartition("/")[2]
    name = "".join(" " if sign.isspace() else sign for sign in name if sign.isspace() or _harmless(sign))
    name = re.sub(r"[<>:\"|?*]", "_", " ".join(name.split())).strip(" .")
    if not name or _RESERVED.match(name):
        name = f"{fallback}{extension(name)}"
    if len(name) > LONGEST_NAME:
        end = extension(name)
        name = name[: LONGEST_NAME - len(end)].rstrip(" .") + end
    return name


def extension(name: str) -> str:
    """The last extension with its dot, in small letters: ".pdf"; empty without one, or for what is none."""
    _, dot, end = name.rpartition(".")
    return f".{end.lower()}" if dot and re.fullmatch(r"[A-Za-z0-9]{1,10}", end) else ""


def _harmless(sign: str) -> bool:
    # Cf: marks that turn the direction of writing, so that "gpj.exe" reads "exe.jpg"; Cs: half a character.
    return unicodedata.category(sign) not in ("Cc", "Cf", "Cs", "Co", "Cn")
