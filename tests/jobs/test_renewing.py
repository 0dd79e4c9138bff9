"""What TMDB said is asked for again within its six months, and given up where it could not be."""

from collections.abc import AsyncIterator, Iterator
from datetime import timedelta
from typing import Any

import httpx
import msgspec
import pytest
from sqlalchemy import func, select, text, update

import sandbox
from app.catalog.candidates import Candidate, SourceRating
from app.catalog.models import MediaItem, MediaSource
from app.catalog.storing import store
from app.jobs.renewing import renew
from app.kit import clock
from app.kit.db import AnyRow, Database
from app.kit.events import Event
from app.kit.ids import UUID
from app.kit.outbound import Outbound
from app.kit.settings import read_settings
from app.sources.registry import all_sources
from app.sources.source import Source
from sandbox.server import serving

SEEN = text("""
    SELECT i.title, i.description, i.cover_provider, i.cover_key, s.raw_payload, s.rating_value, s.fetched_at,
        s.canonical_url
    FROM media_items i JOIN media_sources s ON s.item_id = i.id WHERE i.id = :id AND s.source_name = 'tmdb'
""")


@pytest.fixture(scope="module")
def box() -> Iterator[str]:
    with serving() as address:
        yield address


@pytest.fixture
async def sources(box: str) -> AsyncIterator[dict[str, Source]]:
    outbound = Outbound()
    given = {name.lower(): value for name, value in sandbox.settings(box).items()}
    yield all_sources(read_settings(_env_file=None, **given), outbound)
    await outbound.close()


@pytest.fixture
async def arrival(sources: dict[str, Source]) -> Candidate:
    """As TMDB tells of it today, but for words and a rating that it had for it once."""
    (found, *_) = [each for each in await sources["tmdb"].search("arrival") if each.title == "Arrival"]
    now = await sources["tmdb"].fetch(found.external_id)
    once = SourceRating(value=1, scale=10, votes=1)
    return msgspec.structs.replace(
        now, description="Old words.", rating=once, raw={**now.raw, "overview": "Old words."}
    )


async def kept_for(database: Database, days: int, candidate: Candidate) -> UUID:
    async with database.session() as session:
        item = await store(session, candidate)
        await session.execute(update(MediaSource).values(fetched_at=clock.now() - timedelta(days=days)))
        await session.flush()
        await session.execute(text("DELETE FROM events"))
    return item


async def run(database: Database, sources: dict[str, Source]) -> dict[str, int]:
    context: Any = {"database": database, "sources": sources}
    return await renew(context)


async def seen(database: Database, item: UUID) -> AnyRow:
    async with database.reading() as session:
        return (await session.execute(SEEN, {"id": item})).one()


def without_key(sources: dict[str, Source]) -> dict[str, Source]:
    tmdb = sources["tmdb"]
    tmdb.settings = tmdb.settings.model_copy(update={"tmdb_key": None})
    return {"tmdb": tmdb}


async def test_what_was_kept_for_five_months_is_asked_for_again(
    database: Database, sources: dict[str, Source], arrival: Candidate
) -> None:
    item = await kept_for(database, 151, arrival)
    assert await run(database, sources) == {"renewed": 1, "given up": 0}
    row = await seen(database, item)
    assert row.fetched_at > clock.now() - timedelta(minutes=1)
    assert row.description not in (None, "Old words.")
    assert row.rating_value not in (None, 1)
    assert row.cover_provider == "tmdb"
    assert row.raw_payload["overview"] != "Old words."
    assert await run(database, sources) == {"renewed": 0, "given up": 0}


async def test_what_is_younger_is_left_alone(
    database: Database, sources: dict[str, Source], arrival: Candidate
) -> None:
    item = await kept_for(database, 149, arrival)
    assert await run(database, sources) == {"renewed": 0, "given up": 0}
    assert (await seen(database, item)).description == "Old words."


async def test_after_six_months_what_it_said_goes_and_facts_stay(
    database: Database, sources: dict[str, Source], arrival: Candidate
) -> None:
    item = await kept_for(database, 181, arrival)
    assert await run(database, without_key(sources)) == {"renewed": 0, "given up": 1}
    row = await seen(database, item)
    assert [row.description, row.cover_provider, row.cover_key, row.raw_payload, row.rating_value] == [None] * 5
    assert (row.title, row.canonical_url) == ("Arrival", arrival.url)
    assert await run(database, without_key(sources)) == {"renewed": 0, "given up": 0}
    async with database.reading() as session:
        assert await session.scalar(select(func.count()).select_from(Event)) == 1  # the search follows


async def test_without_a_key_it_is_kept_until_its_time_is_over(
    database: Database, sources: dict[str, Source], arrival: Candidate
) -> None:
    item = await kept_for(database, 179, arrival)
    assert await run(database, without_key(sources)) == {"renewed": 0, "given up": 0}
    assert (await seen(database, item)).description == "Old words."


async def test_what_others_said_stays(database: Database, sources: dict[str, Source], arrival: Candidate) -> None:
    item = await kept_for(database, 181, arrival)
    theirs = {"description": "Written by hand.", "cover_provider": "wikidata", "cover_key": "Arrival.jpg"}
    async with database.session() as session:
        await session.execute(update(MediaItem).values(theirs))
    await run(database, without_key(sources))
    row = await seen(database, item)
    assert {name: getattr(row, name) for name in theirs} == theirs
    assert row.raw_payload is None


async def test_what_the_source_knows_no_more_is_given_up(
    database: Database, sources: dict[str, Source], arrival: Candidate
) -> None:
    gone = msgspec.structs.replace(arrival, external_id="movie/999999999", identifiers=())
    item = await kept_for(database, 151, gone)
    assert await run(database, sources) == {"renewed": 0, "given up": 0}
    assert (await seen(database, item)).raw_payload is None


async def test_a_source_in_trouble_is_left_for_the_next_hour(
    database: Database, sources: dict[str, Source], arrival: Candidate, box: str
) -> None:
    item = await kept_for(database, 151, arrival)
    async with httpx.AsyncClient(base_url=box, timeout=60) as switchboard:
        await switchboard.post("/_faults", json={"source": "tmdb", "mode": "401"})
        assert await run(database, sources) == {"renewed": 0, "given up": 0}
        await switchboard.delete("/_faults")
    assert (await seen(database, item)).description == "Old words."


async def test_sources_that_set_no_end_are_not_asked(database: Database, sources: dict[str, Source]) -> None:
    (found, *_) = await sources["tvmaze"].search("the wire")
    await kept_for(database, 4000, found)
    assert await run(database, sources) == {"renewed": 0, "given up": 0}
