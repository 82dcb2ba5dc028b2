"""The doors of a ticket's life: one address for each step of the domain. The operation is the step's own type."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from domain import commands as cmd
from domain.base import Model


@dataclass(frozen=True)
class Door:
    """`POST /v1/tickets/{id}/<path>`."""

    path: str
    step: type[Model]
    summary: str
    example: dict[str, Any]

    @property
    def operation(self) -> str:
        """The step's type: the operation's id and its row in the permission table."""
        return str(self.step.model_fields["type"].default)


DOORS = (
    Door(
        "triage",
        cmd.Triage,
        "Set the severity after evaluating",
        {"severity": "important", "reason": "Two of five gates still open."},
    ),
    Door("assignment", cmd.Assign, "Give the ticket to a member of staff", {"assignee": "bob"}),
    Door(
        "acknowledgement",
        cmd.Acknowledge,
        "Give the first response",
        {"means": "call", "text": "We have called you and started the diagnosis."},
    ),
    Door("comments", cmd.Comment, "Comment, for client and staff", {"text": "The gate on the left opens again."}),
    Door("notes", cmd.Note, "Note something internally", {"text": "Same controller as last week."}),
    Door(
        "status-updates",
        cmd.StatusUpdate,
        "Tell the client how it goes",
        {"text": "The controller has been found; the part is on its way."},
    ),
    Door("questions", cmd.Ask, "Ask the client for information", {"question": "Which firmware does the gate show?"}),
    Door("answers", cmd.Answer, "Give the information asked for", {"text": "Version 4.2."}),
    Door(
        "escalations",
        cmd.Escalate,
        "Escalate to another level or group, or back",
        {"level": "consulting", "group": "logistics", "reason": "The layout of the site has to be changed."},
    ),
    Door("manager-requests", cmd.AskManager, "Ask for the manager", {"reason": "The site has been closed for a day."}),
    Door(
        "resolution",
        cmd.Resolve,
        "Propose a resolution and ask for consent",
        {"kind": "fix", "text": "The controller has been replaced; all gates open."},
    ),
    Door("consent", cmd.Consent, "Agree that it is solved", {}),
    Door("refusal", cmd.Refuse, "Say that it is not solved", {"reason": "The gate on the right is still closed."}),
    Door("reopening", cmd.Reopen, "Reopen a closed ticket", {"reason": "The gates are closed again."}),
    Door("withdrawal", cmd.Withdraw, "Withdraw the ticket", {"reason": "It was the fuse in our own cabinet."}),
)
