"""Refresh tokens: each good once, the same successor for who asks twice at once, and the end for a copy (SE-8)."""

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest
from pydantic import SecretStr
from sqlalchemy import func, select, text, update

from app.accounts import refreshing, signing_in
from app.accounts.bearers import REFRESH, read
from app.accounts.door_models import OutgoingMail
from app.accounts.models import AuditEvent, User, UserSession
from app.accounts.refreshing import GRACE, Grant
from app.accounts.signing_in import IDLE
from app.accounts.token_models import RefreshToken
from app.kit import clock
from app.kit.db import Database
from app.kit.keys import Ring

SECRET = "a secret that is long enough to be taken"


def ring(secret: str = SECRET) -> Ring:
    return Ring(Path("nowhere"), SecretStr(secret))


@pytest.fixture
async def alice(database: Database) -> User:
    user = User(name="Alice", email="alice@example.org", password_hash="x")
    async with database.session() as session:
        session.add(user)
    return user


@pytest.fixture
async def first(database: Database, alice: User) -> Grant:
    async with database.session() as session:
        return await refreshing.start(session, await session.get_one(User, alice.id), by="password")


async def refresh(database: Database, token: str, secret: str = SECRET) -> Grant | None:
    async with database.session() as session:
        return await refreshing.refresh(session, ring(secret), token)


async def next_of(database: Database, grant: Grant) -> Grant:
    grant_ = await refresh(database, grant.token)
    assert grant_ is not None
    return grant_


async def count(database: Database, table: type = RefreshToken) -> int:
    async with database.session() as session:
        return await session.scalar(select(func.count()).select_from(table)) or 0


async def spent(database: Database, ago: timedelta) -> None:
    """All that are spent were, so long ago."""
    async with database.session() as session:
        long_ago = update(RefreshToken).where(RefreshToken.spent_at.is_not(None)).values(spent_at=clock.now() - ago)
        await session.execute(long_ago)


async def test_each_gives_the_next_of_the_same_session(database: Database, alice: User, first: Grant) -> None:
    second = await next_of(database, first)
    third = await next_of(database, second)
    assert len({first.token, second.token, third.token}) == 3
    assert (third.user.id, third.session_id) == (alice.id, first.session_id)
    assert await count(database) == 3
    assert await count(database, UserSession) == 1


async def test_twenty_at_once_get_the_same_successor(database: Database, first: Grant) -> None:
    grants = await asyncio.gather(*(refresh(database, first.token) for _ in range(20)))
    assert len({grant.token for grant in grants if grant}) == 1
    assert None not in grants
    assert await count(database) == 2
    assert await refresh(database, grants[0].token if grants[0] else "")


async def test_within_the_grace_the_successor_stays_the_same(database: Database, first: Grant) -> None:
    second = await next_of(database, first)
    await next_of(database, second)
    await spent(database, GRACE - timedelta(seconds=3))
    assert (await next_of(database, first)).token == second.token
    assert await count(database) == 3


async def test_a_rotated_secret_changes_no_successor_that_was_given(database: Database, first: Grant) -> None:
    second = await next_of(database, first)
    again = await refresh(database, first.token, f"another secret that is just as long as that,{SECRET}")
    assert again is not None
    assert again.token == second.token
    assert await refresh(database, first.token, "another secret that is just as long as that") is None
    assert await count(database, UserSession) == 1


async def test_a_copy_that_is_used_later_ends_the_family_and_its_owner_is_told(
    database: Database, alice: User, first: Grant
) -> None:
    second = await next_of(database, first)
    third = await next_of(database, second)
    await spent(database, GRACE + timedelta(seconds=1))
    assert await refresh(database, first.token) is None
    for dead in (first, second, third):
        assert await refresh(database, dead.token) is None
    assert (await count(database), await count(database, UserSession)) == (0, 0)
    async with database.session() as session:
        told = select(AuditEvent.user_id, AuditEvent.refused, AuditEvent.details)
        told = told.where(AuditEvent.action == "refresh_token.reused")
        assert [tuple(row) for row in await session.execute(told)] == [
            (alice.id, True, {"family": first.session_id.hex})
        ]
        (letter,) = (await session.scalars(select(OutgoingMail))).all()
    assert (letter.address, letter.details["subject"]) == ("alice@example.org", "A program was logged out")


async def test_of_twenty_copies_at_once_one_ends_the_family(database: Database, first: Grant) -> None:
    second = await next_of(database, first)
    await spent(database, GRACE + timedelta(seconds=1))
    both = [first.token, second.token] * 10
    grants = await asyncio.gather(*(refresh(database, token) for token in both))
    assert len({grant.token for grant in grants if grant}) <= 1  # who had the right one was first, or too late
    assert await count(database, UserSession) == 0
    async with database.session() as session:
        told = select(func.count()).select_from(AuditEvent).where(AuditEvent.action == "refresh_token.reused")
        assert await session.scalar(told) == 1


async def test_another_program_of_hers_goes_on(database: Database, alice: User, first: Grant) -> None:
    async with database.session() as session:
        other = await refreshing.start(session, await session.get_one(User, alice.id), by="password")
    await next_of(database, first)
    await spent(database, timedelta(minutes=1))
    assert await refresh(database, first.token) is None
    assert await refresh(database, other.token) is not None


@pytest.mark.parametrize(
    "ended",
    [
        "UPDATE sessions SET expires_at = now()",
        "UPDATE sessions SET seen_at = now() - interval '15 days'",
        "UPDATE users SET disabled_at = now()",
        "UPDATE users SET closes_at = now() + interval '1 day'",
        "DELETE FROM sessions",
        "DELETE FROM users",
    ],
)
async def test_it_ends_with_its_session(database: Database, first: Grant, ended: str) -> None:
    async with database.session() as session:
        await session.execute(text(ended))
    assert await refresh(database, first.token) is None


async def test_refreshing_keeps_a_session_from_idling_but_not_beyond_its_end(database: Database, first: Grant) -> None:
    assert first.seconds == IDLE.total_seconds()
    async with database.session() as session:
        await session.execute(text("UPDATE sessions SET seen_at = now() - interval '13 days'"))
        await session.execute(text("UPDATE sessions SET expires_at = now() + interval '1 hour'"))
    second = await next_of(database, first)
    assert 3590 <= second.seconds <= 3600
    async with database.session() as session:
        assert await session.scalar(text("SELECT now() - seen_at < interval '1 minute' FROM sessions"))


async def test_what_is_no_refresh_token_gives_nothing_and_ends_nothing(database: Database, first: Grant) -> None:
    id_, secret = read(REFRESH, first.token) or (None, "")
    assert id_
    for wrong in (
        "",
        "tbr_",
        first.token[:-1],
        first.token.upper(),
        first.token + "0",
        first.token.replace("tbr", "tb"),
    ):
        assert await refresh(database, wrong) is None
    assert await refresh(database, first.token.replace(secret, secret[::-1])) is None
    assert await refresh(database, first.token) is not None


async def test_no_secret_is_in_the_table(database: Database, first: Grant) -> None:
    second = await next_of(database, first)
    async with database.session() as session:
        rows = (await session.execute(text("SELECT t::text FROM refresh_tokens t"))).scalars().all()
    for grant in (first, second):
        _, secret = read(REFRESH, grant.token) or (None, "")
        assert not [row for row in rows if secret in row]


async def test_the_fifty_first_program_ends_the_oldest_with_its_tokens(database: Database, alice: User) -> None:
    async with database.session() as session:
        user = await session.get_one(User, alice.id)
        for _ in range(signing_in.SESSIONS_MAX + 1):
            await refreshing.start(session, user, by="password")
    assert await count(database) == signing_in.SESSIONS_MAX
