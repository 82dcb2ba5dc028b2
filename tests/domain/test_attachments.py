"""Names of files, made safe."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.attachments import LONGEST_NAME, clean_name, extension


@pytest.mark.parametrize(
    ("given_name", "kept"),
    [
        ("gate.png", "gate.png"),
        ("Écran du portail n° 3.PNG", "Écran du portail n° 3.PNG"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\anna\\gate.png", "gate.png"),
        (".htaccess", "htaccess"),
        ("photo\u202egpj.exe", "photogpj.exe"),
        ("a\r\nSet-Cookie: x=1.txt", "a Set-Cookie_ x=1.txt"),
        ("gate\0.png", "gate.png"),
        ("  many   spaces .pdf ", "many spaces .pdf"),
        ('a<b>:"|?*.txt', "a_b______.txt"),
        ("", "attachment"),
        ("...", "attachment"),
        ("CON.txt", "attachment.txt"),
        ("e\u0301cran.png", "\u00e9cran.png"),
    ],
)
def test_a_name_is_only_a_name(given_name: str, kept: str) -> None:
    assert clean_name(given_name) == kept


def test_a_long_name_keeps_its_extension() -> None:
    cleaned = clean_name("x" * 500 + ".pdf")
    assert len(cleaned) == LONGEST_NAME
    assert cleaned.endswith("x.pdf")


@given(st.text(max_size=400))
def test_whatever_was_sent_gives_a_short_printable_name(given_name: str) -> None:
    cleaned = clean_name(given_name)
    assert 1 <= len(cleaned) <= LONGEST_NAME
    assert not set(cleaned) & set('/\\<>:"|?*\0\r\n')
    assert not cleaned.startswith(".")
    assert clean_name(cleaned) == cleaned
    assert extension(cleaned) == "" or cleaned.lower().endswith(extension(cleaned))
