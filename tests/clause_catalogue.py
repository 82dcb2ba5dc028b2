"""The list of clauses, where agreement files cite them, and the document that tells which are proven."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from agreements import plain
from domain.errors import written

CATALOGUE = "clauses.yaml"


@dataclass(frozen=True)
class Clause:
    """One promise. `assumed` is what the document leaves open; `reason` why no agreement file has to say it."""

    id: str
    publisher: str
    promise: str
    assumed: str | None = None
    reason: str | None = None


@dataclass(frozen=True)
class Proof:
    """A test that carries a clause; with parameters, all of them."""

    test: str
    """`tests/clauses/test_x.py::test_name`"""
    passed: bool


def catalogue(agreements: Path) -> dict[str, Clause]:
    """The clauses of `clauses.yaml` by id, in its order. ValueError for a file that says something else."""
    reading = plain.read((agreements / CATALOGUE).read_text(encoding="utf-8"))
    if reading.wrong:
        raise ValueError(f"{CATALOGUE}: {reading.wrong[0]}")
    found: dict[str, Clause] = {}
    for name, part in reading.data.items():
        for clause, told in part["promises"].items():
            strange = told.keys() - {"promise", "assumed", "in", "reason"}
            if (
                strange
                or clause in found
                or ("in" in told) != ("reason" in told)
                or told.get("in") not in (None, "engine")
            ):
                raise ValueError(
                    f"{CATALOGUE}: {name}.promises.{clause} is there twice, or says what is not known here"
                )
            found[clause] = Clause(clause, part["publisher"], told["promise"], told.get("assumed"), told.get("reason"))
    return found


def citations(agreements: Path) -> dict[str, dict[str, list[str]]]:
    """Where each clause is cited: by id, by file name, the paths in the order of the file."""
    found: dict[str, dict[str, list[str]]] = {}
    for file in sorted(agreements.glob("*.yaml")):
        if file.name == CATALOGUE:
            continue
        for clause, path in _cited(plain.read(file.read_text(encoding="utf-8")).data, ()):
            paths = found.setdefault(clause, {}).setdefault(file.name, [])
            if (place := written(path)) not in paths:
                paths.append(place)
    return found


def _cited(data: Any, path: plain.Path) -> Iterator[tuple[str, plain.Path]]:
    if isinstance(data, Mapping):
        for key, value in data.items():
            if key == "clause":
                for clause in [value] if isinstance(value, str) else value:
                    yield str(clause), path
            else:
                yield from _cited(value, (*path, key))
    elif isinstance(data, list):
        for position, value in enumerate(data):
            yield from _cited(value, (*path, position))


def proven(proofs: Sequence[Proof]) -> bool:
    """A clause is proven by at least one test, and every test that carries it must pass."""
    return bool(proofs) and all(proof.passed for proof in proofs)


def closing(clauses: Mapping[str, Clause], proofs: Mapping[str, Sequence[Proof]]) -> str:
    """`88 of 90 clauses proven`."""
    return f"{sum(proven(proofs.get(clause, ())) for clause in clauses)} of {len(clauses)} clauses proven"


def document(
    clauses: Mapping[str, Clause],
    cited: Mapping[str, Mapping[str, Sequence[str]]],
    proofs: Mapping[str, Sequence[Proof]],
) -> str:
    """The text of docs/clauses.md: the same for the same run, whenever and wherever."""
    lines = [
        "# Clause by clause",
        "",
        "Made by `make clauses` from `agreements/clauses.yaml`, the agreement files and the tests that carry the",
        "clauses' ids; do not edit it by hand. A test counts when it takes a ticket through the real workflow, or",
        "calls the real API. What a document leaves open is assumed, and the agreement file marks it so.",
    ]
    for publisher in dict.fromkeys(clause.publisher for clause in clauses.values()):
        lines += [
            "",
            f"## {publisher}",
            "",
            "| clause | promise | where it stands | proven by | |",
            "|---|---|---|---|---|",
        ]
        for clause in clauses.values():
            if clause.publisher == publisher:
                lines.append(_row(clause, cited.get(clause.id, {}), proofs.get(clause.id, ())))
    return "\n".join([*lines, "", closing(clauses, proofs)]) + "\n"


def _row(clause: Clause, cited: Mapping[str, Sequence[str]], proofs: Sequence[Proof]) -> str:
    promise = clause.promise + (f" *Assumed: {clause.assumed}.*" if clause.assumed else "")
    places = [
        f"[{file}](../agreements/{file}): {', '.join(f'`{path}`' if path else 'the whole file' for path in paths)}"
        for file, paths in cited.items()
    ]
    where = "<br>".join(places) or (f"engine: {clause.reason}" if clause.reason else "nowhere")
    tests = "<br>".join(_link(proof) for proof in proofs) or "no test"
    cells = (clause.id, promise, where, tests, "proven" if proven(proofs) else "**not proven**")
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def _link(proof: Proof) -> str:
    file, _, name = proof.test.partition("::")
    sentence = name.rpartition("::")[2].removeprefix("test_").replace("_", " ")
    return f"[{sentence}](../{file})" + ("" if proof.passed else " **failed**")
