"""A database that stalls, goes or is full (D1, D3-D5; F10, F11): said within seconds, and well again by itself."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack

import httpx
import pytest
from litestar.types import ASGIApp
from sqlalchemy import make_url, text

from app.kit.db import Database, Waits
from app.main import create_app
from tests.cast import SETTINGS, Browser, Person, sign_up
from tests.fair_loop import lived
from tests.fault_proxy import FaultProxy, fault_proxy
from tests.markup import read

PAGES = ("/", "/library", "/menus", "/search?q=dune", "/readyz")
WITHOUT = ("/login", "/about", "/livez", "/assets/fonts/eb-garamond-roman.800b0683.woff2")
FULL = (
    """
    CREATE FUNCTION refuse_for_room() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RAISE disk_full USING MESSAGE = 'could not extend file "base/5/16384": No space left on device'; END $$
    """,
    "CREATE TRIGGER no_room BEFORE INSERT ON menus FOR EACH ROW EXECUTE FUNCTION refuse_for_room()",
)
LONGEST = 8.0  # seconds anybody waits for an answer
WELL_AGAIN = 10.0  # seconds until it is, once Postgres answers, on a machine that has others to serve
PATIENT = 20.0  # seconds, on a machine that stalls


@pytest.fixture
async def wire(cluster_url: str, database: Database) -> AsyncIterator[FaultProxy]:
    assert database  # emptied after the test
    folder = make_url(cluster_url).query["host"]
    async with fault_proxy(f"{folder}/.s.PGSQL.5432") as proxy:
        yield proxy


@pytest.fixture
async def over(wire: FaultProxy) -> AsyncIterator[Database]:
    database = Database(f"postgresql+asyncpg://postgres@127.0.0.1:{wire.port}/postgres")
    yield database
    await wire.set("ok")
    await database.close()


@pytest.fixture
async def app(over: Database) -> ASGIApp:
    return create_app(SETTINGS, over, sources={})


@pytest.fixture
async def alice(app: ASGIApp, database: Database) -> Person:
    return await sign_up(app, database, "Alice")


async def ask(browser: Browser, times: int = 8) -> list[httpx.Response]:
    return await asyncio.gather(*(browser.get(path) for path in PAGES * times))


async def is_well(browser: Browser, within: float = PATIENT) -> None:
    async with asyncio.timeout(within):
        while {answer.status_code for answer in await ask(browser, 1)} != {200}:  # noqa: ASYNC110 - another process
            await asyncio.sleep(0.05)


@pytest.mark.parametrize("mode", ["hang", "refuse", "reset"])
async def test_forty_are_told_within_seconds_and_it_is_well_again_by_itself(
    alice: Person, wire: FaultProxy, mode: str
) -> None:
    await is_well(alice)
    await wire.set(mode)  # type: ignore[arg-type]
    began = lived()
    answers = await ask(alice)
    assert lived() - began < LONGEST
    assert {answer.status_code for answer in answers} == {503}
    for answer in answers:
        if answer.headers["content-type"].startswith("text/html"):
            assert "The database does not answer. What was saved is safe" in answer.text
            assert int(answer.headers["retry-after"]) > 0
    for path in WITHOUT:
        assert (await Browser(alice.client._transport.app).get(path)).status_code == 200  # type: ignore[attr-defined]
    await wire.set("ok")
    await is_well(alice, WELL_AGAIN)


async def test_a_postgres_that_is_slow_beyond_reason_is_not_waited_for(alice: Person, wire: FaultProxy) -> None:
    await ask(alice, 1)
    await wire.set("latency", 1500)
    began = lived()
    await ask(alice, 1)
    assert lived() - began < LONGEST
    await wire.set("ok")
    await is_well(alice, WELL_AGAIN)


async def test_a_form_whose_answer_was_lost_is_answered_when_it_comes_again(alice: Person, wire: FaultProxy) -> None:
    """Postgres commits, and its word of that is cut off (D2, B2): nobody knows, until the same is sent again."""
    fields = {"title": "Winter", "_key": "lost"}
    await alice.token()
    await ask(alice, 1)
    await wire.set("cut", 1)
    assert (await alice.post("/menus", fields)).status_code == 503
    await wire.set("ok")
    first, second = [await alice.post("/menus", fields) for _ in range(2)]
    assert first.status_code == 303
    assert first.headers["location"] == second.headers["location"]
    assert len(list((await alice.see("/menus")).every("h3"))) == 1


async def test_a_full_disk_is_said_and_reading_goes_on(alice: Person, database: Database) -> None:
    async with database.session() as session:
        for statement in FULL:
            await session.execute(text(statement))
    try:
        plain = await alice.post("/menus", {"title": "Winter"})
        htmx = await alice.post("/menus", {"title": "Winter"}, target="content")
        for answer in (plain, htmx):
            assert answer.status_code == 503
            assert "The storage is full" in answer.text
            assert "base/5" not in answer.text
            assert int(answer.headers["retry-after"]) > 0
        assert (await alice.get("/menus")).status_code == 200
    finally:
        async with database.session() as session:
            await session.execute(text("DROP FUNCTION refuse_for_room CASCADE"))
    assert (await alice.post("/menus", {"title": "Winter"})).status_code == 303
    form = read(plain.text).form("/menus")  # without JavaScript it is the page that keeps what was typed
    kept = {each.attributes["name"]: each.attributes["value"] for each in form.every("input", type="hidden")}
    assert (await alice.client.post("/menus", data=kept, headers=alice.said)).status_code == 303


async def test_who_logs_in_and_probes_need_not_wait_for_busy_pages(alice: Person, app: ASGIApp, over: Database) -> None:
    async with AsyncExitStack() as busy:
        for _ in range(10):
            session = await busy.enter_async_context(over.session())
            await session.execute(text("SELECT 1"))
        began = lived()
        assert (await alice.get("/menus")).status_code == 503
        assert lived() - began < 3
        assert (await alice.get("/readyz")).status_code == 200
        assert (await alice.get("/health")).status_code == 200
        door, typed = Browser(app), {"email": "alice@example.org", "password": "x"}
        refused = await door.client.post("/login", data=typed, headers=door.said)
        assert refused.status_code == 422
    assert (await alice.get("/menus")).status_code == 200


async def test_jobs_have_connections_of_their_own(over: Database) -> None:
    apart = over.apart(pool_size=1, waits=Waits(statement=60))
    assert apart.listening is over.listening
    async with AsyncExitStack() as busy:
        for _ in range(10):
            await (await busy.enter_async_context(over.session())).execute(text("SELECT 1"))
        async with apart.session() as session:
            assert await session.scalar(text("SELECT 1")) == 1
    await apart.close()
