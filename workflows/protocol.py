"""How the outside speaks with a ticket's workflow: names, start input, receipts. No rules.

Models grow by fields with defaults, never by renames: frozen histories replay against them.
"""

from __future__ import annotations

from activities.names import (
    DEFECT_COMMAND,
    DEFECT_WORKFLOW,
    DELIVERY,
    DELIVERY_WORKFLOW,
    PUBLISHED,
    RELEASE_WORKFLOW,
    RUN_ENDS,
    TICKET_COMMAND,
    WAKE,
    defect_workflow,
    delivery_queue,
    release_workflow,
    ticket_workflow,
)
from domain.base import Instant, Model
from domain.commands import Actor, Open
from domain.defects import Defect
from domain.ticket import Ticket

__all__ = [
    "COMMAND", "DEFECT_COMMAND", "DEFECT_WORKFLOW", "DELIVERY", "DELIVERY_WORKFLOW", "PUBLISHED", "RELEASE_WORKFLOW",
    "RUN_ENDS", "RUN_FENCE", "STATE", "TASK_QUEUE", "WAKE", "DefectReceipt", "DefectStart", "Receipt", "Start",
    "defect_workflow", "delivery_queue", "release_workflow", "workflow_id",
]  # fmt: skip

TASK_QUEUE = "escalade"
COMMAND = TICKET_COMMAND
RUN_FENCE = 1_000_000
"""A recording's fence is the run's number times this, plus its progress (domain.record.Recording)."""
STATE = "state"


def workflow_id(ticket: str) -> str:
    """Id of the workflow that keeps a ticket."""
    return ticket_workflow(ticket)


class Receipt(Model):
    """The answer to a command: the ticket right after it. `digest` tells whether a repeated id had the same body."""

    ticket: str
    sequence: int
    at: Instant
    status: str
    severity: str
    level: str
    assignee: str | None = None
    next_due: Instant | None = None
    events: tuple[str, ...] = ()
    """Types of the events that the command caused, in order."""
    digest: str = ""


class Start(Model):
    """Input of a run: either a new ticket (`opening`, at `opened_at`) or one that goes on (`state`).

    `opened_at` is when the client filed, not when a worker found time for it: promises count from there.
    """

    by: Actor
    command: str
    digest: str = ""
    opening: Open | None = None
    opened_at: Instant | None = None
    state: Ticket | None = None
    run: int = 1
    """Number of this run in the ticket's whole life; orders recordings across runs."""
    seen: dict[str, Receipt] = {}
    """Receipts of the newest commands, so that an id sent again after continue-as-new is not applied twice."""
    history_limit: int = 400
    """Events after which the run continues as new: a long history makes a cold ticket slow."""
    visible: bool = True
    """Whether search attributes are written; a server that has not registered them would hang the ticket."""
    run_first: bool = False
    """Whether commands that come together with the start wait for run(). Every new start says so; a run that began
    before this was known has its history told as it was."""
    shows_due: bool = True
    """Whether each step writes when the ticket falls due next as a search attribute, and the last one that it is
    archived. No new start says so; a run that began when all did has its history told as it was."""


class DefectReceipt(Model):
    """The answer to a command to a defect. `digest` tells whether a repeated id had the same body."""

    defect: str
    status: str
    announcement: int
    digest: str = ""


class DefectStart(Model):
    """Input of a defect's run. Without `state` it is loaded from the record, or made by the command that opens it.

    `told` counts the announcements that everybody who waited has heard.
    """

    defect: str
    state: Defect | None = None
    told: int = 0
    seen: dict[str, DefectReceipt] = {}
