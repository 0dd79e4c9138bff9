"""The episodes of a series, asked for in the queue: once a day, of the first source that tells."""

import asyncio
import datetime as dt
from typing import Any

import pytest
from saq.types import Context

from app.catalog.candidates import Identifier, MovieFacts
from app.catalog.episodes import Episode
from app.catalog.storing import store
from app.jobs.episodes import fetch_episodes
from app.kit.db import Database
from app.kit.ids import UUID, new_id
from app.library import watching
from app.search.postgres import PostgresSearch
from app.sources.errors import Kind
from app.sources.source import Source
from app.web.episodes import want_episodes, want_if_series
from app.worker import queue_on, working
from tests.pages.works import Shelf, work
from tests.rows import a_user

TOLD = [Episode(season=1, number=number, aired=dt.date(2024, 1, number)) for number in (1, 2, 3)]


class Teller(Shelf):
    """Tells of episodes, or fails as it is told."""

    def __init__(self, name: str, told: list[Episode], fails: Kind | None = None) -> None:
        super().__init__(name)
        self.told, self.refuses, self.wanted = told, fails, list[str]()

    async def episodes(self, external_id: str) -> list[Episode]:
        self.wanted.append(external_id)
        if self.refuses:
            raise self.down(self.refuses)
        return self.told


async def a_series(database: Database, *known_as: Identifier) -> UUID:
    async with database.session() as session:
        return await store(session, work("Dark", MovieFacts(kind="series"), identifiers=known_as))


TVMAZE = Identifier(scheme="tvmaze", value="17861")
TMDB = Identifier(scheme="tmdb", value="70523", kind="tv")


async def fetched(database: Database, item: UUID, *tellers: Teller) -> int:
    context: Any = {"database": database, "sources": {teller.name: teller for teller in tellers}}
    known: Context = context
    return await fetch_episodes(known, item=str(item))


async def test_the_first_that_tells_is_enough_for_a_day(database: Database) -> None:
    dark = await a_series(database, TVMAZE, TMDB)
    tvmaze, tmdb = Teller("tvmaze", TOLD), Teller("tmdb", TOLD)
    assert await fetched(database, dark, tvmaze, tmdb) == 3
    assert await fetched(database, dark, tvmaze, tmdb) == 0
    assert (tvmaze.wanted, tmdb.wanted) == (["17861"], [])


@pytest.mark.parametrize("kind", ["down", "not_found", "rate_limited"])
async def test_where_one_does_not_tell_the_next_is_asked(database: Database, kind: Kind) -> None:
    dark = await a_series(database, TVMAZE, TMDB)
    tvmaze, tmdb = Teller("tvmaze", [], kind), Teller("tmdb", TOLD)
    assert await fetched(database, dark, tvmaze, tmdb) == 3
    assert (tvmaze.wanted, tmdb.wanted) == (["17861"], ["tv/70523"])


async def test_a_source_that_is_down_is_asked_again_and_one_that_knows_nothing_is_not(database: Database) -> None:
    dark = await a_series(database, TVMAZE)
    down, ignorant = Teller("tvmaze", [], "down"), Teller("tvmaze", [], "not_found")
    for teller, times in ((down, 2), (ignorant, 1)):
        for _ in range(2):
            assert await fetched(database, dark, teller) == 0
        assert len(teller.wanted) == times


async def test_a_series_nobody_could_tell_of_is_looked_at_once_a_day(database: Database) -> None:
    dark, alice = await a_series(database), await a_user(database, "Alice")
    assert await fetched(database, dark, Teller("tvmaze", TOLD)) == 0
    async with database.session() as session:
        told = await watching.guide(session, alice, dark)
    assert (told.is_due, told.source, told.seasons) == (False, "", [])


async def test_twenty_who_open_or_keep_a_series_at_once_ask_for_it_once(
    database: Database, engine: PostgresSearch, queue_url: str
) -> None:
    dark, alice = await a_series(database, TVMAZE), await a_user(database, "Alice")
    tvmaze = Teller("tvmaze", TOLD)
    sources: dict[str, Source] = {"tvmaze": tvmaze}
    queue = queue_on(queue_url)

    async def keep() -> None:
        async with database.session() as session:
            await want_if_series(session, queue, dark)

    async with working(database, engine, sources, queue), asyncio.timeout(20):
        opened = [want_episodes(queue, dark) for _ in range(10)]
        await asyncio.gather(*opened, *(keep() for _ in range(10)))
        while True:
            async with database.session() as session:
                if (await watching.guide(session, alice, dark)).seasons:
                    break
            await asyncio.sleep(0.05)
    assert tvmaze.wanted == ["17861"]


async def test_a_queue_that_is_away_costs_the_page_nothing(caplog: pytest.LogCaptureFixture) -> None:
    await want_episodes(queue_on("redis://127.0.0.1:9"), new_id())
    assert "the queue did not take the question for episodes" in caplog.text
    await want_episodes(None, new_id())
