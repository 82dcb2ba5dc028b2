"""The words of a mail that has HTML only, also of one that was made to cost time."""

from __future__ import annotations

import pytest

from api.mailroom.html_text import words


def test_what_outlook_puts_behind_its_mark_is_the_mail_that_is_answered() -> None:
    whole, own = words(
        "<div><p>It works again.</p><div id='appendonsend'></div><hr><div id='divRplyFwdMsg'>From: Bob</div>"
        "<p>Does it work?</p></div>"
    )
    assert "Does it work?" in whole
    assert own.strip() == "It works again."


@pytest.mark.timeout(120)
@pytest.mark.parametrize(
    "hostile",
    [
        "<p id=divRplyFwdMsg>" * 40_000 + "words",
        "words" + "<p id=appendonsend>" * 190 + "<p>x" * 40_000,
        "<blockquote type=cite>x</blockquote>words" * 20_000,
        "<blockquote type=cite>" * 40_000 + "words",
        "<table>" + "<tr><td>words</td></tr>" * 40_000 + "</table>",
        "<table><tr>" + "<td>words</td>" * 60_000,
        "<div>" * 150_000 + "words",
        "<" * 900_000 + "words",
        "words" + "<!--" * 200_000,
    ],
    ids=range(9),
)
def test_a_page_made_to_cost_time_costs_little(hostile: str) -> None:
    assert words(hostile)[0].strip()
