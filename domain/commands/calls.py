"""Calls to the client: somebody takes one, and says what came of it."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from domain.base import Instant, Model
from domain.commands.base import Text
from domain.words import Reached

CallNumber = Annotated[int, Field(ge=1, le=1_000_000)]


class TakeCall(Model):
    """Somebody of ours makes the call; the others can leave it."""

    type: Literal["take_call"] = "take_call"
    call: CallNumber


class CallDone(Model):
    """What came of the call. Reached: what was said, which is an update. Not reached: it is tried again."""

    type: Literal["call_done"] = "call_done"
    call: CallNumber
    outcome: Reached
    text: Text
    next_at: Instant | None = None
    """When it is tried again; absent: after the interval that the agreement names."""
