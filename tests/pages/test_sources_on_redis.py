"""What the operator sees and steers is the same where Redis keeps it."""

import re
from collections.abc import AsyncIterator

import pytest
from litestar.types import ASGIApp

from app.kit.db import Database
from app.kit.redis import for_state
from app.kit.settings import Settings
from app.main import create_app
from app.search.postgres import PostgresSearch
from app.sources.asking import ask
from app.sources.budgets import Budget
from app.sources.errors import SourceDown
from app.sources.redis_budgets import RedisBudgets
from app.sources.redis_circuits import RedisCircuits
from app.worker import queue_on
from tests.cast import MakeApp, Person
from tests.pages.works import HYPERION, Shelf

PAGE = "/ops/sources"
SWITCH = "/ops/sources/books/circuit"


@pytest.fixture
async def shelf(redis_url: str, database: Database) -> AsyncIterator[Shelf]:
    shelf = Shelf("books", HYPERION)
    shelf.budget = Budget(per_second=1, burst=10, at_once=2, per_day=100)
    async with for_state(redis_url) as redis:
        shelf.budgets, shelf.circuits = RedisBudgets(redis), RedisCircuits(redis, database)
        yield shelf


@pytest.fixture
def app(make_app: MakeApp, shelf: Shelf) -> ASGIApp:
    return make_app({"books": shelf})


async def said(person: Person) -> str:
    return (await person.see(PAGE)).at("source-books").text


async def test_what_was_taken_is_no_longer_left(odile: Person, shelf: Shelf) -> None:
    await shelf.take_turn(6)
    assert "4 of 10 requests left" in await said(odile)
    assert "6 of 100 requests made" in await said(odile)


async def test_trouble_is_told_and_ended(odile: Person, shelf: Shelf) -> None:
    shelf.failure = SourceDown("books", "down")
    for number in range(5):
        await ask(shelf, f"dune {number}")
    assert "books is having trouble; asking again in" in await said(odile)
    await odile.delete(SWITCH)
    assert "books was not asked in the last hour." in await said(odile)
    shelf.failure = None
    assert (await ask(shelf, "dune")).state == "answered"


async def test_a_pause_is_told_and_ended(odile: Person, shelf: Shelf) -> None:
    await shelf.circuits.pause("books", "rate_limited", 300)
    assert "books asked us to wait until" in await said(odile)
    await odile.delete(SWITCH)
    assert (await ask(shelf, "dune")).state == "answered"


async def test_switched_off_it_is_not_asked_until_it_is_switched_on(odile: Person, shelf: Shelf) -> None:
    assert (await ask(shelf, "dune")).state == "answered"
    await odile.post(SWITCH)
    assert "switched it off" in await said(odile)
    assert (await ask(shelf, "dune")).state == "resting"
    await odile.delete(SWITCH)
    assert (await ask(shelf, "dune")).state == "answered"


async def test_while_redis_is_away_the_page_still_tells_what_is_known(
    odile: Person, shelf: Shelf, database: Database
) -> None:
    redis = for_state("redis://127.0.0.1:9")
    shelf.budgets, shelf.circuits = RedisBudgets(redis), RedisCircuits(redis, database)
    assert "books was not asked in the last hour." in await said(odile)
    await odile.post(SWITCH)
    assert "switched it off" in await said(odile)


async def jobs(operator: Person) -> dict[str, float]:
    told = (await operator.get("/metrics")).text
    return {status: float(n) for status, n in re.findall(r'tastebuds_jobs{queue="default",status="(\w+)"} (\S+)', told)}


@pytest.mark.parametrize("where", ["postgres", "redis"])
async def test_jobs_are_counted_wherever_the_queue_is(
    odile: Person,
    settings: Settings,
    database: Database,
    engine: PostgresSearch,
    request: pytest.FixtureRequest,
    where: str,
) -> None:
    queue = queue_on(database.url if where == "postgres" else request.getfixturevalue("redis_url"))
    app = create_app(settings, database, engine=engine, queue=queue)
    operator = Person(app, odile.user, odile.cookie or "")
    await queue.connect()
    before = await jobs(operator)  # the queue's own table outlives a test
    await queue.enqueue("sweep", key="now")
    await queue.enqueue("sweep", key="later", scheduled=4_000_000_000)
    after = await jobs(operator)
    assert {status: after[status] - before[status] for status in after} == {
        "queued": 1,
        "active": 0,
        "scheduled": 1,
        "failed": 0,
        "overdue": 0,
    }
    for key in ("now", "later"):
        job = await queue.job(key)
        assert job is not None
        await job.abort("tried")
    await queue.disconnect()


async def test_a_queue_that_is_away_costs_only_its_numbers(
    odile: Person, settings: Settings, database: Database
) -> None:
    app = create_app(settings, database, queue=queue_on("redis://127.0.0.1:9"))
    told = (await Person(app, odile.user, odile.cookie or "").get("/metrics")).text
    assert "tastebuds_events_waiting" in told
    assert 'status="queued"' not in told
