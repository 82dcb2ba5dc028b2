"""What every test run has: the count of clauses that are proven, and time enough for every generated example."""

from hypothesis import settings

from tests.clause_coverage import pytest_addoption, pytest_configure

# How long an example takes is the machine's affair, which other work may keep busy.
settings.register_profile("house", deadline=None)
settings.load_profile("house")

__all__ = ["pytest_addoption", "pytest_configure"]
