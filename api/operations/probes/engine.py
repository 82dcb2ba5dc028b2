"""The engine: does it answer, is its namespace as tickets need it, are the keys here by which it is sealed."""

from __future__ import annotations

from datetime import timedelta

from api.operations.findings import Finding, Said, Seen, Severity
from api.operations.subject import Subject
from api.pages.catalogue import mark as _
from runtime.key_ring import key_ring
from runtime.settings import Settings

KEPT_AT_LEAST = timedelta(days=3)
"""A finished ticket's history is looked at on the next working day, so it must outlive a weekend."""


async def look(subject: Subject) -> Seen:
    if subject.engine is None:
        away = _("Temporal does not answer: no command is taken and no clock acts.")
        finding = Finding("engine-away", Severity.critical, Said(away), detail=subject.away)
        return Seen(Said(_("does not answer")), (finding,))
    vitals = await subject.vitals()
    findings = []
    if vitals.missing:
        findings.append(
            Finding(
                "search-attributes-missing",
                Severity.critical,
                Said(
                    _("The namespace %(namespace)s lacks the search attributes %(names)s: new tickets hang."),
                    {"namespace": vitals.namespace, "names": ", ".join(vitals.missing)},
                ),
            )
        )
    if missing := sorted(vitals.sealed.keys() - _keys_here(subject.settings)):
        names = ", ".join(f'"{name}"' for name in missing)
        meaning = _(
            "Open tickets are sealed with the key %(names)s, which ESCALADE_CODEC_KEYS does not have here: %(number)s "
            "of those looked at."
        )
        data = {"names": names, "number": sum(vitals.sealed[name] for name in missing)}
        findings.append(Finding("codec-key-missing", Severity.critical, Said(meaning, data)))
    # The embedded server keeps histories for a day, and nobody can tell it otherwise; the record is in the database.
    if vitals.retention < KEPT_AT_LEAST and not subject.settings.embedded:
        findings.append(
            Finding(
                "retention-short",
                Severity.warning,
                Said(
                    _(
                        "Finished tickets' histories are kept for %(hours)s hours only: what happened on a Friday is "
                        "gone on Monday."
                    ),
                    {"hours": round(vitals.retention / timedelta(hours=1))},
                ),
            )
        )  # fmt: skip
    said = Said(
        _("Temporal %(version)s, namespace %(namespace)s, histories kept %(hours)s h"),
        {
            "version": vitals.version,
            "namespace": vitals.namespace,
            "hours": round(vitals.retention / timedelta(hours=1)),
        },
    )
    return Seen(said, tuple(findings))


def _keys_here(settings: Settings) -> set[str]:
    return set(key_ring(settings.codec_keys.get_secret_value() if settings.codec_keys else ""))
