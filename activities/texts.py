"""Texts: a message's words as a plain-text mail, in the language it was written for.

English sentences are the keys of the catalogues (`locale/<language>/LC_MESSAGES/escalade.po`), which are read as they
are when a process starts: a language is added by adding its file, without a compile step.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from babel.messages.pofile import read_po

from activities.client_texts import CLIENT_TEXTS
from activities.html_mail import html
from activities.letters import Letter, Lines, Part, Quote, body, facts, one_line
from activities.links import Action, actions
from activities.phrases import ENGLISH, MissingTranslation, Phrases
from activities.staff_texts import STAFF_TEXTS
from activities.texts_contact import CONTACT_TEXTS
from activities.texts_identity import IDENTITY_TEXTS
from activities.texts_interval import INTERVAL_TEXTS
from activities.texts_mail import MAIL_TEXTS
from activities.texts_money import MONEY_TEXTS
from activities.texts_provider import PROVIDER_TEXTS
from activities.texts_rnd import RND_TEXTS
from activities.texts_rollout import ROLLOUT_TEXTS
from activities.texts_scope import SCOPE_TEXTS
from domain.messages import Message

LOCALE = Path(__file__).with_name("locale")
TEMPLATES = {
    **CLIENT_TEXTS, **CONTACT_TEXTS, **IDENTITY_TEXTS, **INTERVAL_TEXTS, **MAIL_TEXTS, **MONEY_TEXTS, **PROVIDER_TEXTS,
    **RND_TEXTS, **ROLLOUT_TEXTS, **SCOPE_TEXTS, **STAFF_TEXTS,
}  # fmt: skip

log = logging.getLogger(__name__)


class UnknownTemplate(LookupError):
    """No words are written for a template's name."""


@dataclass(frozen=True)
class Rendered:
    """A mail's words: `subject` is one line, `text` plain lines, `language` the one it is really in.

    `html` says the same as a page; empty in the last resort.
    """

    subject: str
    text: str
    language: str
    html: str = ""


NO_WORDS = Rendered("", "", "")
"""Of what goes to a machine."""


class Texts:
    """Every template in every language there is a catalogue for, and English.

    `pages` is the address before `/portal` and `/board`; without one the mails speak of the portal only.
    `link` makes the address that signs in out of a link's id: no message holds one, or a list of them would tell it.
    """

    def __init__(
        self, *, pages: str | None = None, link: Callable[[str], str] | None = None, locale: Path = LOCALE
    ) -> None:
        self._pages = pages
        self._link = link
        self._catalogues = {file.parts[-3]: _sentences(file) for file in locale.glob("*/LC_MESSAGES/escalade.po")}

    @property
    def languages(self) -> tuple[str, ...]:
        """What a mail can be written in, as two-letter codes."""
        return (ENGLISH, *sorted(self._catalogues))

    def render(self, message: Message) -> Rendered:
        """The mail of a message. Never fails: what cannot be said as meant goes out in English or as plain news."""
        language = message.language.replace("_", "-").partition("-")[0].lower()
        for attempt in dict.fromkeys((language, ENGLISH)):
            try:
                return self.write(message, attempt)
            except Exception as error:
                # Only the kind of error and the template: a message's data is nobody's business but its reader's.
                told = {"template": message.template, "language": attempt, "error": type(error).__name__}
                log.warning("a text is missing or unfit; the message goes out in other words", extra=told)
        return self._news(message)

    def write(self, message: Message, language: str) -> Rendered:
        """The mail in just that language. LookupError or ValueError says what is missing."""
        words = TEMPLATES.get(message.template)
        if words is None:
            raise UnknownTemplate(message.template)
        if language != ENGLISH and language not in self._catalogues:
            raise MissingTranslation(f'no catalogue for "{language}"; there are {", ".join(self.languages)}')
        phrases = Phrases(language, self._catalogues.get(language), message.data["zone"])
        whole = self._with_link(message)
        return self._mail(whole, phrases, words(phrases, whole.data))

    def _with_link(self, message: Message) -> Message:
        if message.template not in IDENTITY_TEXTS:
            return message
        if self._link is None:
            raise ValueError("nobody told how links that sign in are made")
        return message.model_copy(update={"data": {**message.data, "page": self._link(message.data["link"])}})

    def _mail(self, message: Message, p: Phrases, letter: Letter) -> Rendered:
        data = message.data
        about = _about(message, p)
        buttons = actions(message, self._pages, p)
        to_client = message.template not in STAFF_TEXTS
        greeting: tuple[Part, ...] = ()
        closing: tuple[str, ...] = ()
        if to_client:
            about += [(p.say("Your contact"), data["contact"])] if data.get("contact") else []
            greeting, closing = (p.say("Hello,"),), (p.say("Kind regards,"), p.say("Your support team"))
        where: tuple[Part, ...] = tuple(_where(button, p) for button in buttons)
        if to_client and message.ticket and not buttons:
            where = (p.say("You will find this ticket in the support portal."),)
        subject = f"{letter.title} – {data['subject']}"
        parts = (*greeting, *letter.parts)
        shown = facts(p.fact(label, one_line(value)) for label, value in about)
        text = body((*parts, *where, Lines(closing))) + (f"\n\n{shown}\n" if about else "\n")
        page = html(
            language=p.language,
            subject=subject,
            overline=f"{message.ticket} · {data['subject']}" if message.ticket else data["subject"],
            title=letter.title,
            parts=parts if buttons else (*parts, *where),
            actions=buttons,
            closing=closing,
            facts=about,
        )
        return _rendered(message, subject, text, p.language, page)

    def _news(self, message: Message) -> Rendered:
        """The last resort: what people wrote, under a sentence that is always true."""
        written = [Quote(str(value)) for name, value in message.data.items() if name in _WRITTEN and value]
        subject = str(message.data.get("subject", ""))
        text = body(["There is news on this ticket." if message.ticket else "There is news.", *written])
        about = f"Ticket: {message.ticket}" if message.ticket else f"About: {one_line(subject)}"
        return _rendered(message, f"News – {subject}", f"{text}\n\n{facts([about])}\n", ENGLISH)


_WRITTEN = ("text", "question", "reason", "description")


def _rendered(message: Message, title: str, text: str, language: str, page: str = "") -> Rendered:
    return Rendered(one_line(f"[{message.ticket}] {title}" if message.ticket else title), text, language, page)


def _where(button: Action, p: Phrases) -> Part:
    """A link on a line of its own: mail programs find its end, and the eye does too."""
    return Lines((p.fact(button.label, "").rstrip(), button.address))


def _about(message: Message, p: Phrases) -> list[tuple[str, str]]:
    """What the mail is about, as facts below it."""
    data = message.data
    if message.template in IDENTITY_TEXTS:
        return []
    if message.ticket is None and "starts_at" not in data:
        return [(p.say("Subject"), data["subject"])]
    if message.ticket is None:
        return [
            (p.say("Service"), data["service"]),
            (p.say("From"), p.moment(data["starts_at"])),
            (p.say("To"), p.moment(data["ends_at"])),
        ]
    about = [
        (p.say("Ticket"), message.ticket),
        (p.say("Subject"), data["subject"]),
        (p.say("Severity"), data["severity"]),
        (p.say("With"), p.holder(data)),
    ]
    if message.template in STAFF_TEXTS:
        about += [(p.say("There since"), p.moment(data["since"])), (p.say("Status"), p.status(data["status"]))]
    if data.get("files"):  # they are fetched from the ticket's page: a mail may not carry them, or be read by others
        about.append((p.say("Files on the ticket"), ", ".join(data["files"])))
    return about


def _sentences(file: Path) -> Mapping[str, str]:
    """English sentence to translation; one that is empty or marked fuzzy counts as missing."""
    with file.open("rb") as opened:
        catalogue = read_po(opened, abort_invalid=True)
    return {
        entry.id: entry.string
        for entry in catalogue
        if entry.id and entry.string and not entry.fuzzy and isinstance(entry.id, str) and isinstance(entry.string, str)
    }
