"""Plain letters over SMTP: encrypted unless the server is this machine, bounded in time, no header to be slipped in."""

import asyncio
from dataclasses import dataclass, field
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import formatdate, make_msgid, parseaddr
from urllib.parse import unquote, urlsplit

import aiosmtplib
from aiosmtplib import SMTPRecipientRefused, SMTPRecipientsRefused, SMTPResponseException

from app.kit.settings import Settings, SettingsError
from app.kit.text import one_line

TIMEOUT = 30.0  # seconds for all of it
SUBJECT_MAX = 150
FOR_GOOD = range(500, 600)  # RFC 5321 §4.2.1


class Undeliverable(Exception):
    """The letter will not be taken however often it is sent; `str(error)` says why, and names nobody."""


@dataclass(frozen=True, slots=True)
class Mailer:
    """`sender`: as in `Tastebuds <tastebuds@example.org>`. `encrypted`: `tls` from the start, `starttls`, or `no`."""

    host: str
    port: int
    sender: Address
    encrypted: str
    username: str | None = None
    password: str | None = field(default=None, repr=False)

    async def send(self, to: str, subject: str, body: str) -> None:
        """Raises `Undeliverable`; `OSError`, `TimeoutError` and `SMTPException` where another try may help."""
        message = _message(self.sender, to, subject, body)
        try:
            async with asyncio.timeout(TIMEOUT), self._connection() as server:
                await server.send_message(message)
        except SMTPRecipientsRefused as error:
            raise _judged(error.recipients[0]) from None
        except SMTPResponseException as error:
            raise _judged(error) from None

    async def check(self) -> None:
        """That it answers and takes our name and password. Raises as `send` does."""
        async with asyncio.timeout(TIMEOUT), self._connection() as server:
            await server.noop()

    def _connection(self) -> aiosmtplib.SMTP:
        return aiosmtplib.SMTP(
            hostname=self.host,
            port=self.port,
            username=self.username,
            password=self.password,
            use_tls=self.encrypted == "tls",
            start_tls=self.encrypted == "starttls",
            timeout=TIMEOUT,
        )


def mailer_of(settings: Settings) -> Mailer | None:
    """Raises `SettingsError`."""
    if settings.smtp_url is None:
        return None
    said = "SMTP_URL: this must be smtp://user:password@host:587 or smtps://… See docs/settings.md."
    try:
        parts = urlsplit(settings.smtp_url.get_secret_value())
        port = parts.port
    except ValueError:
        raise SettingsError(said) from None
    if parts.scheme not in ("smtp", "smtps") or not parts.hostname:
        raise SettingsError(said)
    name, address = parseaddr(settings.mail_from)
    try:
        sender = Address(display_name=name, addr_spec=address)
    except (ValueError, IndexError, MessageError):
        sender = Address()
    if not (sender.username and sender.domain):
        raise SettingsError("MAIL_FROM: say whom letters are from, as in Tastebuds <tastebuds@example.org>.")
    at_home = parts.hostname == "localhost" or parts.hostname.startswith("127.") or parts.hostname == "::1"
    encrypted = "tls" if parts.scheme == "smtps" else "no" if at_home else "starttls"
    return Mailer(
        host=parts.hostname,
        port=port or {"tls": 465, "starttls": 587, "no": 25}[encrypted],
        sender=sender,
        encrypted=encrypted,
        username=unquote(parts.username) if parts.username else None,
        password=unquote(parts.password) if parts.password else None,
    )


def _message(sender: Address, to: str, subject: str, body: str) -> EmailMessage:
    message = EmailMessage(policy=SMTP)
    message["From"] = sender
    message["To"] = _address(to)
    message["Subject"] = one_line(subject, SUBJECT_MAX) or "Tastebuds"
    message["Date"] = formatdate()
    message["Message-ID"] = make_msgid(domain=sender.domain)
    message["Auto-Submitted"] = "auto-generated"  # RFC 3834: nobody's holiday notice is to answer it
    message.set_content(body, charset="utf-8", cte="quoted-printable")
    return message


def _address(said: str) -> Address:
    """Raises `Undeliverable` for what is none, or needs more than servers are sure to know (RFC 6531)."""
    local, _, domain = said.rpartition("@")
    try:
        address = Address(addr_spec=f"{local}@{domain.encode('idna').decode()}")
    except (ValueError, IndexError, MessageError):
        raise Undeliverable("the address cannot be written to") from None
    if not address.addr_spec.isascii() or address.addr_spec != f"{local}@{address.domain}":
        raise Undeliverable("the address cannot be written to")
    return address


def _judged(error: SMTPResponseException | SMTPRecipientRefused) -> Exception:
    return Undeliverable(f"the server said {error.code}") if error.code in FOR_GOOD else error
