"""What a key may be narrowed to: single operations, or bundles of them by name."""

from __future__ import annotations

from collections.abc import Iterable
from typing import get_args

from api.access.permissions import PERMISSIONS
from domain.commands import Step
from domain.words import Role

_READING = ("read_", "list_", "draw_", "export_")
_ALWAYS = "read_me"
_STEPS = {str(step.model_fields["type"].default) for step in get_args(get_args(Step)[0])}


def _bundle(*operations: str) -> frozenset[str]:
    return frozenset({_ALWAYS, *operations})


def _read() -> frozenset[str]:
    return _bundle(*(name for name in PERMISSIONS if name.startswith(_READING)))


BUNDLES: dict[str, tuple[str, frozenset[str]]] = {
    "read": ("reads everything its role may read", _read()),
    "tickets": (
        "opens tickets, takes steps on them, reads them",
        _bundle(
            "open_ticket", "list_tickets", "read_ticket", "read_timeline", "read_clocks", "read_impacts",
            "read_agreement", "list_agreements", "upload_attachment", "list_attachments", "download_attachment",
            *(_STEPS & set(PERMISSIONS)),
        ),
    ),
    "monitoring": (
        "posts alerts and messages, and opens tickets of them",
        _bundle(*(name for name, row in PERMISSIONS.items() if Role.integrator in row.roles)),
    ),
}  # fmt: skip
"""By name: what it is for, and its operations. A scope never gives what the role does not have."""


def operations(scopes: Iterable[str] | None) -> frozenset[str] | None:
    """The operations of these scopes, each a bundle's name or an operation; None where nothing is narrowed."""
    if scopes is None:
        return None
    return frozenset({_ALWAYS}).union(*(BUNDLES[one][1] if one in BUNDLES else {one} for one in scopes))


def unknown(scopes: Iterable[str]) -> list[str]:
    """Those that are neither a bundle nor an operation that needs a key."""
    named = {name for name, row in PERMISSIONS.items() if not row.public}
    return [one for one in scopes if one not in BUNDLES and one not in named]
