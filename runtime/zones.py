"""Time zone data: the pinned one. Offsets change by law, and a replay must see what the first run saw."""

from __future__ import annotations

import zoneinfo


def pin() -> None:
    """Makes `zoneinfo` read the `tzdata` package only, not the machine's own database."""
    zoneinfo.reset_tzpath(to=())
    zoneinfo.ZoneInfo.clear_cache()
