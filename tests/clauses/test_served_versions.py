"""Which versions of a product are supported: the two most recent ones (OL-20), and those in service (TF-04)."""

from __future__ import annotations

from typing import Any

import pytest

from domain.commands import Actor
from domain.releases import Release
from domain.words import Role
from store import products, releases
from tests.clauses.conftest import NewDesk
from tests.clauses.desk import Desk
from tests.clauses.test_served_clients import kept, refused


async def add(desk: Desk, version: str, released: str | None, **more: Any) -> None:
    """A version of "gates" in the catalogue, released on a day of 2030 ("05-01") or now."""
    at = {"released_at": desk.at(f"2030-{released} 12:00").isoformat()} if released else {}
    await desk.post("dora", "/v1/products", {"product": "gates", "version": version, **at, **more})


async def catalogue(desk: Desk) -> None:
    """Three lines: 10, 11 with a patch that is younger than the first version of 12, and 12."""
    await add(desk, "10.0", "01-10")
    await add(desk, "11.0", "03-10")
    await add(desk, "12.0", "06-10")
    await add(desk, "11.4.2", "09-10")
    products.register(
        desk.database,
        products.Registration(
            organisation="acme", product="gates", serial="G-1", registered_at=desk.at("2030-01-01 00:00")
        ),
    )


@pytest.mark.clause("OL-20")
async def test_versions_older_than_the_two_most_recent_are_not_covered(new_desk: NewDesk) -> None:
    desk = await new_desk("olcare")
    await catalogue(desk)
    for version in ("12.0", "11.4.2", "11.0", "11.9.9"):
        await desk.open(product={"name": "gates", "version": version, "serial": "G-1"})
    for version in ("10.0", "10.7"):
        problem = await refused(desk, product={"name": "gates", "version": version, "serial": "G-1"})
        assert problem["code"] == "version_not_supported"
        assert "older than the 2 most recent versions" in problem["detail"]
        assert "OL-20" in problem["detail"]
        assert "professional services" in problem["detail"]  # the way that stays open (OL-21)
    assert len(await kept(desk, code="version_not_supported")) == 2


@pytest.mark.clause("OL-20")
async def test_a_patch_makes_no_version_older_and_a_new_line_does(new_desk: NewDesk) -> None:
    desk = await new_desk("olcare")
    await catalogue(desk)
    about = {"name": "gates", "version": "11.0", "serial": "G-1"}
    for version, line in (("12.1", "12"), ("11.5", None)):
        publish(desk, version, line)
    ticket = await desk.open(product=about)
    await add(desk, "13.0", None, stage="beta")
    await desk.open(product=about)  # a beta is no version that anybody has to have
    publish(desk, "13.1", "13")
    assert (await refused(desk, product=about))["code"] == "version_not_supported"
    assert (await desk.ticket(ticket))["status"] == "new"  # what was taken on is treated


def publish(desk: Desk, version: str, line: str | None) -> None:
    """A release by R&D enters its version into the catalogue."""
    by = Actor(role=Role.rnd, id="dora")
    at = desk.at("2031-03-03 09:00")
    made = Release(
        product="gates", version=version, line=line, text="Better.", fixes=(), published_at=at, by=by, digest=version
    )
    releases.record(desk.database, made)


@pytest.mark.clause("OL-20")
async def test_how_many_versions_are_supported_stands_in_the_file(new_desk: NewDesk) -> None:
    desk = await new_desk("olcare")
    desk.rewrite("olcare", "recent: 2", "recent: 3")
    await catalogue(desk)
    await desk.open(product={"name": "gates", "version": "10.0", "serial": "G-1"})


@pytest.mark.clause("TF-04")
@pytest.mark.parametrize("stage", ["beta", "release_candidate", "development"])
async def test_versions_that_are_not_released_are_not_included(new_desk: NewDesk, stage: str) -> None:
    desk = await new_desk("trackforce")
    await catalogue(desk)
    await add(desk, "13.0", None, stage=stage)
    problem = await refused(desk, product={"name": "gates", "version": "13.0"})
    assert problem["code"] == "version_not_supported"
    assert f"gates 13.0 is a {stage.replace('_', ' ')} version" in problem["detail"]
    assert "TF-04" in problem["detail"]
    assert "Mettez à jour" in problem["detail"]
    await desk.open(product={"name": "gates", "version": "10.0"})  # an old version is not excluded here


@pytest.mark.clause("TF-04")
async def test_a_version_is_included_until_its_end_of_life(new_desk: NewDesk) -> None:
    desk = await new_desk("trackforce")
    await add(desk, "10.0", "01-10", end_of_life_at=desk.at("03-04 00:00").isoformat())
    await desk.open(product={"name": "gates", "version": "10.0"})
    await desk.until("03-04 00:00")
    for version in ("10.0", "10.3"):
        problem = await refused(desk, product={"name": "gates", "version": version})
        assert f"gates {version} has reached its end of life" in problem["detail"]


async def test_the_catalogue_is_listed_by_pages_and_corrected(new_desk: NewDesk) -> None:
    desk = await new_desk("trackforce")
    await catalogue(desk)
    first = await desk.get("bob", "/v1/products", params={"product": "gates", "limit": 3})
    assert [one["version"] for one in first["items"]] == ["11.4.2", "12.0", "11.0"]
    rest = await desk.get("bob", "/v1/products", params={"product": "gates", "limit": 3, "cursor": first["next"]})
    assert [one["version"] for one in rest["items"]] == ["10.0"]
    assert rest.get("next") is None
    again = await desk.call("max", "POST", "/v1/products", {"product": "gates", "version": "12.0", "stage": "beta"})
    assert (again.status_code, again.json()["line"]) == (200, "12")
    assert again.json()["released_at"].startswith("2030-06-10")
    early = {"product": "gates", "version": "12.0", "end_of_life_at": "2030-01-01T00:00:00Z"}
    assert (await desk.call("max", "POST", "/v1/products", early)).status_code == 422
    assert (await desk.call("bob", "POST", "/v1/products", early)).status_code == 403
    strange = await desk.call("bob", "GET", "/v1/products", params={"cursor": "x"})
    assert strange.status_code == 422
