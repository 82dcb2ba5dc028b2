"""What stands in a choice is text, whatever somebody is called."""

from __future__ import annotations

from api.pages.choices import options


def test_a_name_in_a_choice_is_never_markup() -> None:
    written = options({"x": "<b>Ltd</b>", '"': "A & B", "me": "myself"}, chosen='"', without="me")
    assert written == (
        '<option value="x">&lt;b&gt;Ltd&lt;/b&gt;</option><option value="&#34;" selected>A &amp; B</option>'
    )
