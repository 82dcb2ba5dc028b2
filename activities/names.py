"""Names that activities share with the workflows that call them or are woken by them."""

from __future__ import annotations

RECORD = "record"
DELIVER = "deliver"
SETTLE_HOURS = "settle_hours"

RECORD_BEAT = 1.0
"""Seconds between two beats of a recording, or a booking, that waits for the database."""
RECORD_SILENT = 5.0
"""Seconds without a beat after which its worker is taken for dead; the attempt's own time limit is far longer."""

TICKETS = "Ticket"
"""The workflow type of tickets."""

DELIVERY_WORKFLOW = "Delivery"
DELIVERY = "delivery"
"""Id of the one workflow that has messages carried out of the outbox."""
WAKE = "wake"
_OF_DELIVERY = "-delivery"

TICKET_COMMAND = "command"
"""The update by which a ticket takes a command."""

DEFECT_WORKFLOW = "Defect"
DEFECT_COMMAND = "command"
LOAD_DEFECT = "load_defect"
RECORD_DEFECT = "record_defect"
TELL_TICKETS = "tell_tickets"
RUN_ENDS = "run_ends"
"""The refusal of a run that goes on as a new one: the same command is sent again, and the next run takes it."""

RELEASE_WORKFLOW = "Release"
PUBLISHED = "published"
RECORD_RELEASE = "record_release"
TELL_DEFECTS = "tell_defects"


def delivery_queue(tickets: str) -> str:
    """The task queue of delivery beside that of `tickets`.

    One of its own: a message behind thousands of tickets that an outage made late would be late by all of them.
    """
    return tickets if tickets.endswith(_OF_DELIVERY) else tickets + _OF_DELIVERY


def ticket_workflow(ticket: str) -> str:
    """Id of the workflow that keeps a ticket."""
    return f"ticket-{ticket}"


def ticket_of(workflow: str) -> str:
    """The ticket that a workflow of this id keeps."""
    return workflow.removeprefix("ticket-")


def defect_workflow(defect: str) -> str:
    """Id of the workflow that keeps a defect."""
    return f"defect-{defect}"


def defect_of(workflow: str) -> str:
    """The defect that a workflow of this id keeps."""
    return workflow.removeprefix("defect-")


def release_workflow(product: str, version: str) -> str:
    """Id of the workflow that publishes a release: a version is published once."""
    return f"release-{product}/{version}"
