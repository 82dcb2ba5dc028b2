"""Sending a command to a ticket's workflow from an activity: the boundary that tests replace."""

from __future__ import annotations

import re
from dataclasses import dataclass

from temporalio.client import Client, WorkflowExecutionStatus, WorkflowHandle, WorkflowUpdateFailedError
from temporalio.exceptions import ApplicationError
from temporalio.service import RPCError

from activities.names import TICKET_COMMAND, ticket_workflow
from domain.commands import Command
from domain.errors import DomainError
from runtime.updating import names_no_run

_CODE = re.compile(r"[a-z]+(_[a-z]+)*")


class Gone(Exception):
    """No run of that ticket is open, so nobody can take the command."""


@dataclass(frozen=True)
class TicketCommands:
    """`await send("K7M39QX24T", command)`; the same command again is applied once."""

    client: Client

    async def __call__(self, ticket: str, command: Command) -> None:
        """Returns when it is applied and recorded. DomainError when the rules refuse it, Gone without a run.

        Whatever else the engine raises passes: it can be sent again.
        """
        handle = self.client.get_workflow_handle(ticket_workflow(ticket))
        try:
            await handle.execute_update(TICKET_COMMAND, command, id=command.id)
        except WorkflowUpdateFailedError as error:
            cause = error.cause
            if isinstance(cause, ApplicationError) and cause.type and _CODE.fullmatch(cause.type):
                raise DomainError(cause.type, cause.message) from None
            raise
        except RPCError as error:
            if names_no_run(error) and not await _runs(handle):
                raise Gone(ticket) from None
            raise


async def _runs(handle: WorkflowHandle[object, object]) -> bool:
    """Whether a run is open: the one that was asked can have ended, and gone on as a new one, meanwhile."""
    try:
        return (await handle.describe()).status is WorkflowExecutionStatus.RUNNING
    except RPCError as error:
        if names_no_run(error):
            return False
        raise
