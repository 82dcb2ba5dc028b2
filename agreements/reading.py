"""Reads agreement files: YAML to the strict schema, or every problem with its place."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from importlib.resources import files
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from agreements import plain, trying
from agreements.problems import AgreementError, explained
from agreements.schema import AgreementFile
from agreements.schema.parts import Known
from domain.errors import Problem, written

SUFFIX = ".yaml"
CLAUSES = "clauses.yaml"
"""Stands beside the agreements and is none: the list of what their publishers promise."""
NO_DEADLINE = ("next release", "best effort")
NEEDED = {
    "response": ("first_response", "counts", "which contacts count as one"),
    "update": ("updates", "kept_by", "which contacts keep that promise"),
}
"""A promise of the first needs the rule that says what keeps it."""


def load(path: Path) -> AgreementFile:
    """The agreement in a file. AgreementError names every problem in it."""
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise AgreementError([Problem(str(path), 0, "", f"cannot be read: {error.strerror}")]) from None
    except UnicodeDecodeError as error:
        message = f"is not UTF-8 text (byte {error.start}); save it as UTF-8"
        raise AgreementError([Problem(str(path), 0, "", message)]) from None
    return parse(text, file=str(path), name=path.stem)


def parse(
    text: str, *, file: str = "agreement", name: str | None = None, changes: Sequence[tuple[plain.Path, Any]] = ()
) -> AgreementFile:
    """The agreement in a text; `file` is for the problems' sake, `name` what its `agreement:` must be.

    `changes` are tried on it first (agreements/trying.py): each a path and the value to stand there, None for nothing.
    """
    reading = plain.read(text)
    if reading.wrong:
        raise AgreementError([Problem(file, line, written(path), why) for path, line, why in reading.wrong])
    for path, value in changes:
        reading.data = trying.changed(reading.data, path, value)
    if not isinstance(reading.data, dict):
        raise AgreementError(
            [Problem(file, 1, "", "is no agreement: it must be a mapping that begins with `agreement:`")]
        )
    found = list(_between_parts(reading.data, name))
    agreement = None
    try:
        agreement = AgreementFile.model_validate(reading.data, context=known(reading.data))
    except ValidationError as error:
        found += explained(error, reading)
    if agreement is None or found:
        problems = [Problem(file, reading.line(path), written(path), message) for path, message in found]
        raise AgreementError(sorted(problems, key=lambda problem: problem.line))
    return agreement


def published(own: Path | None = None) -> dict[str, Path]:
    """Agreement files by name: those that come with Escalade, and those of an own folder, which win."""
    folders = [Path(str(files("agreements"))), *([own] if own else [])]
    if own is not None and not own.is_dir():
        raise AgreementError([Problem(str(own), 0, "", "is no folder with agreement files; make it, or name another")])
    found = [path for folder in folders for path in sorted(folder.glob(f"*{SUFFIX}"))]
    return {path.stem: path for path in found if path.name != CLAUSES}


def revision(agreement: AgreementFile) -> str:
    """Twelve hexadecimal digits of the content. The order of severities counts, that of other keys not."""
    content = agreement.model_dump(mode="json", by_alias=True, exclude_defaults=True)
    content["severities"] = list(content["severities"].items())
    text = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def known(data: dict[str, Any]) -> Known:
    """The names that a file declares, read before it is known to be right."""
    calendars, severities = _mapping(data, "calendars"), _mapping(data, "severities")
    languages = data.get("languages")
    spoken = [code for code in languages if isinstance(code, str)] if isinstance(languages, list) else []
    names = Known(list(calendars), spoken, list(severities))
    levels = _mapping(data, "levels")
    names.groups = {str(level): list(_mapping(_mapping(levels, level), "groups")) for level in levels}
    names.requests = list(_mapping(data, "requests"))
    intake = _mapping(data, "intake")
    names.facts = [name for name in intake if _mapping(intake, name).get("kind") == "fact"]
    for clock in ("response", "update", "resolution"):
        names.deadlines[clock] = [name for name in severities if _has_deadline(_mapping(severities, name).get(clock))]
    names.deadlines["internal"] = [name for name in levels if _has_deadline(_mapping(levels, name).get("internal"))]
    return names


def _between_parts(data: dict[str, Any], name: str | None) -> Iterator[tuple[plain.Path, str]]:
    """What only shows when two parts of a file, or the file and its name, are held side by side."""
    given = data.get("agreement")
    if name is not None and isinstance(given, str) and given != name:
        yield (
            ("agreement",),
            f'"{given}" is not the file\'s name; write {name}, or rename the file to {given}{SUFFIX}',
        )
    for clock, (part, key, meaning) in NEEDED.items():
        severities = _mapping(data, "severities")
        promising = [str(severity) for severity in severities if _mapping(severities, severity).get(clock)]
        if promising and not data.get(part):
            yield (part,), f"is missing: {', '.join(promising)} promise {clock}s; `{key}` says {meaning}"
    requests = _mapping(data, "requests")
    deducted = [str(kind) for kind in requests if _mapping(requests, kind).get("cover") == "deducted"]
    if deducted and not data.get("hours"):
        yield (
            ("hours",),
            f"is missing: {', '.join(deducted)} are deducted; `hours` says from which packages, counted how",
        )


def _has_deadline(promise: Any) -> bool:
    words = promise.get("within", promise.get("every")) if isinstance(promise, dict) else None
    return isinstance(words, str) and words.strip() not in NO_DEADLINE


def _mapping(data: dict[str, Any], key: str) -> dict[str, Any]:
    value = data.get(key)
    return value if isinstance(value, dict) else {}
