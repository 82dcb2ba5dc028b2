"""Who is told what of planned maintenance: every client under the agreement, beforehand (TF-15). About no ticket."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from domain.base import Model
from domain.maintenance import Window
from domain.messages.shape import Message, Recipient
from domain.terms.provider import MaintenanceTerms, ProviderTerms


class Reader(Model):
    """A contact who is told, in the language that it asked for."""

    contact: str
    language: str


def planned(window: Window, service: str, terms: ProviderTerms, readers: Iterable[Reader]) -> list[Message]:
    """The announcement to the clients where one is due, and word to the manager of what passes the limit."""
    told: list[Message] = []
    if window.announced:
        told += _to_clients(window, service, terms, readers, "maintenance_planned", {"text": window.text})
    if window.forced is not None:
        data = {**_about(window, service, terms), "by": window.planned_by, "reason": window.forced}
        to = Recipient(kind="role", id="manager")
        told.append(_message(window, to, "staff_maintenance_forced", terms.languages[0], data))
    return told


def cancelled(window: Window, service: str, terms: ProviderTerms, readers: Iterable[Reader]) -> list[Message]:
    """Word to the clients whom it had been announced to."""
    if not window.announced:
        return []
    return _to_clients(window, service, terms, readers, "maintenance_cancelled", {"reason": window.cancelled_for})


def _to_clients(
    window: Window, service: str, terms: ProviderTerms, readers: Iterable[Reader], template: str, more: dict[str, Any]
) -> list[Message]:
    data = {**_about(window, service, terms), **more}
    return [
        _message(
            window, Recipient(kind="contact", id=one.contact), template, terms.language(one.language), data
        )
        for one in readers
    ]  # fmt: skip


def _message(window: Window, to: Recipient, template: str, language: str, data: dict[str, Any]) -> Message:
    return Message(
        key=f"maintenance:{window.id}:{template}:{to.kind}:{to.id}",
        sequence=2 if window.cancelled_at else 1,
        to=to,
        template=template,
        language=language,
        data=data,
    )


def _about(window: Window, service: str, terms: ProviderTerms) -> dict[str, Any]:
    maintenance = terms.maintenance
    assert isinstance(maintenance, MaintenanceTerms)  # nothing is planned where nothing is promised
    return {
        "subject": service,
        "service": service,
        "zone": maintenance.zone,
        "starts_at": window.starts_at.isoformat(),
        "ends_at": window.ends_at.isoformat(),
    }
