"""What people write is words on paper and in tables, whatever they write."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.report import Report, ReportLine
from domain.words import Cover, Work
from papers.cells import cell
from papers.report_pdf import report_pdf
from papers.statement import LoggedLine, statement_csv
from tests.factories import MONDAY


def line(text: str) -> ReportLine:
    return ReportLine(
        number=1, work=Work.work, began_at=MONDAY, worked=10, counted=15, charged=15, cover=Cover.deducted, text=text
    )


def paper(text: str, client: str = "ACME") -> bytes:
    report = Report(
        ticket="T1", subject=text, organisation="acme", language="fr", zone="Europe/Paris", made_at=MONDAY,
        lines=(line(text),),
    )  # fmt: skip
    return report_pdf(report, client, [])


@pytest.mark.timeout(120)
@pytest.mark.parametrize(
    "text",
    [
        ") Tj ET endstream endobj 1 0 obj << /OpenAction << /S /JavaScript /JS (app.alert(1)) >> >>",
        "/JavaScript /Launch /URI", "\x00\x01\x1b[31m", "‮gpj.exe", "A" * 5_000, "\n" * 2_000, "{nb}",
        "\ud83d\ude00".encode("utf-16", "surrogatepass").decode("utf-16"), "<b>bold</b> **bold** [x](javascript:1)",
    ],
    ids=range(9),
)  # fmt: skip
def test_no_text_becomes_an_action_of_the_document(text: str) -> None:
    made = paper(text, client=text)
    assert made.startswith(b"%PDF-")
    assert made.rstrip().endswith(b"%%EOF")
    # Texts are packed into streams; what a reader would carry out stands outside, in clear.
    assert not [word for word in (b"/JavaScript", b"/Launch", b"/URI") if word in made]
    assert made.count(b"/OpenAction") == made.count(b"/OpenAction [") == 1  # the library's own: how large it is shown


@settings(max_examples=20, deadline=None)
@given(st.text(max_size=200))
def test_any_text_makes_a_document(text: str) -> None:
    assert paper(text).startswith(b"%PDF-")


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "＝1", "=cmd|' /C calc'!A0"])
def test_a_table_holds_no_formula(text: str) -> None:
    logged = LoggedLine(**line(text).model_dump(), ticket="T1", logged_at=MONDAY)
    (row,) = csv.DictReader(io.StringIO(statement_csv([logged]), newline=""))
    assert text in row.values() or f"'{text}" in row.values()
    assert f"'{text}" in row.values()
    assert cell(text) == f"'{text}"


def test_numbers_and_plain_words_stand_as_they_are() -> None:
    assert [cell(value) for value in (-5, 3, "late", "", None)] == [-5, 3, "late", "", None]
    assert cell("a=b") == "a=b"
