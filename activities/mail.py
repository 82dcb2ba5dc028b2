"""Mail: a message as an e-mail over SMTP, or as a line in the log where no mail server is set."""

from __future__ import annotations

import logging
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from email.errors import MessageError
from email.headerregistry import Address, HeaderRegistry, MessageIDHeader
from email.message import EmailMessage
from email.policy import EmailPolicy
from email.utils import format_datetime
from urllib.parse import quote

import aiosmtplib
from aiosmtplib import errors as smtp

from activities.channel import Channel, Post, Refused, Session, TryLater
from activities.letters import one_line
from runtime.settings import Settings

TIMEOUT = 20.0
"""Seconds a mail server may take for one answer."""

log = logging.getLogger(__name__)

_headers = HeaderRegistry()
for _name in ("in-reply-to", "references"):
    # Unmapped, the standard library writes a long id as an encoded word, and mail programs lose the thread.
    _headers.map_to_type(_name, MessageIDHeader)  # type: ignore[arg-type]  # the registry makes the base class
_POLICY = EmailPolicy(header_factory=_headers)


class Mailer:
    """Mail over SMTP, by `settings.smtp_*`; each session keeps one connection for all its mails."""

    name = "mail"

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    @asynccontextmanager
    async def session(self) -> AsyncIterator[Session]:
        session = _SmtpSession(self._settings)
        try:
            yield session
        finally:
            await session.close()


class _SmtpSession:
    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._client: aiosmtplib.SMTP | None = None

    async def send(self, post: Post) -> None:
        mail = compose(post, sender=self._settings.smtp_sender, domain=self._settings.message_domain)
        reused = self._client is not None and self._client.is_connected
        client = await self._connected()
        try:
            try:
                await _hand_over(client, mail)
            except smtp.SMTPServerDisconnected:
                if not reused:
                    raise
                # Servers hang up after a while or after so many mails; that says nothing about this one.
                await _hand_over(await self._connected(), mail)
        except (OSError, smtp.SMTPTimeoutError) as error:
            await self.close()
            raise TryLater(f"the connection to the mail server broke: {error}", server=True) from error

    async def close(self) -> None:
        client, self._client = self._client, None
        if client is None:
            return
        with suppress(OSError, smtp.SMTPException):
            if client.is_connected:
                await client.quit(timeout=2)
        client.close()

    async def _connected(self) -> aiosmtplib.SMTP:
        if self._client is not None and self._client.is_connected:
            return self._client
        settings = self._settings
        password = settings.smtp_password
        client = aiosmtplib.SMTP(
            hostname=settings.smtp_host,
            port=settings.smtp_port,
            username=settings.smtp_username,
            password=password.get_secret_value() if password else None,
            start_tls=settings.smtp_starttls,
            local_hostname=settings.message_domain,
            timeout=TIMEOUT,
        )
        try:
            await client.connect()
        except (OSError, smtp.SMTPException, ssl.SSLError) as error:
            client.close()
            # Also a wrong password: that is for operations to mend, and no reason to give up a single message.
            raise TryLater(f"the mail server cannot be used: {error}", server=True) from error
        self._client = client
        return client


async def _hand_over(client: aiosmtplib.SMTP, mail: EmailMessage) -> None:
    try:
        await client.send_message(mail)
    except smtp.SMTPRecipientsRefused as error:
        first = error.recipients[0]
        raise _refusal(first.code, f"the mail server refuses the address: {first.code} {first.message}") from error
    except (smtp.SMTPSenderRefused, smtp.SMTPHeloError) as error:
        raise TryLater(f"the mail server refuses us: {error.code} {error.message}", server=True) from error
    except smtp.SMTPResponseException as error:
        raise _refusal(error.code, f"the mail server refuses the mail: {error.code} {error.message}") from error
    except (smtp.SMTPNotSupported, ValueError) as error:
        raise Refused(f"the address cannot be used with this mail server ({error}); correct it") from error


def _refusal(code: int, reason: str) -> Exception:
    if code >= 500:
        return Refused(f"{reason}. Correct the address, or the server's rules.")
    return TryLater(reason, server=code == 421)  # 421: the server is closing the connection


class LogMail:
    """Where no mail server is set: one line in the log per message, without what it says or to whom."""

    name = "log"

    @asynccontextmanager
    async def session(self) -> AsyncIterator[Session]:
        yield self

    async def send(self, post: Post) -> None:
        log.info(
            "message not mailed, no mail server is set",
            extra={
                "ticket": post.message.ticket,
                "template": post.message.template,
                "language": post.rendered.language,
                "to": f"{post.message.to.kind} {masked(post.email)}",
            },
        )


def mailer_for(settings: Settings) -> Channel:
    """SMTP where a host is set, the log otherwise."""
    return Mailer(settings) if settings.smtp_host else LogMail()


def compose(post: Post, *, sender: str, domain: str) -> EmailMessage:
    """The mail with its headers. Refused when the address is none.

    The Message-ID follows from the message's key alone, so that a repeated delivery is known for one (decision 7);
    every mail of a ticket answers the same root id, so that mail programs show them as one thread.
    """
    message = post.message
    mail = EmailMessage(policy=_POLICY)
    try:
        mail["To"] = Address(display_name=one_line(post.name), addr_spec=post.email)
    except (MessageError, ValueError, IndexError) as error:  # all three, for what is no address
        raise Refused(f'"{masked(post.email)}" is no e-mail address; correct it') from error
    mail["From"] = sender
    if post.reply_to:
        # A mailbox with a wrong address is ours to mend, and no reason to keep the mail back.
        with suppress(MessageError, ValueError, IndexError):
            mail["Reply-To"] = Address(addr_spec=post.reply_to)
    mail["Subject"] = one_line(post.rendered.subject)
    mail["Date"] = format_datetime(post.at)
    mail["Message-ID"] = f"<{_id_part(message.key)}@{domain}>"
    about = f"ticket:{message.ticket}" if message.ticket else ":".join(message.key.split(":")[:2])
    root = f"<{_id_part(about)}@{domain}>"
    mail["In-Reply-To"] = root
    mail["References"] = root
    mail["Auto-Submitted"] = "auto-generated"  # or two machines answer each other for ever (RFC 3834)
    if message.ticket:
        mail["X-Escalade-Ticket"] = one_line(message.ticket)
    mail.set_content(post.rendered.text)
    mail["Content-Language"] = post.rendered.language  # after the content, whose setting clears every Content- header
    for one in post.attachments:
        kind, _, subtype = one.media_type.partition("/")
        mail.add_attachment(one.content, maintype=kind, subtype=subtype, filename=one.name)
    return mail


def masked(email: str) -> str:
    """The address without the person: "***@example.org"."""
    return "***@" + one_line(email).rpartition("@")[2]


def _id_part(key: str) -> str:
    """The key as the left side of a Message-ID (RFC 5322 dot-atom); two keys never share one."""
    return quote(key, safe=":").replace(".", "%2E").replace(":", ".")
