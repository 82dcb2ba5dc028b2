"""The intervention report as a PDF: the same words as the page, on paper."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from functools import lru_cache
from itertools import zip_longest
from pathlib import Path
from typing import Any

from domain.hours import Package
from domain.report import Report
from papers.page import legible
from papers.report import Sheet, sheet
from papers.words import Words

MEDIA_TYPE = "application/pdf"
FONT = "DejaVu"
"""Comes with the library that draws our pictures; has the accents of every European language, Greek and Cyrillic."""
GREY = 235
NARROW, HIGHEST = 20, 25
"""Letters in the narrowest line of a cell, and such lines in a piece of it: 25 of 4.6 mm are less than half a page."""

# The first tells of each table of a font that it makes smaller, the second quotes what the font does not have.
for _name in ("fontTools", "fpdf"):
    logging.getLogger(_name).setLevel(logging.ERROR)


def report_pdf(report: Report, client: str, packages: Sequence[Package]) -> bytes:
    """The same report makes the same bytes: sent a second time, it is the same document.

    A character that the font does not have is shown as a white square; it never fails.
    """
    words = Words(report.language, report.zone)
    said = sheet(report, client, packages, words)
    paper = _paper(words, said, report)
    paper.add_page()
    paper.set_font(FONT, "B", 16)
    paper.cell(0, 10, _shown(paper, said.title), new_x="LMARGIN", new_y="NEXT")
    paper.ln(2)
    _facts(paper, said)
    _table(paper, said.head, (*said.rows, said.total), (10, 24, 24, 61, 20, 20, 25)) if said.rows else _line(
        paper, said.nothing
    )
    paper.ln(3)
    for line in said.sums:
        _line(paper, line)
    if said.packages:
        paper.ln(3)
        paper.set_font(FONT, "B", 11)
        _line(paper, said.packages_title)
        _table(paper, said.packages_head, said.packages, (52, 26, 42, 42), sums=False)
    paper.ln(3)
    paper.set_font(FONT, "", 8)
    _line(paper, said.zone)
    return bytes(paper.output())


def _paper(words: Words, said: Sheet, report: Report) -> Any:
    # Loaded when the first report is made: neither a worker nor the API needs it to start.
    from fpdf import FPDF

    class Paper(FPDF):
        def footer(self) -> None:
            self.set_y(-14)
            self.set_font(FONT, "", 8)
            number = words.say("page {page} of {pages}", page=self.page_no(), pages="{nb}")
            self.cell(0, 6, f"{report.ticket} · {number}", align="R")

    paper = Paper(format="A4")
    regular, bold = fonts()
    paper.add_font(FONT, "", regular)
    paper.add_font(FONT, "B", bold)
    paper.set_margins(13, 14, 13)
    paper.set_auto_page_break(True, 18)
    paper.set_lang(words.language)
    paper.set_title(f"{said.title} {report.ticket}")
    paper.set_creator("Escalade")
    paper.set_creation_date(report.made_at)
    return paper


@lru_cache(maxsize=1)
def fonts() -> tuple[Path, Path]:
    """The files of the regular and of the bold font."""
    import matplotlib

    folder = Path(matplotlib.get_data_path()) / "fonts" / "ttf"
    return folder / "DejaVuSans.ttf", folder / "DejaVuSans-Bold.ttf"


def _shown(paper: Any, text: str) -> str:
    """The text with a square for what the font lacks, which would otherwise leave no trace."""
    known = paper.current_font.cmap
    return "".join(sign if sign == "\n" or ord(sign) in known else "□" for sign in legible(text))


def _facts(paper: Any, said: Sheet) -> None:
    for label, value in said.facts:
        paper.set_font(FONT, "B", 9)
        paper.cell(28, 5.5, _shown(paper, label))
        paper.set_font(FONT, "", 9)
        paper.multi_cell(0, 5.5, _shown(paper, value), align="L", new_x="LMARGIN", new_y="NEXT")
    paper.ln(4)


def _table(
    paper: Any, head: Sequence[tuple[str, str]], rows: Sequence[Sequence[str]], widths: Sequence[int], sums: bool = True
) -> None:
    from fpdf import FontFace
    from fpdf.enums import TableBordersLayout

    paper.set_font(FONT, "", 8)
    aligned = tuple("RIGHT" if kind == "number" else "LEFT" for _, kind in head)
    strong = FontFace(emphasis="BOLD")
    with paper.table(
        col_widths=tuple(widths),
        width=sum(widths),
        align="LEFT",
        text_align=aligned,
        borders_layout=TableBordersLayout.HORIZONTAL_LINES,
        headings_style=FontFace(emphasis="BOLD", fill_color=(GREY, GREY, GREY)),
        line_height=4.6,
        v_align="TOP",
        padding=(0.8, 1),
    ) as table:
        table.row([_shown(paper, title) for title, _ in head])
        for number, row in enumerate(rows):
            last = sums and number == len(rows) - 1
            # A row cannot be higher than a page: a long text goes on in rows of its own.
            for part in zip_longest(*(_parts(_shown(paper, cell)) for cell in row), fillvalue=""):
                table.row(list(part), style=strong if last else None)


def _parts(text: str) -> list[str]:
    """The text in pieces that are no higher than half a page each, whatever its letters are."""
    found, lines, height = [], list[str](), 0
    for line in text.split("\n"):
        for start in range(0, len(line) or 1, NARROW):
            if height == HIGHEST:
                found.append("".join(lines))
                lines, height = [], 0
            lines.append(line[start : start + NARROW])
            height += 1
        lines.append("\n")
    return [*found, "".join(lines).rstrip("\n")]


def _line(paper: Any, text: str) -> None:
    if paper.font_style == "" and paper.font_size_pt > 8:
        paper.set_font(FONT, "", 9)
    paper.multi_cell(0, 5.5, _shown(paper, text), align="L", new_x="LMARGIN", new_y="NEXT")
