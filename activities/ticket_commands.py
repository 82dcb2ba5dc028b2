"""Sending a command to a ticket's workflow from an activity: the boundary that tests replace."""

from __future__ import annotations

import re
from dataclasses import dataclass

from temporalio.client import Client, WorkflowUpdateFailedError
from temporalio.exceptions import ApplicationError
from temporalio.service import RPCError, RPCStatusCode

from activities.names import TICKET_COMMAND, ticket_workflow
from domain.commands import Command
from domain.errors import DomainError

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
            if error.status is RPCStatusCode.NOT_FOUND:
                raise Gone(ticket) from None
            raise
