"""The house's own linter: where code reads a clock, or draws lots, instead of being told.

`domain/` runs inside the workflow without the sandbox's guard (it is passed through), and in the simulator at
any instant it likes. One `datetime.now()` there, and a replay takes another branch than the life it replays.
"""

import ast
from collections.abc import Iterator
from pathlib import Path

# By the name's origin, whatever it is called where it is used.
FORBIDDEN = (
    "datetime.datetime.now",
    "datetime.datetime.utcnow",
    "datetime.datetime.today",
    "datetime.date.today",
    "time.",
    "random.",
    "secrets.",
    "uuid.uuid1",
    "uuid.uuid4",
    "os.urandom",
)


def clock_reads(source: str) -> Iterator[tuple[int, str]]:
    """(line, dotted name) of every mention of a clock or of chance; `default_factory=...` mentions too."""
    tree = ast.parse(source)
    origins: dict[str, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for name in node.names:
                origins[name.asname or name.name.partition(".")[0]] = (
                    name.name if name.asname else name.name.partition(".")[0]
                )
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            for name in node.names:
                origins[name.asname or name.name] = f"{node.module}.{name.name}"
                if _forbidden(f"{node.module}.{name.name}"):
                    yield node.lineno, f"{node.module}.{name.name}"
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and (dotted := _dotted(node, origins)) and _forbidden(dotted):
            yield node.lineno, dotted


def clock_reads_below(folder: Path) -> list[str]:
    """The same for every file of a folder, as lines to print."""
    return [
        f"{path}:{line}: {name}"
        for path in sorted(folder.rglob("*.py"))
        for line, name in clock_reads(path.read_text())
    ]


def _forbidden(dotted: str) -> bool:
    return any(
        dotted == name or (name.endswith(".") and dotted.startswith(name) and dotted != "time.struct_time")
        for name in FORBIDDEN
    )


def _dotted(node: ast.expr, origins: dict[str, str]) -> str | None:
    match node:
        case ast.Name(id=name):
            return origins.get(name)
        case ast.Attribute(value=value, attr=attribute):
            start = _dotted(value, origins)
            return f"{start}.{attribute}" if start else None
    return None
