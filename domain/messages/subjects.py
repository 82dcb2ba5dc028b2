"""What each template is about, as its readers choose by which ways they want it."""

from __future__ import annotations

from domain.words import Subject

_TEMPLATES: dict[Subject, tuple[str, ...]] = {
    Subject.opening: ("opened", "staff_opened", "staff_assigned", "classified", "staff_intake", "intake"),
    Subject.progress: (
        "update", "update_automatic", "progress", "interval", "times_moved", "severity", "first_response",
        "staff_progress", "defect_awaited", "defect_left", "defect_news", "defect_rejected", "staff_defect_rejected",
    ),
    Subject.conversation: (
        "comment", "question", "session", "call_not_reached", "mail_refused", "staff_comment", "staff_answer",
        "staff_session",
    ),
    Subject.escalation: ("escalated", "manager", "staff_escalated", "staff_manager"),
    Subject.resolution: (
        "resolution", "consent_reminder", "release", "staff_suggestion", "staff_consent", "staff_consent_asked",
        "staff_refused", "staff_installation",
    ),
    Subject.closing: (
        "closed_consent", "closed_silence", "closed_withdrawn", "excluded", "reopened", "commitment_kept",
        "staff_closed", "staff_reopened",
    ),
    Subject.money: (
        "hours_moved", "package_warned", "quote", "quote_accepted", "quote_expired", "intervention_report",
        "staff_package_warned", "staff_quote_asked", "staff_quote_accepted", "staff_quote_refused",
        "staff_quote_expired",
    ),
    Subject.deadlines: ("staff_warning", "staff_missed", "staff_commitment_due"),
    Subject.service: (
        "service_restored", "outage_attributed", "maintenance_planned", "maintenance_cancelled",
        "staff_maintenance_forced", "staff_webhook_disabled",
    ),
}  # fmt: skip
SUBJECTS: dict[str, Subject] = {template: subject for subject, names in _TEMPLATES.items() for template in names}
"""The subject of every template that goes to people."""
