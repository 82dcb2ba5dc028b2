"""The reply address names its ticket to us alone, whatever a mail system does to its case."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.reply_address import read_reply_address, reply_address

BASE = "support@desk.example"
SECRET = b"of the desk"
tickets = st.from_regex(r"[A-Z0-9]{1,4}(-[A-Z0-9]{1,9}){0,3}", fullmatch=True)


@given(tickets, st.sampled_from([str.upper, str.lower, str.swapcase]))
def test_what_we_made_is_read_whatever_its_case(ticket: str, change: Callable[[str], str]) -> None:
    address = reply_address(BASE, ticket, SECRET)
    assert len(address.rpartition("@")[0]) <= 64
    assert read_reply_address(change(address), BASE, SECRET) == ticket


@given(tickets, tickets)
def test_a_signature_opens_its_own_ticket_only(ticket: str, other: str) -> None:
    signed = reply_address(BASE, ticket, SECRET)
    forged = signed.replace(f"+{ticket}.", f"+{other}.")
    assert read_reply_address(forged, BASE, SECRET) == (ticket if other == ticket else None)
    assert read_reply_address(signed, BASE, b"of another desk") is None


@given(st.text())
def test_any_text_is_read_or_not_and_never_raises(text: str) -> None:
    assert read_reply_address(text, BASE, SECRET) is None
    assert read_reply_address(f"support+{text}@desk.example", BASE, SECRET) is None


@pytest.mark.parametrize(
    "address", ["support@desk.example", "support+@desk.example", "", "@", "support+T-1@desk.example"]
)
def test_an_address_without_a_tag_names_no_ticket(address: str) -> None:
    assert read_reply_address(address, BASE, SECRET) is None


def test_the_tag_counts_under_the_address_it_was_made_for() -> None:
    signed = reply_address(BASE, "T-1", SECRET)
    assert read_reply_address(signed, "support@other.example", SECRET) is None
    assert read_reply_address(signed, "help@desk.example", SECRET) is None


@pytest.mark.parametrize(("base", "ticket"), [("support", "T-1"), (BASE, "T 1"), (BASE, ""), (BASE, "T" * 41)])
def test_what_makes_no_address_is_refused(base: str, ticket: str) -> None:
    with pytest.raises(ValueError, match="address"):
        reply_address(base, ticket, SECRET)
