"""Steps between a ticket and the defect that it waits for."""

from __future__ import annotations

from typing import ClassVar, Literal

from domain.base import Model
from domain.commands.base import Line, Name, Text
from domain.commands.money import Booked


class AwaitDefect(Model):
    """The ticket waits for a known error at R&D; the client reads why (PC-05).

    Where the agreement wants a workaround to be offered: `workaround`, or `no_workaround` when none is possible.
    """

    type: Literal["await_defect"] = "await_defect"
    defect: Name
    reason: Text
    workaround: Text | None = None
    no_workaround: bool = False


class LeaveDefect(Model):
    """It was not that defect after all."""

    type: Literal["leave_defect"] = "leave_defect"
    reason: Text


class HearDefect(Model):
    """R&D's news reaches a ticket that waits, once: `announcement` counts the defect's own news from 1.

    With `release` the defect is fixed there, and the ticket goes on by itself; with `line` as well ("11") only a ticket
    about a version of that line, or of one unknown. `rejected` says that it will not be fixed, or no further.
    """

    type: Literal["hear_defect"] = "hear_defect"
    defect: Name
    announcement: int
    text: Text
    release: Line | None = None
    line: Line | None = None
    rejected: bool = False


class AskInstallation(Model):
    """The client has the installation of a release organised (PC-13)."""

    type: Literal["ask_installation"] = "ask_installation"
    text: Text
    booked: Booked | None = None
    """Set by the ticket's workflow, when hours counted before change their payer: never sent."""

    FACTS: ClassVar[frozenset[str]] = frozenset({"booked"})
