"""What a worker wakes when it starts."""

from __future__ import annotations

from activities.waking import behind


async def test_what_the_last_worker_left_is_woken_though_the_database_is_away_when_the_next_one_starts() -> None:
    seen: list[str] = []

    async def delivery() -> None:
        seen.append("delivery")

    async def defects() -> None:
        seen.append("defects")
        if seen.count("defects") < 3:
            raise ConnectionError("the database is away")

    await behind(delivery, defects, pause=0)
    assert seen == ["delivery", "defects", "defects", "defects"]
