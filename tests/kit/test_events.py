"""The outbox: an event is there if and only if what it tells of is, and each is claimed by one consumer."""

from contextlib import suppress

from sqlalchemy import select

from app.kit import events
from app.kit.db import Database
from app.kit.events import Event
from app.kit.ids import UUID, new_id


async def record(database: Database, *subjects: UUID, topic: str = "item") -> None:
    async with database.session() as session:
        for subject in subjects:
            await events.record(session, topic, "stored", subject)


async def test_events_are_claimed_in_the_order_they_were_recorded(database: Database) -> None:
    subjects = [new_id() for _ in range(5)]
    await record(database, *subjects)
    async with database.session() as session:
        assert [event.subject_id for event in await events.claim(session, "item", 3)] == subjects[:3]
        assert await events.waiting(session, "item") == 5


async def test_what_is_rolled_back_was_never_told(database: Database) -> None:
    with suppress(KeyError):
        async with database.session() as session:
            await events.record(session, "item", "stored", new_id())
            raise KeyError
    async with database.session() as session:
        assert await events.waiting(session, "item") == 0


async def test_two_consumers_never_hold_the_same_event(database: Database) -> None:
    await record(database, *(new_id() for _ in range(5)))
    async with database.session() as one, database.session() as two:
        first, second = await events.claim(one, "item", 3), await events.claim(two, "item", 3)
        assert (len(first), len(second)) == (3, 2)
        assert {event.id for event in first}.isdisjoint(event.id for event in second)
        await events.done(one, first)
    async with database.session() as session:
        assert await events.waiting(session, "item") == 2


async def test_what_a_consumer_could_not_deal_with_is_there_for_the_next(database: Database) -> None:
    await record(database, new_id())
    with suppress(KeyError):
        async with database.session() as session:
            await events.done(session, await events.claim(session, "item"))
            raise KeyError
    async with database.session() as session:
        assert len(await events.claim(session, "item")) == 1


async def test_done_takes_the_batch_and_nothing_else(database: Database) -> None:
    await record(database, new_id())
    await record(database, new_id(), topic="menu")
    async with database.session() as session:
        await events.done(session, await events.claim(session, "item"))
        await events.done(session, [])
    async with database.session() as session:
        assert (await session.scalars(select(Event.topic))).all() == ["menu"]
