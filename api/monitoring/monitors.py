"""The monitors of this installation: those of its folder, and one for each format without a file."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Protocol

from api.http.problems import Problem
from api.monitoring.files import Monitor
from api.monitoring.reading_files import SUFFIX, MonitorError, Read, load, shipped
from api.monitoring.senders import alertmanager, cloudevents, grafana, icinga2, mapped
from api.monitoring.senders.shape import Unclear
from domain.alerts import Bounds
from domain.episodes import Reported

log = logging.getLogger(__name__)


class Reader(Protocol):
    """What every adapter does with a body."""

    def __call__(
        self, body: bytes, headers: Mapping[str, str], monitor: Monitor, now: datetime, /
    ) -> list[Reported | Unclear]: ...


READERS: dict[str, Reader] = {
    "alertmanager": alertmanager.read,
    "grafana": grafana.read,
    "icinga2": icinga2.read,
    "cloudevents": cloudevents.read,
    "json": mapped.read,
}


def _without_files() -> dict[str, Read]:
    plain = ("alertmanager", "grafana", "icinga2")
    found = {name: Read(Monitor.model_validate({"monitor": name, "format": name})) for name in plain}
    return {**found, "cloudevents": Read(shipped("cloudevents"))}


@dataclass
class Monitors:
    """Monitors by name, the problems of files that cannot be used, and the bounds of those that say none."""

    bounds: Bounds = field(default_factory=Bounds)
    group_by: tuple[str, ...] = ("severity",)
    known: dict[str, Read] = field(default_factory=_without_files)
    refused: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, folder: Path | None, bounds: Bounds, group_by: tuple[str, ...]) -> Monitors:
        """Those of a folder. A file with a problem takes only its own door away: the log and that door say which."""
        made = cls(bounds, group_by)
        if folder is not None and not folder.is_dir():
            log.error("%s is no folder with monitors' files; make it, or name another", folder)
        for path in sorted(folder.glob(f"*{SUFFIX}")) if folder is not None else ():
            try:
                made.known[path.stem] = load(path)
            except MonitorError as error:
                made.known.pop(path.stem, None)
                made.refused[path.stem] = str(error)
                log.error("a monitor's file cannot be used:\n%s", error)
        return made

    def named(self, name: str, sort: str) -> Read:
        """The monitor of that name. A Problem when there is none, or it speaks another format."""
        found = self.known.get(name)
        if found is None and name in self.refused:
            detail = f'The file of the monitor "{name}" cannot be used: {self.refused[name]}'
            raise Problem(503, "monitor_refused", detail, headers={"Retry-After": "60"})
        if found is None or found.monitor.format != sort:
            raise Problem(404, "unknown_monitor", f'There is no monitor "{name}" of the format {sort}.')
        return found

    def bounds_of(self, monitor: Monitor) -> Bounds:
        """How much its alerts may do."""
        return monitor.bounds(self.bounds)

    def grouping_of(self, monitor: Monitor) -> tuple[str, ...]:
        """The labels by which its alerts are grouped."""
        return monitor.group_by if "group_by" in monitor.model_fields_set else self.group_by
