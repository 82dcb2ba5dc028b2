"""What every test run has: the count of clauses that are proven."""

from tests.clause_coverage import pytest_addoption, pytest_configure

__all__ = ["pytest_addoption", "pytest_configure"]
