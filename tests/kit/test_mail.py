"""Letters: sent as they are, to one address, in bounded time; and never what somebody slipped into a header."""

import asyncio
from collections.abc import AsyncIterator
from email.headerregistry import Address

import pytest
from aiosmtplib import SMTPException

from app.kit.mail import Mailer, Undeliverable, mailer_of
from app.kit.settings import SettingsError, read_settings
from tests.smtp_server import SmtpServer, smtp_server

FROM = "Tastebuds <tastebuds@example.org>"


@pytest.fixture
async def server() -> AsyncIterator[SmtpServer]:
    async with smtp_server() as server:
        yield server


def mailer(url: str) -> Mailer:
    found = mailer_of(read_settings(_env_file=None, smtp_url=url, mail_from=FROM))
    assert found is not None
    return found


async def test_a_letter_arrives_as_it_was_written(server: SmtpServer) -> None:
    body = "Ein Gruß, für dich.\n\nhttps://example.org/" + "x" * 200 + "\n.\nEnd\n"
    await mailer(server.url).send("nora@example.org", "Grüße", body)
    (letter,) = server.letters
    assert letter.get_content().replace("\r\n", "\n") == body
    assert (letter["Subject"], letter["From"], letter["To"]) == ("Grüße", FROM, "nora@example.org")
    assert letter["Auto-Submitted"] == "auto-generated"
    assert letter["Message-ID"].endswith("@example.org>")


@pytest.mark.parametrize("subject", ["Hello\r\nBcc: eve@example.org", "Hello\nX: y", "\r\n\r\nbody", "a\x0bb\u2028c"])
async def test_nothing_can_be_slipped_into_a_header(server: SmtpServer, subject: str) -> None:
    await mailer(server.url).send("nora@example.org", subject, "x")
    (letter,) = server.letters
    assert set(letter.keys()) == {
        *("From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted"),
        *("Content-Type", "Content-Transfer-Encoding", "MIME-Version"),
    }
    assert server.recipients == ["nora@example.org"]


@pytest.mark.parametrize(
    "address",
    [
        "nora@example.org\r\nBcc: eve@example.org",
        "nora@example.org, eve@example.org",
        "nora>@example.org",
        "nora@example.org> <eve@example.org",
        "Nora <nora@example.org>",
        "@example.org",
        "nora",
        "nora@",
        "nöra@example.org",
        "",
        "a@b@c",
        "nora@" + "x" * 70 + ".org",
    ],
)
async def test_what_is_not_one_address_gets_no_letter(server: SmtpServer, address: str) -> None:
    with pytest.raises(Undeliverable):
        await mailer(server.url).send(address, "Hello", "x")
    assert server.recipients == []


async def test_a_domain_of_other_letters_is_written_as_it_travels(server: SmtpServer) -> None:
    await mailer(server.url).send("nora@bücher.example", "Hello", "x")
    assert server.recipients == ["nora@xn--bcher-kva.example"]


@pytest.mark.parametrize(("says", "error"), [("550 no such mailbox", Undeliverable), ("451 later", SMTPException)])
async def test_no_for_good_is_told_from_not_now(server: SmtpServer, says: str, error: type[Exception]) -> None:
    server.refusing = says
    with pytest.raises(error) as refused:
        await mailer(server.url).send("nora@example.org", "Hello", "x")
    assert says.partition(" ")[0] in str(refused.value)


async def test_one_that_says_nothing_is_not_waited_for(server: SmtpServer) -> None:
    server.hanging = True
    with pytest.raises((TimeoutError, SMTPException)):
        async with asyncio.timeout(0.3):
            await mailer(server.url).send("nora@example.org", "Hello", "x")


async def test_over_a_network_it_is_starttls_or_nothing(server: SmtpServer) -> None:
    elsewhere = Mailer("127.0.0.1", server.port, Address("T", "t", "example.org"), encrypted="starttls")
    with pytest.raises(SMTPException):
        await elsewhere.send("nora@example.org", "Hello", "x")
    assert not any(line.startswith("MAIL") for line in server.said)


@pytest.mark.parametrize(
    ("url", "host", "port", "encrypted", "name", "password"),
    [
        ("smtp://mail.example.org", "mail.example.org", 587, "starttls", None, None),
        ("smtp://tb:p%40ss@mail.example.org:2525", "mail.example.org", 2525, "starttls", "tb", "p@ss"),
        ("smtps://tb:x@mail.example.org", "mail.example.org", 465, "tls", "tb", "x"),
        ("smtp://localhost", "localhost", 25, "no", None, None),
        ("smtp://[::1]:2500", "::1", 2500, "no", None, None),
    ],
)
def test_the_address_of_a_server_says_how_to_talk_to_it(
    url: str, host: str, port: int, encrypted: str, name: str | None, password: str | None
) -> None:
    told = mailer(url)
    assert (told.host, told.port, told.encrypted, told.username, told.password) == (
        *(host, port, encrypted, name),
        password,
    )
    assert "p@ss" not in repr(told)


@pytest.mark.parametrize("url", ["http://mail.example.org", "smtp://", "smtp://host:port", "mail.example.org"])
def test_what_is_no_server_stops_the_start(url: str) -> None:
    with pytest.raises(SettingsError, match="SMTP_URL"):
        mailer(url)


@pytest.mark.parametrize("said", ["", "Tastebuds", "tastebuds@"])
def test_without_a_sender_there_is_no_mail(said: str) -> None:
    with pytest.raises(SettingsError, match="MAIL_FROM"):
        mailer_of(read_settings(_env_file=None, smtp_url="smtp://localhost", mail_from=said))


def test_unset_there_is_none() -> None:
    assert mailer_of(read_settings(_env_file=None)) is None
