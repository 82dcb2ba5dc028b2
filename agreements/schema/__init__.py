"""The schema of an agreement file: strict, and every rule names its source (design decision 6)."""

from __future__ import annotations

import json

from pydantic import Field, ValidationInfo, field_validator, model_validator

from agreements.schema.contact import ContactRules
from agreements.schema.cover import Chosen, ProgrammeRule, RegionRule, chosen_among
from agreements.schema.life import (
    Consent,
    DefaultSeverity,
    FirstResponse,
    LadderRule,
    Reopening,
    Resolution,
    Retention,
    Triage,
    Updates,
    Waiting,
)
from agreements.schema.money import HoursRule, QuotesRule, ReportRule
from agreements.schema.parts import Language, Rule, Slug, Title, Zone, places
from agreements.schema.promises import CalendarRule, LevelRule, SeverityRule
from agreements.schema.provider import Availability, Maintenance, Monitoring
from agreements.schema.rnd import Defects, RootCause
from agreements.schema.scope import DefaultRequest, ExclusionRule, IntakeRule, RequestRule, default_among
from agreements.schema.serving import ServedRules
from agreements.schema.together import contradictions
from domain.target import ALWAYS
from domain.words import Level


class AgreementFile(Rule):
    """A support agreement as data."""

    agreement: Slug = Field(description="short name; the same as the file's")
    title: Title
    publisher: str = Field(min_length=1)
    document: str = Field(min_length=1, description="the text that it encodes")
    languages: tuple[Language, ...] = Field(min_length=1, description="of our messages; the first is the default")
    zone: Zone
    calendars: dict[Slug, CalendarRule]
    programmes: dict[Slug, ProgrammeRule] = Field({}, description="how much cover a contract can have")
    default_programme: Chosen | None = Field(None, description="of a contract that names none")
    regions: dict[Slug, RegionRule] = Field({}, description="where a contract can be served from")
    default_region: Chosen | None = Field(None, description="of a contract that names none")
    severities: dict[Slug, SeverityRule] = Field(min_length=1, description="most severe first")
    default_severity: DefaultSeverity
    levels: dict[Level, LevelRule] = Field(description="`support` (level 1), `consulting` (level 2), `rnd` (R&D)")
    served: ServedRules = Field(ServedRules(), description="who and what is served; left out: everybody")
    requests: dict[Slug, RequestRule] = Field({}, description="kinds of request; left out: none are told apart")
    default_request: DefaultRequest | None = Field(None, description="the kind where nobody names one")
    intake: dict[Slug, IntakeRule] = Field({}, description="what the client is asked for, by item")
    exclusions: dict[Slug, ExclusionRule] = Field({}, description="what is not covered, for staff to name")
    ladder: tuple[LadderRule, ...] = Field((), description="hierarchic escalation, by share of a target")
    contact: ContactRules = Field(ContactRules(), description="how client and support reach one another")
    waiting: Waiting
    first_response: FirstResponse | None = Field(None, description="needed when a severity promises a response")
    updates: Updates | None = Field(None, description="needed when a severity promises updates")
    resolution: Resolution
    triage: Triage | None = Field(None, description="left out: the client's severity stands until it is changed")
    consent: Consent
    reopening: Reopening
    defects: Defects | None = Field(None, description="waiting for a defect at R&D, and for the release that fixes it")
    root_cause: RootCause | None = Field(None, description="left out: a resolution need not name its root cause")
    hours: HoursRule | None = Field(None, description="hour packages, for the kinds of request that are deducted")
    quotes: QuotesRule | None = Field(None, description="estimates before the work is done")
    report: ReportRule | None = Field(None, description="the intervention report that the client receives")
    availability: Availability | None = Field(None, description="of the provider's own services")
    maintenance: Maintenance | None = Field(None, description="planned, of the provider's own services")
    monitoring: Monitoring | None = Field(None, description="what the provider's own monitoring does by itself")
    retention: Retention | None = Field(None, description="left out: what people wrote is kept for good")

    @field_validator("calendars")
    @classmethod
    def _own_names(cls, calendars: dict[str, CalendarRule]) -> dict[str, CalendarRule]:
        if ALWAYS in calendars:
            places([((ALWAYS,), f"`{ALWAYS}` is the calendar that is always open; give this one another name")])
        return calendars

    @field_validator("default_programme", "default_region")
    @classmethod
    def _is_offered(cls, chosen: Chosen | None, info: ValidationInfo) -> Chosen | None:
        what = str(info.field_name).removeprefix("default_")
        offered = info.data.get(f"{what}s")
        # Absent when something in it is wrong, which is told already.
        return chosen if offered is None else chosen_among(chosen, offered, f"{what} of this agreement")

    @field_validator("levels")
    @classmethod
    def _begin_with_support(cls, levels: dict[Level, LevelRule]) -> dict[Level, LevelRule]:
        if Level.support not in levels:
            raise ValueError("have no `support`, where every ticket begins; add it")
        return levels

    @field_validator("default_request")
    @classmethod
    def _is_a_kind(cls, chosen: DefaultRequest | None, info: ValidationInfo) -> DefaultRequest | None:
        return default_among(chosen, info.data.get("requests", {}))

    @field_validator("contact")
    @classmethod
    def _stays_somewhere(cls, contact: ContactRules, info: ValidationInfo) -> ContactRules:
        levels = info.data.get("levels")
        if contact.stays and levels and contact.stays.level not in levels:
            known = ", ".join(levels)
            places([(("stays", "level"), f'"{contact.stays.level}" is no level of this agreement; it has {known}')])
        return contact

    @field_validator("severities")
    @classmethod
    def _each_impact_once(cls, severities: dict[str, SeverityRule]) -> dict[str, SeverityRule]:
        wrong: list[tuple[tuple[str | int, ...], str]] = []
        proposes: dict[str, str] = {}
        for name, severity in severities.items():
            for impact in severity.impacts:
                if impact in proposes:
                    twice = f"stands under {proposes[impact]} already; an impact proposes one severity"
                    wrong.append(((name, "impacts", impact), twice))
                proposes.setdefault(impact, name)
        places(wrong)
        return severities

    @field_validator("ladder")
    @classmethod
    def _each_step_once(cls, ladder: tuple[LadderRule, ...]) -> tuple[LadderRule, ...]:
        wrong: list[tuple[tuple[str | int, ...], str]] = []
        for position, step in enumerate(ladder):
            for earlier in ladder[:position]:
                overlap = not step.severities or not earlier.severities or {*step.severities} & {*earlier.severities}
                if (step.share, step.of) == (earlier.share, earlier.of) and overlap:
                    twice = f"{step.share} % of {step.of} is a step already, for the same severities"
                    wrong.append(((position,), f"{twice}; tell one of the two, or at another share"))
                    break
        places(wrong)
        return ladder

    @model_validator(mode="after")
    def _agrees_with_itself(self) -> AgreementFile:
        places(contradictions(self))
        return self


def json_schema() -> str:
    """The JSON Schema of an agreement file, as the text of `schema.json`, for editors."""
    schema = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **AgreementFile.model_json_schema(),
        "title": "Escalade agreement",
    }
    return json.dumps(schema, ensure_ascii=False, indent=2) + "\n"
