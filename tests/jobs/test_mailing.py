"""Letters are sent once each, tried again for a day, and given up with a reason."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from functools import partial

import pytest
from sqlalchemy import text

from app.accounts import notices
from app.accounts.models import User
from app.jobs.mailing import deliver
from app.kit.db import AnyRow, Database
from app.kit.mail import mailer_of
from app.kit.settings import read_settings
from app.web.templating import letters
from tests.smtp_server import SmtpServer, smtp_server

Post = Callable[[], Awaitable[int]]


@pytest.fixture
async def server() -> AsyncIterator[SmtpServer]:
    async with smtp_server() as server:
        yield server


@pytest.fixture
def post(database: Database, server: SmtpServer) -> Post:
    settings = read_settings(_env_file=None, smtp_url=server.url, mail_from="tb@example.org")
    mailer = mailer_of(settings)
    assert mailer
    return partial(deliver, database, mailer, letters(settings))


@pytest.fixture
async def alice(database: Database) -> User:
    async with database.session() as session:
        user = User(name="Alice\r\nBcc: eve@example.org", email="alice@example.org", password_hash="x")
        session.add(user)
        await session.flush()
        await notices.tell(session, user, "A new browser\nlogged in", "Somebody logged in.")
    return user


async def waiting(database: Database) -> AnyRow:
    async with database.session() as session:
        found = "SELECT address, details, attempts, lost_because, due_at > now() AS later FROM outgoing_mail"
        return (await session.execute(text(found))).one()


async def due_again(database: Database, *, days: int = 0) -> None:
    async with database.session() as session:
        ago = f"due_at = now(), written_at = written_at - interval '{days} days'"
        await session.execute(text(f"UPDATE outgoing_mail SET {ago}"))


async def test_a_letter_is_sent_once(database: Database, alice: User, server: SmtpServer, post: Post) -> None:
    assert sum(await asyncio.gather(*(post() for _ in range(5)))) == 1
    assert await post() == 0
    (letter,) = server.letters
    assert (letter["Subject"], letter["To"], letter["Bcc"]) == ("A new browser", "alice@example.org", None)
    assert "Somebody logged in." in letter.get_content()


async def test_what_is_rolled_back_is_never_sent(database: Database, server: SmtpServer, post: Post) -> None:
    async with database.session() as session:
        await notices.write(session, "reset", "alice@example.org")
        await session.rollback()
    assert await post() == 0


async def test_one_that_is_not_taken_now_is_tried_again_for_a_day(
    database: Database, alice: User, server: SmtpServer, post: Post
) -> None:
    server.refusing = "451 come back"
    assert await post() == 0
    row = await waiting(database)
    assert (row.attempts, row.lost_because, row.later) == (1, None, True)
    assert await post() == 0  # not before it is due
    server.refusing = ""
    await due_again(database)
    assert await post() == 1
    assert len(server.letters) == 1


@pytest.mark.parametrize(("says", "days"), [("550 no such mailbox", 0), ("451 come back", 2)])
async def test_one_that_is_given_up_keeps_the_reason_and_nothing_else(
    database: Database, alice: User, server: SmtpServer, post: Post, says: str, days: int
) -> None:
    server.refusing = says
    await due_again(database, days=days)
    assert await post() == 0
    row = await waiting(database)
    assert row.lost_because
    assert (row.address, row.details) == ("", {})
    async with database.session() as session:
        assert [lost.letters for lost in await notices.lost(session)] == [1]
    await due_again(database)
    assert await post() == 0


async def test_a_sender_that_dies_leaves_it_to_the_next(
    database: Database, alice: User, server: SmtpServer, post: Post
) -> None:
    async with database.session() as session:
        assert await notices.claim(session)
    assert await post() == 0  # somebody has it
    await due_again(database)  # and a minute later nobody
    assert await post() == 1


async def test_letters_of_an_account_go_with_it(database: Database, alice: User, post: Post) -> None:
    async with database.session() as session:
        await session.delete(await session.get_one(User, alice.id))
    assert await post() == 0
