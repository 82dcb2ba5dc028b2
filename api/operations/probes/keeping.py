"""What must not be kept: texts beyond their agreement's time, people who asked to be erased."""

from __future__ import annotations

from datetime import timedelta

from api.operations.findings import Finding, Said, Seen, Severity
from api.operations.subject import Subject
from api.pages.catalogue import mark as _

SWEPT = timedelta(hours=6)
"""Every API process sweeps once an hour; what is left for longer is left for good."""
CARRIED = timedelta(hours=1)
"""An erasure takes seconds for each ticket of one person."""


async def look(subject: Subject) -> Seen:
    found = await subject.figures()
    findings = []
    if found.texts_since is not None and subject.now - found.texts_since > SWEPT:
        meaning = _(
            "The texts of %(number)s archived tickets are kept longer than their agreement says, since %(since)s: "
            "sweeping fails."
        )
        data = {"number": found.texts, "since": f"{found.texts_since:%Y-%m-%d %H:%M} UTC"}
        findings.append(Finding("retention-overdue", Severity.warning, Said(meaning, data)))
    if found.erasures_since is not None and subject.now - found.erasures_since > CARRIED:
        meaning = _("%(number)s people who are to be erased are still there, since %(since)s.")
        data = {"number": found.erasures, "since": f"{found.erasures_since:%Y-%m-%d %H:%M} UTC"}
        finding = Finding(
            "erasure-unfinished", Severity.warning, Said(meaning, data), detail=found.erasure_failure or ""
        )
        findings.append(finding)
    said = _("texts beyond their time: %(texts)s, erasures under way: %(erasures)s")
    return Seen(Said(said, {"texts": found.texts, "erasures": found.erasures}), tuple(findings))
