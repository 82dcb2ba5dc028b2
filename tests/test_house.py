"""The rules that no ordinary linter knows: who imports whom, no clock inside, files of a size."""

import ast
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest

from tests.clock_reads import clock_reads, clock_reads_below

ROOT = Path(__file__).parents[1]
ROOMS = ("domain", "agreements", "workflows", "activities", "store", "papers", "api", "foresight", "runtime", "cli")
LONGEST = 300


def imported(path: Path) -> set[str]:
    """First parts of the module names a file imports."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {name.name for name in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found.add(node.module)
    return {name.partition(".")[0] for name in found}


def files(*rooms: str) -> list[Path]:
    return [path for room in rooms for path in sorted((ROOT / room).rglob("*.py"))]


def test_every_room_imports_only_what_it_may() -> None:
    lint = Path(sysconfig.get_path("scripts")) / "lint-imports"
    report = subprocess.run([lint, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert report.returncode == 0, report.stdout + report.stderr


def test_the_domain_needs_the_standard_library_and_pydantic_only() -> None:
    allowed = set(sys.stdlib_module_names) | {"pydantic", "pydantic_core", "typing_extensions", "domain"}
    strangers = {str(path.relative_to(ROOT)): imported(path) - allowed for path in files("domain")}
    assert {path: names for path, names in strangers.items() if names} == {}


def test_nobody_imports_what_wires() -> None:
    importers = [path for path in files(*ROOMS) if "worker" in imported(path)]
    assert [str(path.relative_to(ROOT)) for path in importers] == []


@pytest.mark.parametrize("room", ["domain", "workflows"])
def test_no_clock_is_read_where_now_is_an_argument(room: str) -> None:
    assert clock_reads_below(ROOT / room) == []


@pytest.mark.parametrize(
    "source",
    [
        "from datetime import datetime\nat = datetime.now()",
        "import datetime as dt\nat = dt.datetime.now(dt.UTC)",
        "import datetime\nat = datetime.date.today()",
        "from datetime import datetime\nfrom x import Field\nat = Field(default_factory=datetime.utcnow)",
        "import time\ntime.monotonic()",
        "from time import time",
        "from uuid import uuid4",
        "import random\nrandom.choice([1])",
    ],
)
def test_the_rule_sees_a_clock_under_any_name(source: str) -> None:
    assert list(clock_reads(source)) != []


@pytest.mark.parametrize(
    "source",
    [
        "from temporalio import workflow\nat = workflow.now()",
        "from datetime import datetime, time\nopening = time(9, 0)\nat = datetime(2026, 1, 5)",
        "def due(now): return now.time()",
        "def today(now): return now.date()",
    ],
)
def test_the_rule_lets_pass_what_reads_no_clock(source: str) -> None:
    assert list(clock_reads(source)) == []


def test_every_room_says_what_lives_there() -> None:
    silent = [room for room in ROOMS if not ast.get_docstring(ast.parse((ROOT / room / "__init__.py").read_text()))]
    assert silent == []


def test_no_file_holds_two_things() -> None:
    lengths = {str(path.relative_to(ROOT)): len(path.read_text().splitlines()) for path in files(*ROOMS)}
    assert {path: lines for path, lines in lengths.items() if lines > LONGEST} == {}
