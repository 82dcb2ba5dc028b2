"""The keys that seal what Temporal stores: the first seals, every one of them opens."""

from __future__ import annotations

import re
from collections.abc import Mapping

_KEY = re.compile(r"([A-Za-z0-9._-]{1,40}):([0-9a-fA-F]{64})")


def key_ring(text: str) -> Mapping[str, bytes]:
    """Keys of 32 bytes by their ids, in the order in which they stand in `id:hex, id:hex`; the first is the newest.

    ValueError says what is wrong, and never repeats a key.
    """
    found: dict[str, bytes] = {}
    for number, part in enumerate(filter(None, (one.strip() for one in text.split(","))), 1):
        match = _KEY.fullmatch(part)
        if match is None:
            raise ValueError(f"key {number} is not `id:64 hexadecimal digits`; make one with: openssl rand -hex 32")
        if match[1] in found:
            raise ValueError(f'two keys are called "{match[1]}"; give the new one a new name')
        found[match[1]] = bytes.fromhex(match[2])
    return found
