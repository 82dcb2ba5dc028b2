"""A Message-ID leads back to the message's key, and nothing else does."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.mail_ids import mail_id, read_mail_id, thread_id
from tests.activities.samples import NUMBER, message

KEYS = st.text(st.characters(min_codepoint=33, max_codepoint=0x2FFF, exclude_categories=["Cs"]), min_size=1)


@given(KEYS)
def test_what_was_written_is_read_back(key: str) -> None:
    assert read_mail_id(mail_id(key, "m.example"), "m.example") == key


@given(st.text())
def test_any_text_is_read_or_not_and_never_raises(text: str) -> None:
    key = read_mail_id(f"<{text}@m.example>", "m.example")
    assert key is None or mail_id(key, "m.example") == f"<{text.strip()}@m.example>"
    assert read_mail_id(text, "m.example") is None or "@m.example" in text


def test_a_thread_leads_to_its_ticket() -> None:
    assert read_mail_id(thread_id(message(), "m.example"), "m.example") == f"ticket:{NUMBER}"


@pytest.mark.parametrize("text", ["", "<@m.example>", "<ticket.T1@other.example>", "ticket.T1", "<%ff@m.example>"])
def test_what_is_not_ours_is_nobody_s(text: str) -> None:
    assert read_mail_id(text, "m.example") is None
