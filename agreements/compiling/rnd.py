"""Defects and root causes, compiled: fields of the terms that the agreement speaks of."""

from __future__ import annotations

from typing import Any

from agreements.schema import AgreementFile


def compiled(agreement: AgreementFile) -> dict[str, Any]:
    """Fields of `Terms`; what the agreement does not speak of is left out."""
    return {}
