"""What a contract can choose under an agreement, as tables for people: programmes and regions."""

from __future__ import annotations

from rich.table import Table
from rich.text import Text

from agreements import AgreementFile
from agreements.schema.cover import ExtendedRule
from cli.agreement_parts import source, table, words


def choices(agreement: AgreementFile, language: str) -> list[Table]:
    """A table of the programmes and one of the regions, where the agreement has them."""
    found = []
    if agreement.programmes:
        found.append(_programmes(agreement, language))
    if agreement.regions:
        found.append(_regions(agreement, language))
    return found


def _programmes(agreement: AgreementFile, language: str) -> Table:
    shown = table("Programmes", "programme", "queue", "success manager", "extended hours", "source")
    default = agreement.default_programme.name if agreement.default_programme else None
    for name, rule in agreement.programmes.items():
        extended = _extended(rule.extended) if rule.extended else Text("none", "dim")
        manager = "named by the contract" if rule.success_manager else Text("none", "dim")
        told = source(rule)
        if rule.extended:
            told = Text("\n").join([told, source(rule.extended)])
        shown.add_row(
            _title(name, rule.title[language], name == default), f"place {rule.queue}", manager, extended, told
        )
    return shown


def _extended(rule: ExtendedRule) -> Text:
    lines = [Text(f"{days} {spans}") for days, spans in rule.hours.items()]
    lines.append(Text(f"for {words(rule.severities)}, instead of {rule.instead_of}"))
    if rule.products:
        lines.append(Text(f"for {words(rule.products)}"))
    if rule.suspended:
        lines.append(Text(f"resting on {words(rule.suspended)}"))
    if rule.language:
        lines.append(Text(f"in {rule.language} while {rule.instead_of} is closed"))
    return Text("\n").join(lines)


def _regions(agreement: AgreementFile, language: str) -> Table:
    shown = table("Regions", "region", "zone", "languages", "hours of its own", "source")
    default = agreement.default_region.name if agreement.default_region else None
    for name, rule in agreement.regions.items():
        lines = [
            f"{calendar}: {days} {spans}"
            for calendar, one in rule.calendars.items()
            for days, spans in one.hours.items()
        ]
        hours = "\n".join(lines) if lines else Text("none", "dim")
        title = _title(name, rule.title[language], name == default)
        shown.add_row(title, rule.zone, words(rule.languages), hours, source(rule))
    return shown


def _title(name: str, title: str, default: bool) -> Text:
    return Text.assemble((name, "bold"), f"\n{title}", ("\ndefault" if default else "", "dim"))
