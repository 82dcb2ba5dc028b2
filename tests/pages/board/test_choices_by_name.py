"""What a list of the board can be narrowed by is chosen by name; what has no name of its own is described."""

from __future__ import annotations

import re
from datetime import timedelta

from domain.words import Role
from store import directory
from tests.api.conftest import World, database, filled, world
from tests.pages.board.test_lists_of_operations import page

__all__ = ["database", "filled", "world"]


def options(html: str, name: str, *, attributes: str = "") -> dict[str, str]:
    """The choices of a field, by value."""
    inside = re.search(rf'<select {attributes}name="{name}"[^>]*>(.*?)</select>', html, re.DOTALL)
    assert inside, f"{name} is no choice"
    return dict(re.findall(r'<option value="([^"]*)"[^>]*>([^<]*)', inside[1]))


async def test_severities_and_groups_are_chosen_as_the_agreements_call_them(world: World) -> None:
    mine = await world.open(severity="critical", subject="The gate stays closed")
    other = await world.open(severity="low", subject="A label is misprinted")
    told = await page(world, "manager", "/board?view=everything&severity=critical")
    assert options(told, "severity")["critical"].startswith("Critical")
    assert "selected" in told.split('value="critical"', 1)[1][:12]
    assert set(options(told, "group")) > {"", "-"}
    assert mine in told
    assert other not in told


async def test_whoever_only_operates_escalade_is_not_offered_for_a_ticket(world: World) -> None:
    directory.save(world.database, directory.Staff(id="oncall", name="Olga Berg", role=Role.operations))
    await world.open()
    assert "Olga Berg" not in await page(world, "manager", "/board?view=everything")
    assert "Olga Berg" in await page(world, "manager", "/board/staff")


async def test_two_contracts_under_one_agreement_are_told_apart_in_words(world: World) -> None:
    first = directory.contracts(world.database, "acme")[0]
    later = first.valid_from + timedelta(days=400)
    for ident, since in (("acme-9", later), ("acme-10", later)):
        directory.save(world.database, first.model_copy(update={"id": ident, "valid_from": since}))
    told = await page(world, "manager", "/board/clients/acme")
    names = re.findall(r'data-label="Contract">([^<]*)', told)
    assert len(names) == len(set(names)) >= 3, names
    assert all(" · since " in name for name in names)
