"""What is refused is told in the reader's language, whatever page it is met on."""

from __future__ import annotations

import pytest

from api.http.refusal_codes import STATUS
from api.pages.catalogue import ENGLISH, LANGUAGES, sentences
from api.pages.refusals import WORDS, refused_in_words
from api.pages.subjects import ALWAYS, SUBJECTS
from domain.messages.demands import KEEPS
from domain.messages.subjects import SUBJECTS as ABOUT
from domain.words import Subject
from tests.api.conftest import World, database, filled, world

__all__ = ["database", "filled", "world"]


@pytest.mark.parametrize("language", [language for language in LANGUAGES if language != ENGLISH])
def test_every_refusal_of_the_rules_has_its_sentence(language: str) -> None:
    assert sorted(set(STATUS) - set(WORDS)) == []
    assert sorted(code for code, words in WORDS.items() if words not in sentences(language)) == []


def test_in_english_the_rules_speak_for_themselves() -> None:
    assert refused_in_words("no_call", "Call 3 is over.", "en") == "Call 3 is over."
    assert refused_in_words("a_code_of_tomorrow", "Said in English.", "fr") == "Said in English."


def test_every_message_and_subject_that_one_can_choose_has_its_words() -> None:
    assert set(SUBJECTS) == set(Subject)
    assert sorted(name for name in KEEPS if name in ABOUT and name not in ALWAYS) == []


async def test_staff_and_clients_who_read_french_are_refused_in_french(world: World) -> None:
    ticket = await world.open()
    await world.step("level1", ticket, "assignment", assignee="bob")
    french = {"Cookie": "escalade_language=fr"}
    async with world.browser("level1") as browser:
        cookies = {"Cookie": f"{browser.headers['Cookie']}; {french['Cookie']}"}
        refused = await browser.post(f"/board/tickets/{ticket}/steps/assign", data={"assignee": "bob"}, headers=cookies)
        assert refused.status_code == 409
        assert "Le ticket est déjà attribué à cette personne." in refused.text
        missing = await browser.get("/board/tickets/0000000000", headers=cookies)
        assert "Ce ticket n’existe pas." in missing.text
        several = await browser.post(
            "/board/assignments", data={"ticket[]": [ticket], "assignee": "bob"}, headers=cookies
        )
        assert "Le ticket est déjà attribué" in several.text
    async with world.browser("client") as browser:
        cookies = {"Cookie": f"{browser.headers['Cookie']}; {french['Cookie']}"}
        stranger = await browser.get("/board", headers=cookies)
        assert "Votre rôle ne le permet pas." in stranger.text
