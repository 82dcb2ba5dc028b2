"""The mail of a message: its headers, its words as text and as a page, its documents."""

from __future__ import annotations

from email.errors import MessageError
from email.headerregistry import Address, HeaderRegistry, UnstructuredHeader
from email.message import EmailMessage
from email.policy import EmailPolicy, Policy
from email.utils import format_datetime

from activities.channel import Post, Refused
from activities.letters import one_line
from domain.mail_ids import mail_id, thread_id


class _Ids(UnstructuredHeader):
    """One id a line: the standard library would write a long line of them as encoded words, and no program finds
    the thread in those.
    """

    name: str

    def fold(self, *, policy: Policy) -> str:
        return f"{self.name}: {f'{policy.linesep} '.join(str(self).split())}{policy.linesep}"


_headers = HeaderRegistry()
for _name in ("in-reply-to", "references"):
    _headers.map_to_type(_name, _Ids)  # type: ignore[arg-type]  # the registry makes the base class
_POLICY = EmailPolicy(header_factory=_headers)


def compose(post: Post, *, sender: str, domain: str, answer_to: str = "") -> EmailMessage:
    """The mail with its headers, as text and as a page. Refused when the address is none.

    The Message-ID follows from the message's key alone, so that a repeated delivery is known for one (decision 7).
    Every mail of a ticket refers to the same root id and to the reader's earlier mails: some mail programs want to
    have seen what a thread hangs on. `answer_to` is where an answer finds the ticket.
    """
    message = post.message
    mail = EmailMessage(policy=_POLICY)
    try:
        mail["To"] = Address(display_name=_words(post.name), addr_spec=post.email)
    except (MessageError, ValueError, IndexError) as error:  # all three, for what is no address
        raise Refused(f'"{masked(post.email)}" is no e-mail address; correct it') from error
    mail["From"] = sender
    answers = tuple(filter(None, map(_address, filter(None, (answer_to, post.reply_to)))))
    if answers:
        mail["Reply-To"] = answers
    mail["Subject"] = _words(post.rendered.subject)
    mail["Date"] = format_datetime(post.at)
    mail["Message-ID"] = mail_id(message.key, domain)
    thread = [thread_id(message, domain), *(mail_id(key, domain) for key in post.earlier)]
    mail["In-Reply-To"] = thread[-1]
    mail["References"] = " ".join(thread)
    mail["Auto-Submitted"] = "auto-generated"  # or two machines answer each other for ever (RFC 3834)
    if message.ticket:
        mail["X-Escalade-Ticket"] = one_line(message.ticket)
    mail.set_content(post.rendered.text)
    if post.rendered.html:
        mail.add_alternative(post.rendered.html, subtype="html")
    mail["Content-Language"] = post.rendered.language  # after the content, whose setting clears every Content- header
    for one in post.attachments:
        kind, _, subtype = one.media_type.partition("/")
        mail.add_attachment(one.content, maintype=kind, subtype=subtype, filename=one.name)
    return mail


def _words(text: str) -> str:
    """What a person wrote, as words of a header. The library takes an encoded word (RFC 2047) for what it stands for,
    and Python before 3.11.10 writes a line break that stood in one as the end of the header: so there is none.
    """
    return one_line(text).replace("=?", "= ?")


def _address(spec: str) -> Address | None:
    """None for what is no address: a mailbox that is wrong is ours to mend, and no reason to keep the mail back."""
    try:
        return Address(addr_spec=spec)
    except (MessageError, ValueError, IndexError):
        return None


def masked(email: str) -> str:
    """The address without the person: "***@example.org"."""
    return "***@" + one_line(email).rpartition("@")[2]
