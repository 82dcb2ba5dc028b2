"""The doors of a ticket's life: one address for each step of the domain. The operation is the step's own type."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from api.tickets.step_facts import Asked, groups, known_assignee, known_defect, known_product
from domain import commands as cmd
from domain.base import Model


@dataclass(frozen=True)
class Door:
    """`POST /v1/tickets/{id}/<path>`."""

    path: str
    step: type[Model]
    summary: str
    example: dict[str, Any]
    facts: Callable[[Asked], dict[str, Any]] | None = None
    """Looks up fields of the step that nobody sends (its FACTS). A Problem when the body names what is not there."""

    @property
    def operation(self) -> str:
        """The step's type: the operation's id and its row in the permission table."""
        return str(self.step.model_fields["type"].default)


DOORS = (
    Door(
        "triage",
        cmd.Triage,
        "Set the severity after evaluating",
        {"severity": "important", "impact": "degraded", "reason": "Two of five gates still open."},
        known_assignee,
    ),
    Door("assignment", cmd.Assign, "Give the ticket to one or several of our staff", {"assignee": "bob"}, groups),
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
    Door(
        "update-interval",
        cmd.AgreeInterval,
        "Agree with the client on another interval of status updates",
        {"every": "3 business days", "reason": "Agreed by telephone with Anna: the part comes next week."},
    ),
    Door("calls/taken", cmd.TakeCall, "Take a call to the client", {"call": 1}),
    Door(
        "calls/done",
        cmd.CallDone,
        "Say what came of a call to the client",
        {"call": 1, "outcome": "reached", "text": "Half of the gates open; the part arrives at noon."},
    ),
    Door("questions", cmd.Ask, "Ask the client for information", {"question": "Which firmware does the gate show?"}),
    Door("answers", cmd.Answer, "Give the information asked for", {"text": "Version 4.2."}),
    Door(
        "classification",
        cmd.Classify,
        "Say what kind of request it is",
        {"kind": "use", "reason": "The label layout works; it was filled in wrongly."},
    ),
    Door(
        "intake",
        cmd.Supply,
        "Give what the intake asks for",
        {"intake": {"steps": "Open site Lyon 2, badge at gate 3."}},
        known_product,
    ),
    Door(
        "exclusion",
        cmd.Exclude,
        "Say that it is not covered, and close it",
        {"exclusion": "misuse", "text": "The controller was opened on site."},
    ),
    Door(
        "escalations",
        cmd.Escalate,
        "Escalate to another level or group, or back",
        {"level": "consulting", "group": "logistics", "reason": "The layout of the site has to be changed."},
        groups,
    ),
    Door(
        "time-entries",
        cmd.LogTime,
        "Log the time of an intervention",
        {
            "work": "work",
            "minutes": 50,
            "began_at": "2026-03-02T08:00:00Z",
            "text": "Two document templates changed, and tried out with the client.",
        },
    ),
    Door(
        "quote-requests",
        cmd.AskQuote,
        "Ask what the work would take",
        {"text": "How long would the new column on the delivery note take?"},
    ),
    Door(
        "quotes",
        cmd.MakeQuote,
        "Make a quote",
        {"text": "One more column on the delivery note, with its translation.", "minutes": 180},
    ),
    Door("quotes/acceptance", cmd.AcceptQuote, "Order the work as quoted", {"quote": 1}),
    Door(
        "quotes/refusal",
        cmd.RefuseQuote,
        "Say that the work is not wanted as quoted",
        {"quote": 1, "reason": "We can do without the column."},
    ),
    Door("progress-requests", cmd.AskProgress, "Ask how it stands", {"text": "Can we open the site tomorrow?"}),
    Door(
        "sessions",
        cmd.OfferSession,
        "Invite the client to a remote session",
        {"at": "2026-03-02T13:00:00Z", "text": "We send you the access code by e-mail five minutes before."},
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
    Door(
        "commitment/kept",
        cmd.KeepCommitment,
        "Say that what was promised is done",
        {"text": "The new firmware is on your controllers since this morning."},
    ),
    Door(
        "restoration",
        cmd.RestoreService,
        "Say since when the service is up again",
        {"up_at": "2026-03-02T09:36:00Z", "text": "The database has been moved to another machine."},
    ),
    Door(
        "fault",
        cmd.AttributeOutage,
        "Say what took the service down",
        {"fault": "internet", "reason": "Your provider confirms a cut cable at the site."},
    ),
    Door(
        "defect",
        cmd.AwaitDefect,
        "Wait for a defect at R&D",
        {"defect": "D-417", "reason": "The gate's driver loses its connection; only a new version can solve it."},
        known_defect,
    ),
    Door("defect-departure", cmd.LeaveDefect, "Wait for the defect no longer", {"reason": "It was another cause."}),
    Door(
        "installation-requests",
        cmd.AskInstallation,
        "Have the release installed",
        {"text": "Please install it on our server; Tuesday morning suits us."},
    ),
)
