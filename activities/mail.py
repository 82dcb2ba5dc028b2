"""Mail: a message as an e-mail over SMTP, or as a line in the log where no mail server is set."""

from __future__ import annotations

import logging
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from email.message import EmailMessage

import aiosmtplib
from aiosmtplib import errors as smtp

from activities.channel import Channel, Post, Refused, Session, TryLater
from activities.composing import compose, masked
from domain.reply_address import PURPOSE, reply_address
from runtime.secret import secret_key
from runtime.settings import Settings

TIMEOUT = 20.0
"""Seconds a mail server may take for one answer."""

log = logging.getLogger(__name__)


class Mailer:
    """Mail over SMTP, by `settings.smtp_*`; each session keeps one connection for all its mails."""

    name = "mail"

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._answers = Answers(settings)

    @asynccontextmanager
    async def session(self) -> AsyncIterator[Session]:
        session = _SmtpSession(self._settings, self._answers)
        try:
            yield session
        finally:
            await session.close()


class Answers:
    """The address by which an answer finds its ticket, where `settings.inbound_address` is set. SettingsError
    where it is and the secret that signs it is missing.
    """

    def __init__(self, settings: Settings) -> None:
        self._base = settings.inbound_address
        self._secret = secret_key(settings, PURPOSE) if self._base else b""

    def address(self, ticket: str | None) -> str:
        """Empty where answers go to the sender's address."""
        return reply_address(self._base, ticket, self._secret) if self._base and ticket else ""


class _SmtpSession:
    def __init__(self, settings: Settings, answers: Answers) -> None:
        self._settings = settings
        self._answers = answers
        self._client: aiosmtplib.SMTP | None = None

    async def send(self, post: Post) -> None:
        mail = compose(
            post,
            sender=self._settings.smtp_sender,
            domain=self._settings.message_domain,
            answer_to=self._answers.address(post.message.ticket),
        )
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
