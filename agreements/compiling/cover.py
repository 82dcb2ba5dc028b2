"""The contract's choices, compiled: programme, region, and the severities of extended cover."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from agreements.schema import AgreementFile
from agreements.schema.cover import ExtendedRule, ProgrammeRule, RegionRule
from agreements.schema.promises import CalendarRule
from domain.errors import DomainError
from domain.target import Target
from domain.terms import Extended, Programme, SeverityTerms

EXTENDED = "extended hours"
"""Name of the calendar that extended cover counts on; no calendar of a file can have it, for its space."""


@dataclass(frozen=True)
class Choice:
    """What a contract has chosen of the agreement; None where the agreement offers nothing to choose."""

    programme: tuple[str, ProgrammeRule] | None = None
    region: tuple[str, RegionRule] | None = None

    @property
    def extended(self) -> ExtendedRule | None:
        return self.programme[1].extended if self.programme else None


def choose(agreement: AgreementFile, programme: str | None, region: str | None) -> Choice:
    """The programme and region of these names, or the agreement's defaults.

    DomainError `unknown_programme` or `unknown_region`: the contract names one that the agreement does not offer.
    """
    default = agreement.default_programme.name if agreement.default_programme else None
    home = agreement.default_region.name if agreement.default_region else None
    return Choice(
        programme=_one(agreement.programmes, programme or default, "programme", agreement.agreement),
        region=_one(agreement.regions, region or home, "region", agreement.agreement),
    )


def _one(offered: dict[str, Any], name: str | None, what: str, agreement: str) -> tuple[str, Any] | None:
    if name is None:
        return None
    if name not in offered:
        known = ", ".join(offered) or "none"
        raise DomainError(
            f"unknown_{what}",
            f'The contract names the {what} "{name}", which {agreement} does not offer; it offers: {known}. '
            "Ask whoever keeps the contracts to correct it.",
        )
    return name, offered[name]


def calendars(agreement: AgreementFile, choice: Choice) -> dict[str, CalendarRule]:
    """The agreement's calendars, those of the region in their place."""
    return {**agreement.calendars, **(choice.region[1].calendars if choice.region else {})}


def extended(choice: Choice, severities: dict[str, SeverityTerms]) -> Extended | None:
    """Extended cover as the rules read it: its severities with their targets on the extended calendar."""
    rule = choice.extended
    if rule is None:
        return None
    moved = {name: _moved(severities[name], rule.instead_of) for name in rule.severities}
    return Extended(
        severities=moved,
        products=rule.products,
        local=rule.instead_of,
        language=rule.language,
        clause=rule.clause,
    )


def _moved(terms: SeverityTerms, local: str) -> SeverityTerms:
    def there(target: Target | None) -> Target | None:
        if target is None:
            return None
        places = {
            "on": EXTENDED if target.on == local else target.on,
            "delivered": EXTENDED if target.delivered == local else target.delivered,
        }
        return target.model_copy(update=places)

    return terms.model_copy(
        update={
            "response": there(terms.response),
            "response_by": {channel: there(target) for channel, target in terms.response_by.items()},
            "update": there(terms.update),
            "update_warning": there(terms.update_warning),
            "resolution": there(terms.resolution),
        }
    )


def compiled(agreement: AgreementFile, choice: Choice, severities: dict[str, SeverityTerms]) -> dict[str, Any]:
    """Fields of `Terms`; what the agreement does not speak of is left out."""
    fields: dict[str, Any] = {}
    if choice.region:
        name, region = choice.region
        fields |= {"region": name, "languages": region.languages, "fallback": agreement.languages[0]}
    if choice.programme:
        name, programme = choice.programme
        fields["programme"] = Programme(
            name=name,
            title=programme.title,
            rank=programme.queue,
            success_manager=programme.success_manager,
            clause=programme.clause,
        )
        fields["extended"] = extended(choice, severities)
    return {key: value for key, value in fields.items() if value is not None}
