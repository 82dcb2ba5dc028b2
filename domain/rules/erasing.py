"""What people wrote is erased on request: nothing of what was promised changes by it."""

from __future__ import annotations

from domain import commands as cmd
from domain import events as ev
from domain.draft import Draft
from domain.rules.shape import Decisions


def _erase(draft: Draft, step: cmd.Erase) -> None:
    draft.add(ev.TextsErased(whole=step.whole))


DECISIONS: Decisions = {cmd.Erase: _erase}
