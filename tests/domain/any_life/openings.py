"""What may be filed: with a kind, an impact, answers, a product, a service that is down, persons named to agree."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from domain.commands import Filer, Open, Product
from domain.terms import Terms
from domain.words import Channel, ContactRole, Party, Stage

DICE = 12
"""How many numbers from 0 to 999 an opening is made from."""


def filed(terms: Terms, dice: Sequence[int], now: datetime) -> Open:
    """An opening; the agreement may refuse to serve it."""
    severity, kind, impact, intake, product, down, named, cover, filer, channel, language, accepted = dice

    def either(values: Sequence[Any], number: int) -> Any:
        """One of them, or none."""
        return [*values, None][number % (len(values) + 1)]

    impacts = [one for terms_of in terms.severities.values() for one in terms_of.impacts]
    answers: dict[str, str | bool] = {
        name: "It is this." if item.kind != "fact" else (intake + place) % 7 > 0
        for place, (name, item) in enumerate(terms.intake.items())
        if (intake >> place) % 2
    }
    return Open(
        ticket="T1",
        subject="It fails",
        description="Since seven.",
        channel=list(Channel)[channel % len(Channel)],
        organisation="acme",
        contract="acme-1",
        contact="anna",
        language=(*terms.languages, "it")[language % (len(terms.languages) + 1)],
        severity=either(list(terms.severities), severity),
        terms=terms,
        kind=either(list(terms.requests), kind),
        impact=either(impacts, impact),
        intake=answers,
        product=either(PRODUCTS, product),
        has_registered=(None, True, False)[product % 3],
        filer=either([Filer(role=role, named=("Anna",)) for role in ContactRole], filer),
        covers=((), ("licence", "programme", "maintenance"), ("subscription",))[cover % 3],
        accepted=accepted % 4 > 0,
        representatives=((), REPRESENTED, {Party.client: "ines", Party.provider: "eva"})[named % 3] or {},
        success_manager=either(("max",), named),
        ahead=(0, 15, 135, 3600)[accepted // 4 % 4],
        **(({"service": "sites", "down_since": now - timedelta(minutes=down)}) if down % 4 == 0 else {}),
    )


REPRESENTED = {Party.client: "anna", Party.provider: "bob"}
PRODUCTS = (
    Product(name="PlanetPress"),
    Product(name="app", version="11.3", serial="S-1", stage=Stage.released, rank=0, registered=True),
    Product(name="Connect", version="10.1", serial="S-2", stage=Stage.released, rank=1),
    Product(name="app", version="9.0", serial="S-3", stage=Stage.beta, rank=4, end_of_life=True, registered=False),
)


def plain(terms: Terms, now: datetime) -> Open:
    """One that every agreement serves."""
    return filed(terms, (999,) * DICE, now).model_copy(
        update={
            "severity": terms.default_severity,
            "kind": None,
            "impact": None,
            "intake": {},
            "product": None,
            "has_registered": None,
            "filer": None,
            "covers": (),
            "language": terms.languages[0],
        }
    )
