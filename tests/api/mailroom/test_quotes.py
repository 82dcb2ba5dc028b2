"""The answer without what it answers, from the usual mail programs in English, French and more."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.mailroom.quotes import own_words

SUPPORT = "Support <support+K7M39QX24T.ABCDEFGHIJKLMNOP@desk.example>"
LETTERS = {
    "gmail": f"It works.\n\nOn Mon, Mar 2, 2026 at 9:00 AM {SUPPORT} wrote:\n\n> Hello,\n> is it ok?\n",
    "gmail, heading broken": "It works.\n\nOn Mon, Mar 2, 2026 at 9:00 AM Support <\n"
    "support@desk.example> wrote:\n\n> Hello\n> ok?\n",
    "gmail in French": f"It works.\n\nLe lun. 2 mars 2026 à 09:00, {SUPPORT} a écrit :\n\n> Bonjour\n> ok ?\n",
    "gmail in French, heading broken": f"It works.\n\nLe lun. 2 mars 2026 à 09:00, {SUPPORT} a\nécrit :\n\n> Bonjour\n"
    "> ok\n",
    "apple": "It works.\n\n> On 2 Mar 2026, at 09:00, Support <s@desk.example> wrote:\n> \n> Hello\n",
    "apple in French": "It works.\n\nEnvoyé de mon iPhone\n\n> Le 2 mars 2026 à 09:00, Support <s@desk.example> a "
    "écrit :\n> \n> Bonjour\n",
    "iphone": "It works.\n\nSent from my iPhone\n\n> On 2 Mar 2026, at 09:00, Support <s@desk.example> wrote:\n> Hi\n",
    "outlook": "It works.\n\n________________________________\nFrom: Support <s@desk.example>\nSent: Monday\n"
    "To: Anna <anna@acme.example>\nSubject: Re: [K7M39QX24T] Gates\n\nHello Anna,\nhave a look.\n",
    "outlook in French": "It works.\n\nDe : Support <s@desk.example>\nEnvoyé : lundi 2 mars 2026 09:00\nÀ : Anna\n"
    "Objet : RE: [K7M39QX24T] Portes\n\nBonjour\n",
    "outlook, old": "It works.\n\n-----Original Message-----\nFrom: Support\nSent: Monday\nTo: Anna\n\nHello",
    "outlook, old, in French": "It works.\n\n-----Message d'origine-----\nDe : Support\nEnvoyé : lundi\nÀ : Anna\n\nHé",
    "outlook with bold fields": "It works.\n\n*From:* Support <s@desk.example>\n*Sent:* Monday\n*To:* Anna\n\nHi",
    "thunderbird in German": "It works.\n\nAm 02.03.26 um 09:00 schrieb Support:\n> Hallo\n> ok?\n",
    "below the quotation": f"On Mon, Mar 2, 2026 at 9:00 AM {SUPPORT} wrote:\n> Hello\n> k\n\nIt works.\n\n-- \nAnna\n",
    "no heading": "It works.\n\n> Hello\n> is it ok?\n",
    "signature": "It works.\n\n-- \nAnna\nACME Logistics\n",
    "windows line ends were read before": "It works.\n\n\n\n",
}


@pytest.mark.parametrize("letter", LETTERS.values(), ids=LETTERS)
def test_the_answer_stays_and_the_quotation_goes(letter: str) -> None:
    assert own_words(letter) == "It works."


def test_answers_between_the_lines_keep_the_lines() -> None:
    said = own_words(
        f"Hello,\n\nOn Mon, Mar 2, 2026 at 9:00 AM {SUPPORT} wrote:\n> Which firmware?\n4.2\n> Since when?\nSeven.\n"
    )
    assert said == "Hello,\n\n> Which firmware?\n4.2\n> Since when?\nSeven."


@pytest.mark.parametrize(
    "text",
    [
        "Steps:\n- open site Lyon 2\n- badge at gate 3\n\nBest regards\nAnna",
        "The log says:\n    From: 10.0.0.1\n    To: 10.0.0.2\nand then stops.",
        "On Monday the gate was closed.\nThe technician wrote: replaced.\nBut it is not.",
        "> /var/log is full, says the prompt\nWhat now?",
        "if a > b:\n    print(a)",
        "De toute façon : non.\nDate : demain.",
    ],
)
def test_words_that_only_look_like_a_quotation_stay(text: str) -> None:
    assert own_words(text) == text


@pytest.mark.parametrize("text", ["> only\n> quoted", f"On Mon, Mar 2, 2026 {SUPPORT} wrote:\n> Hello\n> ok?"])
def test_where_nothing_would_be_left_all_stays(text: str) -> None:
    assert own_words(text) == text


_LINES = st.sampled_from(
    ["", "> a", ">> b", "-- ", "On Mon, Mar 2, 2026 at 9:00 AM A <a@b.example> wrote:", "Le 2 mars, A a écrit :",
     "From: x", "Sent: y", "To: z", "Subject: s", "________________________________", "Sent from my iPhone",
     "words", "écrit :"]
)  # fmt: skip


@given(st.lists(st.one_of(_LINES, st.text(max_size=60)), max_size=25).map("\n".join))
def test_nothing_is_invented_and_something_always_stays(text: str) -> None:
    said = own_words(text)
    assert bool(said.strip()) == bool(text.strip())
    left = iter(text.split("\n"))
    assert all(any(line == other for other in left) for line in said.split("\n") if line.strip())


@pytest.mark.timeout(60)
@pytest.mark.parametrize(
    "hostile",
    [
        ("On " + "a " * 98 + "\n") * 4000, ("On On " + "a " * 5000 + " wrote\n") * 50,
        ("On " + "a " * 95 + ":\n") * 4000,
        ">" * 500_000, ("_" * 199 + "\n\n") * 2000, (" " * 199 + ":\n") * 4000, "\n" * 200_000 + "From: x",
    ],
    ids=range(7),
)  # fmt: skip
def test_a_text_made_to_cost_time_costs_little(hostile: str) -> None:
    assert own_words(hostile).strip()
