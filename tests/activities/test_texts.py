"""What clients and staff read."""

from __future__ import annotations

import logging
import re
from html import unescape
from pathlib import Path

import pytest

from activities.phrases import MissingTranslation
from activities.texts import LOCALE, TEMPLATES, Texts, UnknownTemplate
from activities.texts_identity import IDENTITY_TEXTS
from domain import messages as domain_messages
from domain.messages.subjects import SUBJECTS
from domain.words import Closing, Subject
from tests.activities.samples import NUMBER, events, message, sample, samples

TEXTS = Texts(link="https://support.example/sign-in/link/{}".format)
SAID = {
    "mail_refused": "Labels are not printed",
    "sign_in_link": "Escalade",
    "staff_webhook_disabled": "Labels are not printed",
}


def test_sample_lives_meet_every_event_that_a_message_is_written_for() -> None:
    met = {type(event.fact) for event in events("fr")}
    assert set(domain_messages._TELLING) - met == set()
    closings = {event.fact.closing for event in events("fr") if event.fact.type == "ticket_closed"}
    assert closings == set(Closing)


def test_every_template_that_the_rules_write_has_words_and_no_other_has() -> None:
    assert set(samples("fr")) == set(TEMPLATES)


@pytest.mark.parametrize("template", sorted(TEMPLATES))
@pytest.mark.parametrize("language", ["en", "fr"])
def test_every_template_is_a_whole_mail_in_both_languages(template: str, language: str) -> None:
    mail = TEXTS.write(sample(template, language), language)
    assert mail.language == language
    about = sample(template).ticket
    assert mail.subject.startswith(f"[{about}] ") == (about is not None)
    assert ("Labels are not printed" if about else SAID.get(template, "Sites")) in mail.subject
    assert max(len(line) for line in mail.text.splitlines()) <= 78
    assert "{" not in mail.text + mail.subject
    assert "None" not in mail.text


def test_the_automatic_update_says_where_since_when_and_when_next() -> None:
    mail = TEXTS.render(sample("update_automatic", "fr"))
    assert mail.subject == f"[{NUMBER}] Point d’avancement – Labels are not printed"
    text = mail.text.replace("\n", " ").replace("\u00a0", " ")
    assert "pris en charge par le support de niveau 1 depuis le lundi 2 mars 2026 à 10:00" in text
    assert "(heure normale d’Europe centrale)" in text
    assert "Vous aurez de nos nouvelles au plus tard le lundi 2 mars 2026 à 13:05" in text


def test_the_automatic_update_of_a_ticket_that_waits_says_what_for() -> None:
    waiting = sample("update_automatic", "en")
    mail = TEXTS.render(waiting.model_copy(update={"data": {**waiting.data, "waiting": True}}))
    assert "We are waiting for the information" in mail.text


def test_the_opening_says_by_when_and_promises_nothing_that_the_agreement_does_not() -> None:
    opened = sample("opened", "en")
    instants = {"response_by": "2026-03-02T10:00:00+00:00", "update_by": "2026-03-02T10:30:00+00:00"}
    promised = opened.model_copy(update={"data": {**opened.data, **instants}})
    mail = TEXTS.render(promised).text.replace("\n", " ")
    assert "first response from us by Monday, 2 March 2026, 11:00 (Central European Standard Time)" in mail
    assert "progress by Monday, 2 March 2026, 11:30" in mail
    unpromised = opened.model_copy(update={"data": {**opened.data, "response_by": None, "update_by": None}})
    assert " by " not in TEXTS.render(unpromised).text


def test_the_resolution_tells_how_to_accept_and_how_to_refuse() -> None:
    mail = TEXTS.render(sample("resolution", "en")).text.replace("\n", " ")
    assert "please accept the resolution on the ticket" in mail
    assert "please refuse the resolution on the ticket and write what is still wrong" in mail


PAGES = Texts(pages="https://desk.example", link="https://support.example/sign-in/link/{}".format)


def test_a_client_is_led_to_the_portal_and_staff_to_the_board() -> None:
    mail = PAGES.render(sample("comment", "en"))
    assert f"\nOpen the ticket:\nhttps://desk.example/portal/tickets/{NUMBER}\n" in mail.text
    assert f'href="https://desk.example/portal/tickets/{NUMBER}"' in mail.html
    staff = PAGES.render(sample("staff_comment", "en"))
    assert f"\nhttps://desk.example/board/tickets/{NUMBER}\n" in staff.text
    assert "/portal/" not in staff.text + staff.html


@pytest.mark.parametrize("template", ["resolution", "consent_reminder"])
def test_a_resolution_leads_to_the_page_of_its_answer(template: str) -> None:
    mail = PAGES.render(sample(template, "en"))
    address = f"https://desk.example/portal/tickets/{sample(template).ticket}/consent"
    assert f"Accept or refuse:\n{address}\n" in mail.text
    assert mail.html.index(address) < mail.html.index(">Open the ticket<")


def test_who_is_not_asked_to_agree_is_not_led_to_the_answer() -> None:
    asked = sample("resolution", "en")
    mail = PAGES.render(asked.model_copy(update={"data": {**asked.data, "represented": True}}))
    assert "/consent" not in mail.text + mail.html


def test_a_quote_leads_to_its_own_page() -> None:
    quote = sample("quote", "en")
    address = f"https://desk.example/portal/tickets/{quote.ticket}/quotes/{quote.data['quote']}"
    assert address in PAGES.render(quote).text
    assert address in PAGES.render(quote).html


def test_without_a_known_address_no_mail_holds_a_link() -> None:
    mail = TEXTS.render(sample("comment", "en"))
    assert "You will find this ticket in the support portal." in mail.text
    assert "href" not in mail.html
    assert "You will find this ticket in the support portal." in mail.html


def test_what_a_person_wrote_is_words_in_the_page_and_never_markup() -> None:
    hostile = '<img src="https://evil.example/x.png"><script>alert(1)</script>&amp; {{ 7*7 }}'
    sent = message(data={**message().data, "text": hostile, "subject": hostile})
    page = PAGES.render(sent).html
    assert "<img" not in page
    assert "<script" not in page
    assert "&lt;img src=&#34;https://evil.example/x.png&#34;&gt;" in page
    assert "{{ 7*7 }}" in page


@pytest.mark.parametrize("template", sorted(TEMPLATES))
def test_a_page_says_what_the_text_says_and_loads_nothing(template: str) -> None:
    mail = PAGES.write(sample(template, "fr"), "fr")
    shown = " ".join(unescape(re.sub(r"<style>.*?</style>|<[^>]+>", " ", mail.html, flags=re.DOTALL)).split())
    said = mail.text.partition("-- \n")[0]
    for line in said.replace("https://", " https://").splitlines():
        if not line.strip().startswith("https://"):
            assert " ".join(line.rstrip(": ").split()) in shown, line
    assert not re.search(r"(src|background)=|url\(|@import|<link|<img", mail.html)


def test_a_group_is_named_with_its_level() -> None:
    assert "le service conseil (groupe logistics)" in TEXTS.render(sample("escalated", "fr")).text.replace("\n", " ")


def test_a_clock_is_named_in_words_whatever_its_level_and_round() -> None:
    missed = sample("staff_missed", "en")
    internal = missed.model_copy(update={"data": {**missed.data, "clock": "internal-consulting-2", "late": 7300.0}})
    mail = TEXTS.render(internal)
    assert mail.subject == f"[{NUMBER}] Overdue: the work of consulting – Labels are not printed"
    assert "Escalade noticed this 2 hours late" in mail.text


def test_an_instant_is_told_in_summer_time_when_it_lies_in_summer() -> None:
    closed = sample("closed_consent", "en")
    mail = TEXTS.render(
        closed.model_copy(update={"data": {**closed.data, "reopen_until": "2026-07-01T16:30:00+00:00"}})
    )
    assert "Wednesday, 1 July 2026, 18:30 (Central European Summer Time)" in mail.text.replace("\n", " ")


def test_what_people_wrote_is_shown_as_they_wrote_it() -> None:
    text = "  {subject} %s {{0}} $x\r\n\r\n" + "log " * 60 + "\tend\x1b[2J"
    mail = TEXTS.render(message(data={**message().data, "text": text}))
    assert "      {subject} %s {{0}} $x\n\n    " + "log " * 60 + "    end\ufffd[2J\n" in mail.text


def test_a_subject_of_several_lines_becomes_one() -> None:
    mail = TEXTS.render(message(data={**message().data, "subject": "a\r\nBcc: all@example.org\u2028\x00b"}))
    assert mail.subject == f"[{NUMBER}] New comment – a Bcc: all@example.org b"


def test_an_unknown_template_is_an_error_here_and_plain_news_to_the_client(caplog: pytest.LogCaptureFixture) -> None:
    unknown = message(template="invented", data={**message().data, "text": "Something happened."})
    with pytest.raises(UnknownTemplate):
        TEXTS.write(unknown, "en")
    with caplog.at_level(logging.WARNING):
        mail = TEXTS.render(unknown)
    assert "Something happened." in mail.text
    assert caplog.records
    assert "Something happened." not in caplog.text


def test_data_that_does_not_fit_its_template_still_goes_out() -> None:
    mail = TEXTS.render(message(template="question", data={"text": "Written.", "subject": "S"}))
    assert mail.subject == f"[{NUMBER}] News – S"
    assert "Written." in mail.text


def test_a_language_without_a_catalogue_falls_back_to_english() -> None:
    assert TEXTS.render(message(language="pt")).language == "en"
    assert TEXTS.render(message(language="fr-CH")).language == "fr"


def test_a_missing_translation_is_an_error_here_and_english_to_the_client(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    copy = tmp_path / "fr" / "LC_MESSAGES" / "escalade.po"
    copy.parent.mkdir(parents=True)
    whole = (LOCALE / "fr" / "LC_MESSAGES" / "escalade.po").read_text()
    copy.write_text(
        whole.replace('msgid "New comment"\nmsgstr "Nouveau commentaire"', 'msgid "New comment"\nmsgstr ""')
    )
    lacking = Texts(locale=tmp_path)
    with pytest.raises(MissingTranslation):
        lacking.write(sample("comment", "fr"), "fr")
    with caplog.at_level(logging.WARNING):
        assert lacking.render(sample("comment", "fr")).language == "en"
    assert caplog.records
    assert lacking.render(sample("question", "fr")).language == "fr"


def test_every_message_is_about_something_that_readers_can_choose_ways_for_but_a_link_to_sign_in() -> None:
    assert set(TEMPLATES) - set(SUBJECTS) == set(IDENTITY_TEXTS)
    assert {Subject(one) for one in SUBJECTS.values()} == set(Subject)


def test_a_mail_names_the_files_that_are_on_the_ticket() -> None:
    comment = sample("comment", "fr")
    mail = TEXTS.render(comment.model_copy(update={"data": {**comment.data, "files": ["gate.png", "plan.pdf"]}}))
    assert "Fichiers joints au ticket\u00a0: gate.png, plan.pdf" in mail.text
    assert "plan.pdf" in mail.html
