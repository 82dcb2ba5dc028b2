"""The pictures of the documentation, made from the running pages: `make pictures`."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.api.conftest import World
from tests.pages.conftest import Site, database, filled, site
from tests.pages.conftest import chromium as _chromium

__all__ = ["_chromium", "database", "filled", "site"]

ROOT = Path(__file__).parents[2]
PICTURES = ROOT / "docs" / "pictures"
OPENED = (
    ("The access gates of site Lyon 2 stay closed", "critical"),
    ("Badges of new employees are not read", "important"),
    ("The report of visitors prints twice", "low"),
    ("No alarm from the loading dock since noon", "critical"),
    ("A camera shows yesterday's date", "low"),
)


HEIGHTS = {"board": 600, "ticket": 860, "portal": 700}


async def a_working_day(world: World) -> list[str]:
    """Five tickets as they stand in the middle of a morning; the first is being worked on."""
    opened = []
    for subject, severity in OPENED:
        said = f"{subject}. Since this morning."
        opened.append(await world.open(subject=subject, severity=severity, description=said))
        world.turn(minutes=4)
    first, second = opened[:2]
    await world.step("level1", first, "assignment", assignee="bob")
    await world.step("level1", first, "acknowledgement", means="call", text="We look at the controller.")
    world.turn(minutes=12)
    await world.step("level1", first, "questions", question="Which firmware does the gate show?")
    await world.step("level1", second, "assignment", assignee="bob")
    world.turn(minutes=9)
    return opened


def in_a_thread(work: Callable[[], Any]) -> Any:
    """The result of what runs an event loop of its own: Playwright's is running in this thread."""
    found: list[Any] = []
    thread = threading.Thread(target=lambda: found.append(work()))
    thread.start()
    thread.join()
    return found[0]


def test_pictures(site: Site) -> None:
    opened = in_a_thread(lambda: asyncio.run(a_working_day(site.world)))
    for who, path, name in (
        ("level1", "/board?view=everything", "board"),
        ("level1", f"/board/tickets/{opened[0]}", "ticket"),
        ("client", f"/portal/tickets/{opened[0]}", "portal"),
    ):
        page = site.visit(who)
        page.clock.install(time=site.world.now)  # the countdowns are those of the day in the picture
        answer = page.goto(path)
        assert answer is not None
        assert answer.ok
        page.wait_for_load_state("domcontentloaded")
        page.wait_for_timeout(1_500)
        page.set_viewport_size({"width": 1180, "height": HEIGHTS[name]})
        page.screenshot(path=PICTURES / f"{name}.png")
