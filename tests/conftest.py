"""What every test run has: the count of clauses that are proven, time enough for every generated example, an order."""

import gc
from typing import Any

import pytest
from hypothesis import settings
from xdist.scheduler import LoadFileScheduling

from tests.clause_coverage import pytest_addoption, pytest_configure
from tests.sharing import share

# How long an example takes is the machine's affair, which other work may keep busy.
settings.register_profile("house", deadline=None)
settings.load_profile("house")
share()

__all__ = ["pytest_addoption", "pytest_configure"]

# What is imported and collected stays: looking through it for garbage takes a third of that time, in each process.
gc.disable()

SHARED = "tests/e2e/shared/"
"""Files that share a running stack."""
LONGEST = (
    "tests/e2e/test_drill", "tests/api/test_contract", "tests/e2e/test_kills", "tests/e2e/test_operations",
    SHARED, "tests/e2e/test_chaos", "tests/e2e/test_restore", "tests/pages/board/test_several_processes", "tests/e2e/",
    "tests/pages/", "tests/foresight/", "tests/cli/", "tests/client/", "tests/deploy/", "tests/bench/",
    "tests/activities/", "tests/api/", "tests/clauses/",
)  # fmt: skip
"""Files that take longest come first: begun last, one of them would keep the others' processes waiting at the end.
Those that mostly wait are begun beside those that compute."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Brings the tests into that order; inside of it they stay as they are."""
    items.sort(key=_place)


def pytest_collection_finish() -> None:
    """What is there by now stays to the end: Python need not look through it again after each few tests."""
    gc.collect()
    gc.freeze()
    gc.enable()


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> LoadFileScheduling | None:
    """Under `--dist loadfile`, files that share a stack fall to one process: else each process would start one."""
    return _ByStack(config, log) if config.getoption("dist") == "loadfile" else None


class _ByStack(LoadFileScheduling):
    def _split_scope(self, nodeid: str) -> str:
        return SHARED if nodeid.startswith(SHARED) else super()._split_scope(nodeid)


def _place(item: pytest.Item) -> int:
    return next((number for number, begin in enumerate(LONGEST) if item.nodeid.startswith(begin)), len(LONGEST))
