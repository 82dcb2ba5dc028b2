"""Whether a command sent again was carried out long ago, so long that the ticket's workflow no longer knows its id.

The engine knows an id within a run, the workflow the newest ones beyond it (workflows.receipts.SEEN). A caller that got
no answer in a storm can come again after more commands than that: then the record is asked, which knows them all.
"""

from __future__ import annotations

from fastapi.concurrency import run_in_threadpool

from api.context import Context
from domain.events import due_instant
from store import tickets
from store.database import Database
from workflows.protocol import Receipt
from workflows.receipts import SEEN, receipt_after

FORGOTTEN = SEEN // 2
"""Commands after which the workflow is no longer asked: half its memory, for others may come while this one travels."""


async def told_before(ours: Context, ticket: str, command: str) -> Receipt | None:
    """The first answer to a command that lies far back; None where the engine is to be asked.

    It has no digest: the record does not keep what a command's body was.
    """
    return await run_in_threadpool(_look, ours.database, ticket, command)


def _look(database: Database, ticket: str, command: str) -> Receipt | None:
    since = tickets.causes_since(database, ticket, command)
    if sum(1 for cause in since if due_instant(cause) is None) < FORGOTTEN:
        return None
    return receipt_after(tickets.history(database, ticket), command)
