"""What a module of this room declares: for each kind of fact, the fields of the ticket that it changes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from domain.events import Event
from domain.ticket import Ticket

Changes = dict[type, Callable[[Ticket, Any, Event], dict[str, Any]]]
