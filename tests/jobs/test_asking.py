"""Asking in the queue: one request for all who want to know, and one source that hangs holds up nobody."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest

from app.jobs.asking import Queued
from app.kit.db import Database
from app.kit.ids import UUID
from app.search.contract import Question
from app.search.fan_out import AskedHere, FanOut
from app.search.postgres import PostgresSearch
from app.search.quota import QUESTIONS
from app.sources.answers import Query
from app.sources.errors import SourceDown
from app.sources.source import Source
from app.worker import queue_on, seats, working
from tests.fair_loop import lived
from tests.pages.works import DUNE, HYPERION, Shelf
from tests.redis_server import redis_server
from tests.rows import a_user

At = Callable[..., Awaitable[FanOut]]


@asynccontextmanager
async def asking(database: Database, engine: PostgresSearch, queue_url: str, *shelves: Shelf) -> AsyncIterator[FanOut]:
    sources: dict[str, Source] = {shelf.name: shelf for shelf in shelves}
    queue = queue_on(queue_url)
    async with working(database, engine, sources, queue):
        yield FanOut(database, sources, Queued(queue, AskedHere(database, sources)))


@pytest.fixture
async def alice(database: Database) -> UUID:
    return await a_user(database, "Alice")


async def test_a_hundred_equal_searches_by_a_hundred_people_are_one_request_per_source(
    database: Database, engine: PostgresSearch, queue_url: str
) -> None:
    shelves = [Shelf(name, HYPERION, delay=0.2) for name in ("books", "films", "games")]
    people = [await a_user(database, f"Person {number}") for number in range(100)]
    async with asking(database, engine, queue_url, *shelves) as fan_out:
        questions = [Question(text=("Hyperion", " hyperion ", "HYPERION")[number % 3]) for number in range(100)]
        seen = await asyncio.gather(
            *(fan_out.within(question, who, 10) for question, who in zip(questions, people, strict=True))
        )
    assert [len(shelf.asked) for shelf in shelves] == [1, 1, 1]
    assert {(report.source, report.hits) for outside in seen for report in outside.reports} == {
        ("books", 1),
        ("films", 1),
        ("games", 1),
    }


async def test_only_who_has_something_asked_pays_for_it(
    database: Database, engine: PostgresSearch, queue_url: str
) -> None:
    people = [await a_user(database, f"Person {number}") for number in range(10)]
    async with asking(database, engine, queue_url, Shelf("books", HYPERION, delay=0.2)) as fan_out:
        question = Question(text="hyperion")
        seen = await asyncio.gather(*(fan_out.within(question, who, 10) for who in people))
        assert sum(outside.quota is not None and outside.quota.left < QUESTIONS for outside in seen) == 1
        again = await fan_out.within(question, people[0], 10)
    assert again.quota is None
    assert again.reports[0].state in ("asked", "cached")


async def test_the_first_to_answer_is_there_while_another_hangs(
    database: Database, engine: PostgresSearch, queue_url: str, alice: UUID
) -> None:
    async with asking(database, engine, queue_url, Shelf("slow", delay=60), Shelf("books", HYPERION)) as fan_out:
        started = lived()
        arrivals = [
            (lived() - started, [report.state for report in outside.reports])
            async for outside in fan_out.arriving(Question(text="hyperion"), alice)
        ]
    assert [states for _, states in arrivals] == [
        ["asking", "asking"],
        ["asking", "asked"],
        ["failed", "asked"],
    ]
    assert arrivals[1][0] < 1.5
    assert 2.9 < arrivals[2][0] < 4.5


async def test_however_often_one_that_hangs_is_asked_the_others_answer_at_once(
    database: Database, engine: PostgresSearch, queue_url: str, alice: UUID
) -> None:
    slow, books = Shelf("slow", delay=60), Shelf("books", HYPERION)
    async with asking(database, engine, queue_url, slow, books) as fan_out:
        many = [asyncio.create_task(fan_out.within(Question(text=f"x{n}"), alice, 60)) for n in range(25)]
        await asyncio.sleep(0.5)
        async for outside in fan_out.arriving(Question(text="hyperion"), alice):
            if outside.told:
                break
        assert {report.source: report.state for report in outside.reports}["slow"] != "asked"
        assert 0 < len(slow.asked) <= slow.budget.at_once
        fan_out.stop()
        await asyncio.gather(*many)


async def test_a_failure_is_an_answer_for_all_who_ask_at_that_time(
    database: Database, engine: PostgresSearch, queue_url: str, alice: UUID
) -> None:
    broken = Shelf("books", failure=SourceDown("books", "down", label="Books"))
    async with asking(database, engine, queue_url, broken) as fan_out:
        for _ in range(3):
            (report,) = (await fan_out.within(Question(text="hyperion"), alice, 5)).reports
            assert (report.state, report.why, report.sentence) == (
                "failed",
                "down",
                "Books is not working at the moment.",
            )
    assert len(broken.asked) == 1


async def test_the_same_can_be_asked_again_at_once_when_the_answer_is_gone(
    database: Database, engine: PostgresSearch, queue_url: str, alice: UUID
) -> None:
    """SAQ takes no job of a key it had within the same second, unless that one is gone."""
    books = Shelf("books", DUNE)
    async with asking(database, engine, queue_url, books) as fan_out:
        for number in (1, 2, 3):
            async with database.direct.one() as connection:
                await connection.execute("DELETE FROM source_answers")
            outside = await fan_out.within(Question(text="dune"), alice, 5)
            assert [each.title for each in outside.told] == ["Dune"]
            assert len(books.asked) == number


async def test_what_nobody_waits_for_any_more_is_not_asked(
    database: Database, engine: PostgresSearch, queue_url: str
) -> None:
    books = Shelf("books", DUNE)
    queue = queue_on(queue_url)
    asker = Queued(queue, AskedHere(database, {"books": books}))
    await asker.ask(Query("long ago"), ["books"])
    job = await queue.job(f"books:{Query('long ago').key}")
    assert job is not None
    await job.update(queued=job.queued - 9_000)
    await asker.ask(Query("just now"), ["books"])
    async with working(database, engine, {"books": books}, queue):
        asking = FanOut(database, {"books": books}, asker)
        await asking.within(Question(text="just now"), await a_user(database, "Alice"), 5)
    assert books.asked == ["just now"]


def test_there_is_a_place_for_every_seat_of_every_source() -> None:
    assert seats({"a": Shelf("a"), "b": Shelf("b")}) > 2 * Shelf("a").budget.at_once


async def test_while_the_queue_is_away_sources_are_asked_without_it(
    database: Database, alice: UUID, caplog: pytest.LogCaptureFixture
) -> None:
    books = Shelf("books", DUNE)
    sources: dict[str, Source] = {"books": books}
    fan_out = FanOut(database, sources, Queued(queue_on("redis://127.0.0.1:9"), AskedHere(database, sources)))
    outside = await fan_out.within(Question(text="dune"), alice, 2)
    assert [each.title for each in outside.told] == ["Dune"]
    assert "the queue does not answer; asking without it" in caplog.text


async def test_what_waits_in_the_queue_is_plain_and_names_nobody(queue_url: str, database: Database) -> None:
    queue = queue_on(queue_url)
    sources: dict[str, Source] = {"books": Shelf("books")}
    await Queued(queue, AskedHere(database, sources)).ask(Query("Dune", "book"), ["books"])
    job = await queue.job(f"books:{Query('Dune', 'book').key}")
    assert job is not None
    assert json.loads(queue.serialize(job))["kwargs"] == {
        "source": "books",
        "text": "Dune",
        "item_type": "book",
        "page": 1,
    }
    await job.abort("tried")
    await queue.disconnect()


async def test_a_redis_that_hangs_holds_up_only_what_is_outside_and_not_for_long(
    database: Database, engine: PostgresSearch, alice: UUID
) -> None:
    with redis_server() as server:
        async with asking(database, engine, server.url, Shelf("books", DUNE)) as fan_out:
            server.hang()
            outside = await fan_out.within(Question(text="dune"), alice, 6)
            server.go_on()
            assert [each.title for each in outside.told] == ["Dune"]


async def test_a_redis_that_comes_back_with_nothing_left_is_worked_with_as_before(
    database: Database, engine: PostgresSearch, alice: UUID
) -> None:
    """Nobody waits for a job itself: answers are stored, and Postgres tells of them."""
    books = Shelf("books", DUNE)
    with redis_server() as server:
        async with asking(database, engine, server.url, books) as fan_out:
            await fan_out.within(Question(text="dune"), alice, 5)
            server.stop()
            await asyncio.sleep(0.5)
            server.start()
            for title in ("arrival", "hyperion", "solaris"):
                started = lived()
                outside = await fan_out.within(Question(text=title), alice, 8)
                assert [report.state for report in outside.reports] == ["asked"]
                assert lived() - started < 6
    assert books.asked == ["dune", "arrival", "hyperion", "solaris"]
