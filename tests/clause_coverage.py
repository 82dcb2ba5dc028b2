"""The pytest plugin that counts clauses: which are proven, and what stands in the way of all of them.

`@pytest.mark.clause("OL-15")` says that a test proves a promise. Only tests of the rooms in `ROOMS` count: they take a
ticket through the real workflow, or call the real API. Judged strictly when the whole suite was asked for; a smaller
run only refuses ids that nobody knows. `--write-clauses` writes docs/clauses.md.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import clause_catalogue as catalogues
from tests.clause_catalogue import Proof

ROOMS = ("tests/clauses/", "tests/e2e/")
"""Where a test must live to prove a clause."""

NARROWING = ("keyword", "deselect", "ignore", "ignore_glob", "lf", "stepwise", "collectonly")
"""Options that leave tests out."""


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--write-clauses", action="store_true", help="write docs/clauses.md from this run")


def pytest_configure(config: pytest.Config) -> None:
    if (config.rootpath / "agreements" / catalogues.CATALOGUE).exists():
        config.pluginmanager.register(ClauseCoverage(config), "clause-coverage")


class ClauseCoverage:
    """One run's clauses. Under xdist the workers mark the reports, and the controller alone judges."""

    def __init__(self, config: pytest.Config) -> None:
        self.config = config
        self.root = config.rootpath
        self.worker = hasattr(config, "workerinput")
        self.clauses = catalogues.catalogue(self.root / "agreements")
        self.problems: list[str] = []
        self.closing: str | None = None
        self._carried: dict[str, tuple[str, ...]] = {}
        self._passed: dict[str, bool] = {}

    @pytest.hookimpl
    def pytest_itemcollected(self, item: pytest.Item) -> None:
        """The ids travel with the reports."""
        ids = [clause for mark in item.iter_markers("clause") for clause in mark.args]
        item.user_properties += [("clause", str(clause)) for clause in dict.fromkeys(ids)]

    @pytest.hookimpl
    def pytest_runtest_setup(self, item: pytest.Item) -> None:
        for name, clause in item.user_properties:
            if name == "clause" and clause not in self.clauses:
                pytest.fail(
                    f"there is no clause {clause}: agreements/{catalogues.CATALOGUE} has them all", pytrace=False
                )

    @pytest.hookimpl
    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        ids = tuple(str(clause) for name, clause in report.user_properties if name == "clause")
        if not ids or not report.nodeid.startswith(ROOMS):
            return
        test = report.nodeid.partition("[")[0]  # with parameters, all of them must pass
        self._carried[test] = tuple(dict.fromkeys((*self._carried.get(test, ()), *ids)))
        self._passed[test] = self._passed.get(test, True) and report.passed

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionfinish(self, session: pytest.Session, exitstatus: int) -> None:
        if self.worker or self.config.option.collectonly:
            return
        proofs = self.proofs()
        whole = exitstatus in (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED) and self.whole(session)
        if proofs or whole:
            self.closing = catalogues.closing(self.clauses, proofs) + ("" if whole else " by the tests of this run")
        if whole:
            self.problems = list(self._judge(proofs))
        elif self.config.option.write_clauses:
            self.problems = ["docs/clauses.md is written by a run of the whole suite only: see `make clauses`"]
        if self.problems and exitstatus == pytest.ExitCode.OK:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    @pytest.hookimpl
    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        if self.problems:
            terminalreporter.section("clauses")
            for problem in self.problems:
                terminalreporter.line(problem, red=True)

    @pytest.hookimpl(trylast=True)
    def pytest_unconfigure(self) -> None:
        """The very last line, after pytest's own count."""
        reporter = self.config.pluginmanager.get_plugin("terminalreporter")
        if self.closing and reporter is not None:
            reporter.ensure_newline()
            reporter.line(self.closing)

    def proofs(self) -> dict[str, list[Proof]]:
        """By clause, the tests that ran and carry it, in the order of their names."""
        found: dict[str, list[Proof]] = {}
        for test in sorted(self._carried):
            for clause in self._carried[test]:
                found.setdefault(clause, []).append(Proof(test, self._passed[test]))
        return found

    def whole(self, session: pytest.Session) -> bool:
        """Whether the run was asked for every test file, or for every test that carries a clause."""
        option = self.config.option
        if any(getattr(option, name, None) for name in NARROWING) or option.markexpr not in ("", "clause"):
            return False
        if session.shouldfail or session.shouldstop or (option.maxfail and session.testsfailed >= option.maxfail):
            return False
        asked = [self.config.invocation_params.dir / arg for arg in self.config.args if "::" not in arg]
        folders = [path.resolve() for path in asked]
        files = (self.root / "tests").resolve().rglob("test_*.py")
        return all(any(file == path or path in file.parents for path in folders) for file in files)

    def _judge(self, proofs: dict[str, list[Proof]]) -> Iterator[str]:
        cited = catalogues.citations(self.root / "agreements")
        for clause in sorted(cited.keys() - self.clauses.keys()):
            yield f"{clause} is cited by {', '.join(cited[clause])}, but {catalogues.CATALOGUE} does not have it"
        for clause in self.clauses.values():
            held = proofs.get(clause.id, [])
            failed = [proof.test for proof in held if not proof.passed]
            files = ", ".join(cited.get(clause.id, {}))
            if not held:
                yield f"{clause.id} is carried by no test" + (f", and {files} promises it" if files else "")
            elif failed:
                yield f"{clause.id} is not proven: {', '.join(failed)} did not pass"
            elif not files and clause.reason is None:
                yield f"{clause.id} stands in no agreement file: cite it there, or say `in: engine` and the reason"
        yield from self._document(catalogues.document(self.clauses, cited, proofs))

    def _document(self, text: str) -> Iterator[str]:
        file: Path = self.root / "docs" / "clauses.md"
        if self.config.option.write_clauses:
            file.parent.mkdir(exist_ok=True)
            file.write_text(text, encoding="utf-8")
        elif not file.exists() or file.read_text(encoding="utf-8") != text:
            yield "docs/clauses.md does not tell what this run found: write it with `make clauses`"
