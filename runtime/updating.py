"""Sending an update to a workflow whose run may be about to end and go on as a new one."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

from temporalio.api.errordetails.v1 import NamespaceNotFoundFailure
from temporalio.client import WorkflowUpdateFailedError
from temporalio.exceptions import ApplicationError
from temporalio.service import RPCError, RPCStatusCode

Answer = TypeVar("Answer")
_FIRST, _LONGEST = 0.02, 0.5
"""Seconds between two tries: what is in a run's hand takes milliseconds, or as long as its database is away."""
_ENDED = "AcceptedUpdateCompletedWorkflow"
"""The engine's own word for an update that a run had taken when it ended."""


async def until_taken(ends: str, update: Callable[[], Awaitable[Answer]]) -> Answer:
    """The answer of an update that starts its workflow where it does not run and is applied once per id.

    Sent again while the run refuses it with the type `ends`, or ends with the update in its hand: the next one takes
    it. Whatever else it raises passes. There is no time limit: the caller has one.
    """
    pause = _FIRST
    while True:
        try:
            return await update()
        except WorkflowUpdateFailedError as error:
            if not (isinstance(error.cause, ApplicationError) and error.cause.type in (ends, _ENDED)):
                raise
        except RPCError as error:
            if not names_no_run(error):
                raise
        await asyncio.sleep(pause)
        pause = min(pause * 2, _LONGEST)


def names_no_run(error: RPCError) -> bool:
    """Whether the engine says that no such workflow runs. A namespace that is missing is another matter.

    The kind of the failure tells, not its text: that names the namespace, or the workflow's id, in its own words.
    """
    if error.status is not RPCStatusCode.NOT_FOUND:
        return False
    return not any(detail.Is(NamespaceNotFoundFailure.DESCRIPTOR) for detail in error.grpc_status.details)
