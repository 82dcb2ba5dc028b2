"""OL Care: languages, hours and zone by region."""

from __future__ import annotations

import pytest

from tests.clauses.conftest import NewDesk
from tests.clauses.desk import Refused

SPOKEN = {
    "americas": {"en", "fr", "es"},
    "emea": {"en", "de", "fr", "nl"},
    "asia_pacific": {"en", "ja"},
}


@pytest.mark.clause("OL-22")
@pytest.mark.parametrize("region", [*SPOKEN])
async def test_each_region_speaks_its_languages_and_english_with_everybody_else(new_desk: NewDesk, region: str) -> None:
    desk = await new_desk("olcare", region=region, language="en")
    written = {}
    for wanted in ("en", "fr", "es", "de", "nl", "ja", "it"):
        ticket = await desk.open("anna", language=wanted)
        [mail] = desk.mails(ticket, "opened")
        written[wanted] = mail.language
    assert written == {wanted: wanted if wanted in SPOKEN[region] else "en" for wanted in written}


@pytest.mark.clause("OL-22")
async def test_what_an_agreement_is_not_written_in_is_named_in_english(new_desk: NewDesk) -> None:
    desk = await new_desk("olcare", region="emea")
    ticket = await desk.open("anna", language="de", severity="p1")
    [mail] = desk.mails(ticket, "opened")
    assert (mail.language, mail.data["severity"]) == ("de", "P1 - Critical")


@pytest.mark.clause("OL-22")
async def test_the_languages_of_a_region_are_the_agreement_files_word(new_desk: NewDesk) -> None:
    desk = await new_desk("olcare", region="asia_pacific")
    desk.rewrite("olcare", "languages: [en, ja]", "languages: [en, fr]")
    assert desk.mails(await desk.open("anna", language="fr"), "opened")[0].language == "fr"


# By hand: 15:30 of Paris on Friday 7 March 2031 is 09:30 in Toronto (08:00 to 20:00) and 23:30 in Tokyo (09:00 to
# 17:00). Four hours to the first response on the portal.
@pytest.mark.clause("OL-02", "OL-22")
@pytest.mark.parametrize(
    ("region", "zone", "due"),
    [
        (None, "Europe/Paris", "2031-03-10 11:30"),  # 15:30 to 17:00, and 2:30 h on Monday: EMEA unless it is named
        ("emea", "Europe/Paris", "2031-03-10 11:30"),
        ("americas", "America/Toronto", "2031-03-07 13:30"),
        ("asia_pacific", "Asia/Tokyo", "2031-03-10 13:00"),
    ],
)
async def test_local_hours_are_those_of_the_region(new_desk: NewDesk, region: str | None, zone: str, due: str) -> None:
    start = {"America/Toronto": "03-07 09:30", "Asia/Tokyo": "03-07 23:30"}.get(zone, "03-07 15:30")
    desk = await new_desk("olcare", start=start, zone=zone, region=region)
    assert await desk.due(await desk.open(severity="p1"), "response") == due


@pytest.mark.clause("OL-02", "OL-05", "OL-22")
async def test_extended_hours_are_in_the_zone_of_the_region_and_suspended_by_its_dates(new_desk: NewDesk) -> None:
    desk = await new_desk("olcare", start="08-29 23:00", zone="America/Toronto", region="americas", programme="gold")
    product = {"name": "ol-connect", "version": "2031.1", "serial": "OLC-1"}
    ticket = await desk.open(severity="p1", product=product)
    # By hand: Friday 29 August, one hour until midnight; Monday 1 September is Labour Day, a public holiday there.
    assert await desk.due(ticket, "response") == "2031-09-02 03:00"


@pytest.mark.clause("OL-22")
async def test_a_contract_in_a_region_that_is_not_served_is_refused_with_those_that_are(new_desk: NewDesk) -> None:
    desk = await new_desk("olcare", region="antarctica")
    with pytest.raises(Refused) as refusal:
        await desk.open()
    assert (refusal.value.status, refusal.value.code) == (422, "unknown_region")
    for word in ("contract", "antarctica", "emea, americas, asia_pacific"):
        assert word in refusal.value.problem["detail"]
