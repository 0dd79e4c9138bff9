"""Thirty questions a minute to the outside, for each person."""

import asyncio
import re

from sqlalchemy import text

from app.kit.db import Database
from app.kit.ids import UUID
from app.search.quota import QUESTIONS, WINDOW, Quota, take
from tests.rows import a_user

EARLIER = text("UPDATE rate_limits SET paid_until = paid_until - make_interval(secs => :seconds)")


async def takes(database: Database, user: UUID) -> Quota:
    async with database.direct.one() as connection:
        return await take(connection, user)


async def test_thirty_are_taken_at_once_and_the_next_is_told_when(database: Database) -> None:
    alice, bob = await a_user(database, "Alice"), await a_user(database, "Bob")
    quotas = await asyncio.gather(*(takes(database, alice) for _ in range(QUESTIONS + 5)))
    assert sorted(quota.wait == 0 for quota in quotas) == [False] * 5 + [True] * QUESTIONS
    refused = await takes(database, alice)
    assert 1 <= refused.wait <= 2
    assert refused.sentence == f"You have asked a lot; outside sources again in {refused.wait} s."
    assert (await takes(database, bob)).left == QUESTIONS - 1


async def test_waiting_as_told_helps(database: Database) -> None:
    alice = await a_user(database, "Alice")
    for _ in range(QUESTIONS):
        await takes(database, alice)
    refused = await takes(database, alice)
    async with database.session() as session:
        await session.execute(EARLIER, {"seconds": refused.wait})
    assert (await takes(database, alice)).wait == 0


async def test_the_headers_say_what_is_left(database: Database) -> None:
    alice = await a_user(database, "Alice")
    headers = (await takes(database, alice)).headers
    assert headers["RateLimit-Policy"] == f'"outside";q={QUESTIONS};w={WINDOW}'
    assert re.fullmatch(rf'"outside";r={QUESTIONS - 1};t=[12]', headers["RateLimit"])
