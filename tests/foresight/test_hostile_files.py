"""Files that were made to hurt: logs, mappings and scenarios come from elsewhere."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from foresight import logfile, rows
from foresight.logfile import lines
from foresight.mapping import matches
from foresight.problems import MappingError
from foresight.rows import LogError
from tests.foresight.logs import SMALL, mapping

LAUGHS = (
    '<!DOCTYPE log [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>\n'
    '<log><trace><event><string key="x" value="&b;"/></event></trace></log>'
)
OUTSIDE = (
    '<!DOCTYPE log [<!ENTITY a SYSTEM "file:///etc/hostname">]>\n'
    "<log><trace><event><string key='x' value='y'/>&a;</event></trace></log>"
)
ELSEWHERE = '<!DOCTYPE log SYSTEM "http://evil.example/x.dtd"><log/>'


@pytest.mark.parametrize("behind", ["", "<!-- " + "x" * 20_000 + " -->\n"], ids=["at once", "behind a long comment"])
@pytest.mark.parametrize("text", [LAUGHS, OUTSIDE, ELSEWHERE], ids=["entities", "a file", "an address"])
def test_a_log_in_xml_declares_nothing(tmp_path: Path, text: str, behind: str) -> None:
    file = tmp_path / "log.xes"
    file.write_text(behind + text, encoding="utf-8")
    with pytest.raises(LogError, match="declares entities"):
        list(lines(file, {"x"}))


def test_a_packed_log_does_not_fill_the_memory_with_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (rows, logfile):
        monkeypatch.setattr(module, "LONGEST_LINE", 10_000)
    file = tmp_path / "log.csv.gz"
    file.write_bytes(gzip.compress(b"id,at\n1," + b"0" * 20_000 + b"\n"))
    with pytest.raises(LogError, match="a line of more than"):
        list(lines(file, {"id"}))


@pytest.mark.timeout(60)
@pytest.mark.parametrize("expression", ["/(a+)+$/", "/(a|aa)+$/", "/(.*a){20}/", "/^(([a-z])+.)+[A-Z]([a-z])+$/"])
def test_an_expression_costs_by_the_length_of_what_it_looks_at(expression: str) -> None:
    assert not matches((expression,), "a" * 5_000 + "!") or expression == "/(.*a){20}/"


@pytest.mark.parametrize("expression", [r"/(a)\1/", "/(?=a)/", "/(?<=a)b/"])
def test_an_expression_that_cannot_be_bounded_is_refused(expression: str) -> None:
    with pytest.raises(MappingError, match="no regular expression of RE2"):
        mapping(SMALL.replace("/^work/", f"'{expression}'", 1))
