"""One connection for all who wait: awake within a moment, each only for what it waits for."""

import asyncio

from sqlalchemy import text

from app.kit.db import Database
from tests.fair_loop import lived

TELL = text("SELECT pg_notify(:channel, :payload)")
LISTENERS = text("SELECT pid FROM pg_stat_activity WHERE query LIKE 'LISTEN%'")
CUT = text("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE 'LISTEN%'")
LONG = 10.0


async def tell(database: Database, channel: str, payload: str = "") -> None:
    async with database.session() as session:
        await session.execute(TELL, {"channel": channel, "payload": payload})


async def there_are(database: Database, connections: int) -> None:
    for _ in range(200):
        async with database.session() as session:
            if len((await session.scalars(LISTENERS)).all()) == connections:
                return
        await asyncio.sleep(0.02)
    raise AssertionError("a connection too many or too few listens")


async def test_who_waits_is_woken_at_once(database: Database) -> None:
    async with database.listening.to("news") as waiter:
        await tell(database, "news")
        before = lived()
        await waiter.wait(LONG)
        assert lived() - before < 1


async def test_what_others_wait_for_wakes_nobody_else(database: Database) -> None:
    async with database.listening.to("news", "dune") as dune, database.listening.to("news") as every:
        await tell(database, "news", "emma")
        await tell(database, "weather", "dune")
        await every.wait(LONG)
        before = lived()
        await dune.wait(0.2)
        assert lived() - before >= 0.2
        await tell(database, "news", "dune")
        await asyncio.wait_for(dune.wait(LONG), 1)


async def test_a_hundred_wait_on_one_connection_and_it_goes_with_the_last(database: Database) -> None:
    async def waits(number: int) -> None:
        async with database.listening.to("news", str(number % 3)) as waiter:
            await waiter.wait(LONG)

    tasks = [asyncio.create_task(waits(number)) for number in range(100)]
    await there_are(database, 1)
    await asyncio.sleep(0.05)
    for payload in ("0", "1", "2"):
        await tell(database, "news", payload)
    async with asyncio.timeout(LONG):
        await asyncio.gather(*tasks)
    await there_are(database, 0)


async def test_what_was_told_while_the_line_was_cut_costs_one_look(database: Database) -> None:
    async with database.listening.to("news") as waiter:
        async with database.session() as session:
            await session.execute(CUT)
        await asyncio.wait_for(waiter.wait(LONG), 5)  # it is gone, or there again: look for yourself
        await waiter.wait(0.5)
        await tell(database, "news")
        await asyncio.wait_for(waiter.wait(LONG), 5)


async def test_who_is_woken_and_cancelled_at_once_ends(database: Database) -> None:
    async def waits() -> None:
        async with database.listening.to("news") as waiter:
            while True:
                await waiter.wait(LONG)

    task = asyncio.create_task(waits())
    await there_are(database, 1)
    await asyncio.sleep(0.05)
    database.listening.wake()
    await asyncio.sleep(0)  # what it waits for is done, and it has not been told yet
    task.cancel()
    await asyncio.wait({task}, timeout=1)
    assert task.cancelled()
