"""The step by which a running ticket gets the terms of a newer revision of its agreement (design decision 6)."""

from __future__ import annotations

from typing import Literal

from domain.base import Model
from domain.commands.base import Name
from domain.terms import Terms


class ChangeTerms(Model):
    """From now on the ticket is kept under these terms; every clock is measured again. `rollout` names the batch."""

    type: Literal["change_terms"] = "change_terms"
    terms: Terms
    rollout: Name
