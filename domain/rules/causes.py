"""What a resolution has to say of its root cause (TF-17)."""

from __future__ import annotations

from domain import commands as cmd
from domain.draft import Draft
from domain.errors import DomainError
from domain.words import Cause


def require_cause(draft: Draft, step: cmd.Resolve) -> None:
    """Refuses a resolution without the root cause, or without the defect, that the agreement asks for."""
    state = draft.state
    asked = state.terms.root_cause
    if asked is None:
        return
    if step.cause is None or step.cause_text is None:
        causes = ", ".join(Cause)
        raise DomainError(
            "root_cause_missing",
            f"The agreement asks for the root cause: give `cause` ({causes}) and `cause_text` with what was found.",
        )
    if step.cause in asked.with_defect and state.defect is None:
        raise DomainError(
            "defect_missing",
            f"The root cause {step.cause} needs a bug report: link the ticket to its defect first (await_defect).",
        )
