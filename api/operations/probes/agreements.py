"""The agreements: does every file that is there still load, and every stored revision that new tickets take compile."""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from pathlib import Path

from agreements import AgreementError, compile_terms, load, parse, published
from api.operations.aside import aside
from api.operations.findings import Finding, Said, Seen, Severity
from api.operations.subject import Subject
from api.pages.catalogue import mark as _
from domain.errors import DomainError
from store import agreements as stored


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
    for name, path in sorted(files.items()):
        # Compiling takes a tenth of a second: done again only when the file, or the day, is another.
        stat = path.stat()
        why = _of_file(path, stat.st_mtime_ns, stat.st_size, day)
        if why:
            meaning = _(
                "The file of the agreement %(name)s cannot be used: the next start or roll-out will refuse it. "
                "New tickets go on with the revision that was loaded before."
            )
            findings.append(Finding("agreement-broken", Severity.warning, Said(meaning, {"name": name}), detail=why))
    current = stored.revisions(subject.database, current_only=True)
    for one in current:
        why = _of_revision(one.name, one.document, day)
        if why:
            meaning = _("The agreement %(name)s does not compile any more: its clients cannot open tickets.")
            findings.append(
                Finding("agreement-broken", Severity.critical, Said(meaning, {"name": one.name}), detail=why)
            )
    said = _("files: %(files)s, loaded: %(loaded)s")
    return Seen(Said(said, {"files": len(files), "loaded": len(current)}), tuple(findings))


@lru_cache(maxsize=64)
def _of_file(path: Path, changed: int, size: int, day: date) -> str:
    """What is wrong with a file as it was written then; empty when nothing is."""
    try:
        compile_terms(load(path), opened=day)
    except (AgreementError, DomainError) as refused:
        return str(refused)[:500]
    return ""


@lru_cache(maxsize=64)
def _of_revision(name: str, document: str, day: date) -> str:
    try:
        compile_terms(parse(document, file=name, name=name), opened=day)
    except (AgreementError, DomainError) as refused:
        return str(refused)[:500]
    return ""
