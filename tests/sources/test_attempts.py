"""Every request leaves a row, a line and a number; none of them knows a key."""

import asyncio
import json
import logging
from typing import Any

import pytest
from sqlalchemy import text

from app.kit import logs, metrics
from app.kit.db import Database
from app.kit.outbound import Attempt, Outbound
from app.sources import attempts
from app.sources.asking import ask, fetch
from app.sources.attempts import WAITING_MAX, KeptAttempts
from app.sources.errors import SourceDown
from app.sources.registry import all_sources
from tests.sources.conftest import KEYS, settings_for
from tests.sources.stub import Stub, reply

KEPT = text("SELECT source_name, purpose, outcome, number, milliseconds FROM source_attempts ORDER BY id")
ANSWERED = Attempt("answered", 12, 1)


async def kept(database: Database) -> list[Any]:
    async with database.reading() as session:
        return list((await session.execute(KEPT)).all())


def counted(source: str, purpose: str, outcome: str) -> float:
    labels = {"source": source, "purpose": purpose, "outcome": outcome}
    return metrics.REGISTRY.get_sample_value("tastebuds_source_attempts_total", labels) or 0.0


async def test_each_try_is_a_row_with_its_number_and_what_it_was_for(
    database: Database, stub: Stub, outbound: Outbound
) -> None:
    keeping = KeptAttempts(database, late=0.05)
    tvmaze = all_sources(settings_for(stub.url), outbound, attempts=keeping)["tvmaze"]
    before = counted("tvmaze", "search", "down")
    stub.answers(lambda _: reply(503 if len(stub.heard) == 1 else 200, []))
    assert (await ask(tvmaze, "dune")).state == "answered"
    stub.says(404, {})
    with pytest.raises(SourceDown):
        await fetch(tvmaze, "1")
    with pytest.raises(SourceDown):
        await tvmaze.fetch("1")
    async with asyncio.timeout(20):
        while len(rows := await kept(database)) < 4:  # noqa: ASYNC110 - nobody tells when
            await asyncio.sleep(0.05)
    assert [tuple(row)[:4] for row in rows] == [
        ("tvmaze", "search", "down", 1),
        ("tvmaze", "search", "answered", 2),
        ("tvmaze", "fetch", "not_found", 1),
        ("tvmaze", "test", "not_found", 1),
    ]
    assert all(row.milliseconds >= 0 for row in rows)
    assert counted("tvmaze", "search", "down") == before + 1


async def test_one_that_nobody_waits_for_any_longer_is_a_row_too(
    database: Database, stub: Stub, outbound: Outbound
) -> None:
    keeping = KeptAttempts(database)
    tvmaze = all_sources(settings_for(stub.url), outbound, attempts=keeping)["tvmaze"]

    async def hang(*_: object) -> None:
        await asyncio.sleep(5)

    stub.speak = hang
    assert (await ask(tvmaze, "dune", deadline=0.2)).state == "too_slow"
    await keeping.close()
    (row,) = await kept(database)
    assert (row.outcome, row.purpose) == ("cut_off", "search")
    assert row.milliseconds >= 150


async def test_what_waits_is_written_when_we_stop(database: Database) -> None:
    keeping = KeptAttempts(database, late=60)
    for _ in range(250):
        keeping.add("tmdb", "search", ANSWERED)
    await keeping.close()
    assert len(await kept(database)) == 250


async def test_what_cannot_be_written_waits_and_is_bounded(database: Database) -> None:
    nowhere = Database("postgresql+asyncpg://nobody@127.0.0.1:9/nothing")
    keeping = KeptAttempts(nowhere, late=60)
    for number in range(WAITING_MAX + 10):
        keeping.add("tmdb", "search", Attempt("answered", number, 1))
    await keeping.write()
    keeping.database = database
    await keeping.close()
    await nowhere.close()
    rows = await kept(database)
    assert len(rows) == WAITING_MAX
    assert rows[-1].milliseconds == WAITING_MAX + 9  # the oldest went


async def test_too_many_rows_are_swept_however_young(database: Database) -> None:
    keeping = KeptAttempts(database, late=60)
    for number in range(10):
        keeping.add("tmdb", "search", Attempt("answered", number, 1))
    await keeping.close()
    async with database.session() as session:
        await session.execute(attempts.SWEEP, {"days": 7, "most": 4})
    assert [row.milliseconds for row in await kept(database)] == [6, 7, 8, 9]


async def test_the_line_says_what_and_never_a_key(
    database: Database, stub: Stub, outbound: Outbound, capfd: pytest.CaptureFixture[str]
) -> None:
    keys: dict[str, str | None] = {key: f"c4nary-{key}" for key in KEYS}
    keeping = KeptAttempts(database)
    sources = all_sources(settings_for(stub.url, **keys), outbound, attempts=keeping)
    root, level, handlers = logging.getLogger(), logging.getLogger().level, list(logging.getLogger().handlers)
    logs.set_up("info")
    try:
        for status in (200, 401, 429, 500):
            stub.says(status, {"access_token": "t", "expires_in": 9999})
            for source in sources.values():
                await ask(source, f"dune {status}")
    finally:
        root.handlers[:] = handlers
        root.setLevel(level)
    await keeping.close()
    said = capfd.readouterr().err
    lines = [json.loads(line) for line in said.splitlines() if line.startswith("{")]
    asked = [line for line in lines if line["event"] == "source asked"]
    assert {line["source"] for line in asked} == set(sources)
    assert all({"kind", "ms", "attempt", "purpose"} <= line.keys() for line in asked)
    assert "c4nary" not in said + str(await kept(database)) + metrics.exposition().decode()
    assert stub.url not in said
