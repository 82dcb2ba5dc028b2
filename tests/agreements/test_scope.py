"""What a file says of kinds, intake and who is served: contradictions are refused at their place."""

from __future__ import annotations

from pathlib import Path

import pytest

from agreements import AgreementError, parse

OASIS = (Path(__file__).parents[1] / "clauses" / "own" / "oasis.yaml").read_text(encoding="utf-8")

BROKEN = {
    "work that is handed over to nowhere": ("group: data}", "group: dates}", "requests.restore.over", "data, network"),
    "a circle: handed over to where it is": (
        "over: {level: consulting, group: data}",
        "over: {level: support}",
        "requests.restore.over",
        "name another level or group",
    ),
    "a cap on what nobody pays for": (
        "repair: {title: {en: Repair, fr: Réparation}, cover: included",
        "repair: {title: {en: Repair, fr: Réparation}, cover: included, at_most: 2 h",
        "requests.repair.at_most",
        "caps work that nobody pays for",
    ),
    "a cap in days": ("at_most: 90 min", "at_most: 2 days", "requests.restore.at_most", "minutes or hours"),
    "a handing over that no cap calls for": (
        "    at_most: 90 min\n",
        "",
        "requests.restore.over",
        "hands over work that no cap limits",
    ),
    "a cover that is none": (
        "cover: deducted",
        "cover: paid",
        "requests.restore.cover",
        "included, deducted, billable",
    ),
    "a fact that nobody is asked for": (
        "cover: billable,",
        "cover: billable, needs: [machine],",
        "requests.tour.needs",
        "fact of this agreement's intake",
    ),
    "a level that is none": (
        "cover: billable,",
        "cover: billable, level: rnd, group: data,",
        "requests.tour.group",
        "group of level rnd",
    ),
    "a default that is none": (
        "default_request: {is: repair",
        "default_request: {is: repairs",
        "default_request.is",
        "did you mean repair?",
    ),
    "a default that is not treated": (
        "default_request: {is: repair",
        "default_request: {is: sales",
        "default_request.is",
        "nobody's default",
    ),
    "a refusal by a text": ("holds: [response]", "refuses: true", "intake.machine.refuses", "make it `kind: fact`"),
    "a secret that would be kept": (
        "holds: [response]",
        "standing: true",
        "intake.machine.standing",
        "may be a secret",
    ),
    "a clock that is none": ("holds: [response]", "holds: [reponse]", "intake.machine.holds[0]", "response"),
    "an item for a severity that is none": (
        "severities: [amber, green]",
        "severities: [ambre, green]",
        "intake.machine.severities[0]",
        "did you mean amber?",
    ),
    "a role that is none": ("roles: [administrator]", "roles: [boss]", "served.contacts.roles[0]", "key_user"),
    "no version at all": ("versions: {recent: 1", "versions: {recent: 0", "served.versions.recent", "1"),
    "an extended severity that is none": (
        "severities: [amber]",
        "severities: [black]",
        "programmes.night.extended.severities[0]",
        "red, amber, green",
    ),
    "a programme that is not offered": (
        "default_programme: {is: day",
        "default_programme: {is: dawn",
        "default_programme.is",
        "day, night",
    ),
    "a region without a language": (
        "languages: [fr],",
        "languages: [],",
        "regions.nepal.languages",
        "must not be empty",
    ),
    "a zone that is none": ("zone: Asia/Kathmandu", "zone: Asia/Katmandou", "regions.nepal.zone", "Asia/Katmandu"),
}


def test_the_agreement_is_right_as_it_stands() -> None:
    assert parse(OASIS, name="oasis").agreement == "oasis"


@pytest.mark.parametrize(("old", "new", "path", "says"), BROKEN.values(), ids=list(BROKEN))
def test_a_contradiction_is_refused_with_its_place_and_what_is_allowed(
    old: str, new: str, path: str, says: str
) -> None:
    assert OASIS.count(old) == 1, old
    with pytest.raises(AgreementError) as refused:
        parse(OASIS.replace(old, new), name="oasis")
    told = {problem.path: problem for problem in refused.value.problems}
    found = next((one for place, one in told.items() if place.startswith(path)), None)
    assert found is not None, told
    assert says in found.message
    assert found.line > 1
