"""How often something may be done, whoever counts and however many ask at once."""

import asyncio
import re

import pytest
from sqlalchemy import text

from app.kit import gcra
from app.kit.db import Database, driver_of
from app.kit.gcra import Limit, Taken
from app.kit.ids import new_id

LIMIT = Limit(quota=20, window=60)
EARLIER = text("UPDATE rate_limits SET paid_until = paid_until - make_interval(secs => :seconds)")


async def take(database: Database, key: str = "alice", family: str = "letters", count: int = 1) -> Taken:
    async with database.direct.one() as connection:
        return await gcra.take(connection, family, key, LIMIT, count)


async def wait(database: Database, seconds: float) -> None:
    """As if so much time had gone by."""
    async with database.session() as session:
        await session.execute(EARLIER, {"seconds": seconds})


async def test_twenty_five_at_once_take_twenty(database: Database) -> None:
    taken = await asyncio.gather(*(take(database) for _ in range(25)))
    assert sorted(each.wait == 0 for each in taken) == [False] * 5 + [True] * 20
    assert sorted(each.left for each in taken if not each.wait) == list(range(20))


async def test_waiting_as_told_helps_and_no_sooner(database: Database) -> None:
    await take(database, count=20)
    refused = await take(database)
    assert (refused.wait, refused.left) == (3, 0)
    await wait(database, 2)
    assert (await take(database)).wait
    await wait(database, 1)
    assert not (await take(database)).wait


async def test_each_has_their_own_in_each_family(database: Database) -> None:
    await take(database, count=20)
    assert (await take(database, "bob")).left == 19
    assert (await take(database, family="parcels")).left == 19


async def test_what_does_not_fit_takes_nothing(database: Database) -> None:
    await take(database, count=15)
    assert (await take(database, count=6)).wait == 3
    assert (await take(database, count=5)).left == 0


async def test_looking_takes_nothing_and_what_is_given_back_is_there(database: Database) -> None:
    async with database.direct.one() as connection:
        assert await gcra.look(connection, "letters", "alice", LIMIT) == Taken("letters", LIMIT, 20)
        await gcra.take(connection, "letters", "alice", LIMIT, 20)
        looked = await gcra.look(connection, "letters", "alice", LIMIT)
        assert (looked.left, looked.full_in, looked.wait) == (0, 60, 3)
        assert (await gcra.give_back(connection, "letters", "alice", LIMIT, 5)).left == 5


async def test_of_an_account_that_is_gone_no_bucket_is_left(database: Database) -> None:
    hers, other = new_id(), new_id()
    for key in (str(hers), f"{hers.hex} letters", f"access.refused {hers}", str(other)):
        await take(database, key, count=5)
    async with database.session() as session:
        await gcra.forget(session, hers)
        assert list(await session.scalars(text("SELECT key FROM rate_limits"))) == [str(other)]


async def test_full_buckets_are_swept_and_no_other(database: Database) -> None:
    await take(database, "rested")
    await wait(database, 10)
    await take(database, "busy", count=10)
    async with database.session() as session:
        assert await gcra.sweep(session) == 1
    assert (await take(database, "busy")).left == 9


async def test_nobody_s_transaction_gets_careless_of_the_disk(database: Database) -> None:
    async with database.session() as session:
        await session.execute(text("SELECT 1"))  # the first statement begins it
        with pytest.raises(RuntimeError):
            await gcra.take(await driver_of(session), "letters", "alice", LIMIT)


async def test_the_headers_name_the_family_and_nobody(database: Database) -> None:
    headers = (await take(database, "192.0.2.7")).headers
    assert headers["RateLimit-Policy"] == '"letters";q=20;w=60'
    assert re.fullmatch('"letters";r=19;t=3', headers["RateLimit"])
