"""The outbox: an event is there if and only if what it tells of is, and each is claimed by one consumer."""

from contextlib import suppress
from datetime import timedelta

from sqlalchemy import select, update

from app.kit import clock, events
from app.kit.db import Database
from app.kit.events import PAUSES, Event, Lag
from app.kit.ids import UUID, new_id


async def record(database: Database, *subjects: UUID, topic: str = "item") -> None:
    async with database.session() as session:
        for subject in subjects:
            await events.record(session, topic, "stored", subject)


async def lag(database: Database, topic: str = "item") -> Lag:
    async with database.session() as session:
        return await events.lag(session, topic)


async def fail(database: Database, subject: UUID, times: int = 1) -> None:
    async with database.session() as session:
        for n in range(times):
            await events.failed(session, "item", subject, f"reason {n}")


async def claimed(database: Database) -> list[UUID]:
    async with database.session() as session:
        return list(await events.claim(session, "item"))


async def test_events_are_claimed_in_the_order_they_were_recorded(database: Database) -> None:
    subjects = [new_id() for _ in range(5)]
    await record(database, *subjects)
    async with database.session() as session:
        assert list(await events.claim(session, "item", 3)) == subjects[:3]
    assert (await lag(database)).waiting == 5


async def test_what_is_rolled_back_was_never_told(database: Database) -> None:
    with suppress(KeyError):
        async with database.session() as session:
            await events.record(session, "item", "stored", new_id())
            raise KeyError
    assert await lag(database) == Lag(0, 0, 0)


async def test_two_consumers_never_hold_the_same_subject(database: Database) -> None:
    subjects = [new_id() for _ in range(5)]
    await record(database, *subjects, subjects[0], subjects[4])
    async with database.session() as one, database.session() as two:
        first, second = await events.claim(one, "item", 3), await events.claim(two, "item", 3)
        assert (list(first), list(second)) == (subjects[:3], subjects[3:])
        await events.done(one, [event for ids in first.values() for event in ids])
    assert (await lag(database)).waiting == 3


async def test_a_subject_comes_with_all_its_events(database: Database) -> None:
    subject = new_id()
    await record(database, subject, new_id(), subject)
    async with database.session() as session:
        of_subject = (await events.claim(session, "item"))[subject]
        assert len(of_subject) == 2
        await record(database, subject)  # meanwhile
        await events.done(session, of_subject)
    assert (await lag(database)).waiting == 2


async def test_what_a_consumer_could_not_deal_with_is_there_for_the_next(database: Database) -> None:
    await record(database, new_id())
    with suppress(KeyError):
        async with database.session() as session:
            for ids in (await events.claim(session, "item")).values():
                await events.done(session, ids)
            raise KeyError
    assert len(await claimed(database)) == 1


async def test_done_takes_the_batch_and_nothing_else(database: Database) -> None:
    await record(database, new_id())
    await record(database, new_id(), topic="menu")
    async with database.session() as session:
        await events.done(session, [event for ids in (await events.claim(session, "item")).values() for event in ids])
        await events.done(session, [])
    async with database.session() as session:
        assert (await session.scalars(select(Event.topic))).all() == ["menu"]


async def test_a_failed_event_waits_and_its_later_ones_with_it(database: Database) -> None:
    bad, good = new_id(), new_id()
    await record(database, bad, good, bad)
    await fail(database, bad)
    assert await claimed(database) == [good]
    async with database.session() as session:
        await session.execute(update(Event).values(due_at=clock.now()).where(Event.due_at.is_not(None)))
    assert await claimed(database) == [bad, good]


async def test_pauses_grow_until_an_event_is_parked_with_its_last_reason(database: Database) -> None:
    bad = new_id()
    await record(database, bad)
    pauses = []
    for n in range(len(PAUSES)):
        before = clock.now()
        async with database.session() as session:
            await events.failed(session, "item", bad, f"reason {n}")
            pauses.append(((await session.scalars(select(Event.due_at))).one() or before) - before)
    assert [round(pause.total_seconds()) for pause in pauses] == list(PAUSES)
    assert (await lag(database)).parked == 0
    await fail(database, bad)
    async with database.session() as session:
        assert (await session.scalars(select(Event.parked_because))).all() == ["reason 0"]
    assert await lag(database) == Lag(0, 0, 1)
    assert await claimed(database) == []


async def test_a_parked_event_does_not_hold_back_what_happens_later(database: Database) -> None:
    bad = new_id()
    await record(database, bad)
    await fail(database, bad, len(PAUSES) + 1)
    await record(database, bad)
    async with database.session() as session:
        (ids,) = (await events.claim(session, "item")).values()
        assert len(ids) == 2  # what is true now makes the parked one moot
        await events.done(session, ids)
    assert await lag(database) == Lag(0, 0, 0)


async def test_parked_events_can_be_forgotten(database: Database) -> None:
    bad = new_id()
    await record(database, bad)
    await fail(database, bad, len(PAUSES) + 1)
    await record(database, new_id())
    async with database.session() as session:
        await events.forget_parked(session, "item")
    assert (await lag(database)).waiting == 1


async def test_the_lag_is_the_age_of_the_oldest_that_waits(database: Database) -> None:
    await record(database, new_id(), new_id())
    await record(database, new_id(), topic="menu")
    async with database.session() as session:
        an_hour_ago = clock.now() - timedelta(hours=1)
        await session.execute(update(Event).values(recorded_at=an_hour_ago).where(Event.topic == "item"))
    now = await lag(database)
    assert (round(now.seconds / 60), now.waiting, now.parked) == (60, 2, 0)
