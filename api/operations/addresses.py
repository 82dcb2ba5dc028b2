"""Where a ticket is shown outside of Escalade."""

from __future__ import annotations

from runtime.settings import Settings


def workflow_address(settings: Settings, ticket: str) -> str | None:
    """Where the Temporal Web UI shows the ticket's run; None when nobody has said where it is."""
    base = settings.temporal_ui
    return f"{base}/namespaces/{settings.temporal_namespace}/workflows/ticket-{ticket}" if base else None
