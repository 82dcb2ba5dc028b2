"""What comes in: alerts that were taken and not carried out, messages that nobody could match."""

from __future__ import annotations

from datetime import timedelta

from api.operations.findings import Finding, Said, Seen, Severity
from api.operations.subject import Subject
from api.pages.catalogue import mark as _

SOON = timedelta(minutes=5)
"""What is kept is carried out within seconds while the engine answers."""
TODAY = timedelta(hours=4)


async def look(subject: Subject) -> Seen:
    found = await subject.figures()
    findings = []
    if found.alerts_since is not None and subject.now - found.alerts_since > SOON:
        meaning = _(
            "%(number)s alerts were taken and have no ticket yet, since %(since)s: the engine is away, or refuses them."
        )
        data = {"number": found.alerts, "since": f"{found.alerts_since:%Y-%m-%d %H:%M} UTC"}
        findings.append(Finding("alerts-pending", Severity.critical, Said(meaning, data)))
    if found.unmatched_since is not None and subject.now - found.unmatched_since > TODAY:
        meaning = _("%(number)s messages wait for somebody to say whose they are, since %(since)s.")
        data = {"number": found.unmatched, "since": f"{found.unmatched_since:%Y-%m-%d %H:%M} UTC"}
        findings.append(Finding("messages-unmatched", Severity.warning, Said(meaning, data)))
    data = {"alerts": found.alerts, "messages": found.unmatched}
    return Seen(Said(_("not joined yet: %(alerts)s alerts, %(messages)s messages"), data), tuple(findings))
