"""What the facts about kind, intake and cover mean for a ticket."""

from __future__ import annotations

from domain import events as ev
from domain.evolve.shape import Changes

CHANGES: Changes = {
    ev.RequestClassified: lambda s, f, e: {"kind": f.kind, "handed_over": False},
    ev.IntakeAsked: lambda s, f, e: {"missing": f.items},
    ev.IntakeSupplied: lambda s, f, e: {
        "intake": {**s.intake, **f.intake},
        "product": f.product or s.product,
        "missing": f.missing,
    },
}
