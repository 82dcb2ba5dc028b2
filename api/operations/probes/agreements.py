"""The agreements: does every file that is there still load, and every stored revision that new tickets take compile."""

from __future__ import annotations

import shlex
from datetime import date
from functools import lru_cache
from pathlib import Path

from agreements import AgreementError, compile_terms, load, parse, published
from api.operations.aside import aside
from api.operations.findings import Finding, Said, Seen, Severity
from api.operations.subject import Subject
from api.pages.catalogue import mark as _
from domain.errors import DomainError, FileRefused
from store import agreements as stored

TOLD = 30
"""Problems of one document that are told; more follow from the first ones, mostly."""


async def look(subject: Subject) -> Seen:
    return await aside(_looked, subject)


def _looked(subject: Subject) -> Seen:
    day, findings = subject.now.date(), []
    try:
        files = published(subject.settings.agreements_dir)
    except AgreementError as refused:
        meaning = _("The folder of your own agreements cannot be read.")
        findings.append(Finding("agreement-broken", Severity.warning, Said(meaning), detail=str(refused)))
        files = {}
    sound = set()
    for name, path in sorted(files.items()):
        # Compiling takes a tenth of a second: done again only when the file, or the day, is another.
        stat = path.stat()
        why = _of_file(path, stat.st_mtime_ns, stat.st_size, day)
        if why:
            findings.append(_broken_file(name, path, why))
        else:
            sound.add(name)
    current = stored.revisions(subject.database, current_only=True)
    for one in current:
        why = _of_revision(one.name, one.revision, one.document, day)
        if why:
            findings.append(_broken_revision(one, why, one.name in sound))
    said = _("files: %(files)s, loaded: %(loaded)s")
    return Seen(Said(said, {"files": len(files), "loaded": len(current)}), tuple(findings))


def _broken_file(name: str, path: Path, why: str) -> Finding:
    meaning = _(
        "The file of the agreement %(name)s cannot be used: the next start or roll-out will refuse it. "
        "New tickets go on with the revision that was loaded before."
    )
    command = f"escalade agreement check {shlex.quote(str(path))}"
    return Finding("agreement-broken", Severity.warning, Said(meaning, {"name": name}), detail=why, command=command)


def _broken_revision(one: stored.Revision, why: str, file_is_sound: bool) -> Finding:
    meaning = _(
        "The revision %(revision)s of the agreement %(name)s, as it is stored in the database, cannot be used any "
        "more: its clients cannot open tickets."
    )
    do = (
        _("The file of the agreement is sound, leave it. `escalade prepare` puts the stored revision back from it.")
        if file_is_sound
        else _("There is no sound file to put it back from: mend the file, or take it from a backup, then prepare.")
    )
    data = {"name": one.name, "revision": one.revision}
    command = "escalade prepare" if file_is_sound else ""
    return Finding("agreement-broken", Severity.critical, Said(meaning, data), detail=why, do=Said(do), command=command)


@lru_cache(maxsize=64)
def _of_file(path: Path, changed: int, size: int, day: date) -> str:
    """What is wrong with a file as it was written then; empty when nothing is."""
    try:
        compile_terms(load(path), opened=day)
    except (AgreementError, DomainError) as refused:
        return _why(refused)
    return ""


@lru_cache(maxsize=64)
def _of_revision(name: str, revision: str, document: str, day: date) -> str:
    try:
        compile_terms(parse(document, file=f"stored {name} {revision}", name=name), opened=day)
    except (AgreementError, DomainError) as refused:
        return _why(refused)
    return ""


def _why(refused: DomainError) -> str:
    """Whole problems, as many as somebody reads: one cut in its middle may be cut before the cause."""
    problems = [str(one) for one in refused.problems] if isinstance(refused, FileRefused) else [str(refused)]
    more = len(problems) - TOLD
    return "\n".join([*problems[:TOLD], *([f"… and {more} more"] if more > 0 else [])])
