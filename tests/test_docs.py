"""The documents hold together: every link leads somewhere, every decision has a number of its own."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[1]
OTHERS = ("build", "dist", "node_modules")
LINK = re.compile(r"\]\(([^)#\s]+)[^)]*\)")


def documents() -> list[Path]:
    """Every Markdown file that belongs to the project."""
    found = ((path, path.relative_to(ROOT).parts) for path in ROOT.rglob("*.md"))
    return [path for path, parts in found if not any(part.startswith(".") or part in OTHERS for part in parts)]


def test_every_link_inside_the_project_leads_to_a_file() -> None:
    broken = [
        f"{document.relative_to(ROOT)}: {target}"
        for document in documents()
        for target in LINK.findall(document.read_text(encoding="utf-8"))
        if "://" not in target and not target.startswith("mailto:") and not (document.parent / target).exists()
    ]
    assert broken == []


def test_no_document_keeps_both_sides_of_a_merge() -> None:
    marks = ("<<<<<<< ", ">>>>>>> ", "=======\n")
    kept = [
        str(document.relative_to(ROOT))
        for document in documents()
        if any(line.startswith(marks) for line in document.read_text(encoding="utf-8").splitlines(keepends=True))
    ]
    assert kept == []


def test_every_decision_has_a_number_of_its_own_which_its_title_says() -> None:
    numbers: dict[int, str] = {}
    for path in sorted((ROOT / "docs" / "decisions").glob("*.md")):
        number = int(path.name.split("-")[0])
        assert number not in numbers, f"{path.name} and {numbers[number]}"
        numbers[number] = path.name
        title = path.read_text(encoding="utf-8").splitlines()[0]
        assert re.match(rf"# 0*{number}[.:] ", title), f"{path.name}: {title}"
