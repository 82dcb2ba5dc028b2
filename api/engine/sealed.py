"""What the engine holds sealed: by which keys, and the words of a failure that was sealed too."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from temporalio.api.failure.v1 import Failure
from temporalio.api.workflowservice.v1 import ListWorkflowExecutionsRequest
from temporalio.client import Client
from temporalio.service import RPCError, RPCStatusCode

from runtime.codec import PayloadSealed

SAMPLE = 50
AGES = tuple(timedelta(days=days) for days in (0, 1, 7, 30, 90, 365))
"""A key that was replaced is still needed for what is old: of each age some runs are looked at."""
_KEY_ID = "encryption-key-id"


async def keys_used(client: Client, queue: str) -> Mapping[str, int]:
    """Open runs by the key that their memo is sealed with, of a sample; none where nothing is sealed.

    A memo keeps its first key: the engine hands it on from run to run as it is.
    """
    found: Counter[str] = Counter()
    now, seen = datetime.now(UTC), set()
    for age in AGES:
        since = f"{now - age:%Y-%m-%dT%H:%M:%SZ}"
        begun = f" AND StartTime < '{since}'" if age else ""
        request = ListWorkflowExecutionsRequest(
            namespace=client.namespace,
            page_size=SAMPLE,
            query=f"TaskQueue = '{queue}' AND ExecutionStatus = 'Running'{begun}",
        )
        try:
            runs = (await client.workflow_service.list_workflow_executions(request)).executions
        except RPCError as error:
            if error.status not in (RPCStatusCode.INVALID_ARGUMENT, RPCStatusCode.UNIMPLEMENTED):
                raise
            return found  # a test server that cannot list
        for run in runs:
            if run.execution.run_id not in seen:
                seen.add(run.execution.run_id)
                names = {one.metadata.get(_KEY_ID, b"") for one in run.memo.fields.values()} - {b""}
                found.update(name.decode("ascii", "replace") for name in names)
        if len(runs) < SAMPLE:
            break  # what is older was among them
    return found


async def words_of(client: Client, failure: Failure) -> str:
    """A failure's message, opened where it was sealed; where it cannot be opened, which key is missing."""
    if not failure.HasField("encoded_attributes"):
        return failure.message
    converter = client.data_converter
    opened = Failure()
    opened.CopyFrom(failure)
    try:
        if converter.payload_codec is not None:
            await converter.payload_codec.decode_failure(opened)
    except PayloadSealed as sealed:
        return f"{failure.message}: {sealed}"
    error = converter.failure_converter.from_failure(opened, converter.payload_converter)
    return str(getattr(error, "message", error))
