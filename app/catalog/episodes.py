"""The episodes of a series, as one source counts them; the sources disagree, so two are never mixed."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta

import msgspec
from sqlalchemy import text

from app.catalog.holding import hold
from app.catalog.models import TITLE_MAX
from app.kit import clock
from app.kit.db import AnyRow, AsyncSession
from app.kit.ids import UUID, new_id
from app.kit.text import clip

FRESH = timedelta(hours=24)
EPISODES_MAX = 5_000
NUMBER_MAX = 32_000

# who could tell of them, the one that needs no key first; who has only an IMDb id is found at TMDB by it
TELLERS = text("""
    SELECT source_name, external_id FROM (
        SELECT source_name, external_id FROM media_sources
        WHERE item_id = :item_id AND (source_name = 'tvmaze' OR source_name = 'tmdb' AND external_id LIKE 'tv/%')
        UNION SELECT 'tvmaze', value FROM media_identifiers WHERE item_id = :item_id AND scheme = 'tvmaze'
        UNION SELECT 'tmdb', 'tv/' || value FROM media_identifiers
        WHERE item_id = :item_id AND scheme = 'tmdb' AND kind = 'tv'
        UNION SELECT 'tmdb', 'imdb/' || value FROM media_identifiers WHERE item_id = :item_id AND scheme = 'imdb'
    ) AS teller ORDER BY source_name DESC, external_id DESC
""")
DUE = text("""
    SELECT 1 FROM movie_items f LEFT JOIN episode_guides g ON g.item_id = f.item_id
    WHERE f.item_id = :item_id AND f.kind = 'series' AND (g.fetched_at IS NULL OR g.fetched_at < :before)
""")
NOTE = text("""
    INSERT INTO episode_guides (item_id, source_name, fetched_at) VALUES (:item_id, :source, :now)
    ON CONFLICT (item_id) DO UPDATE SET source_name = excluded.source_name, fetched_at = excluded.fetched_at
""")
KEEP = text("""
    INSERT INTO series_episodes (id, item_id, season, number, title, aired, runtime_minutes)
    SELECT new.id, :item_id, new.season, new.number, new.title, new.aired, new.runtime
    FROM unnest(CAST(:ids AS uuid[]), CAST(:seasons AS int[]), CAST(:numbers AS int[]), CAST(:titles AS text[]),
        CAST(:aired AS date[]), CAST(:runtimes AS int[])) AS new (id, season, number, title, aired, runtime)
    ORDER BY new.season, new.number
    ON CONFLICT (item_id, season, number) DO UPDATE
        SET title = excluded.title, aired = excluded.aired, runtime_minutes = excluded.runtime_minutes
""")
DROP = text("""
    DELETE FROM series_episodes WHERE item_id = :item_id AND (season, number) NOT IN (
        SELECT * FROM unnest(CAST(:seasons AS int[]), CAST(:numbers AS int[])))
""")


class Episode(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """`season` and `number` count from 1."""

    season: int
    number: int
    title: str = ""
    aired: date | None = None
    runtime_minutes: int | None = None


async def is_due(session: AsyncSession, item_id: UUID, now: datetime | None = None) -> bool:
    """Whether it is a series whose episodes nobody was asked for today."""
    before = (now or clock.now()) - FRESH
    return await session.scalar(DUE, {"item_id": item_id, "before": before}) is not None


async def tellers(session: AsyncSession, item_id: UUID) -> Sequence[AnyRow]:
    """`source_name` and `external_id` of each source that knows this series."""
    return (await session.execute(TELLERS, {"item_id": item_id})).all()


async def keep_episodes(session: AsyncSession, item_id: UUID, source: str, told: Iterable[Episode]) -> int:
    """In the place of what was told before; how many. None told leaves those there are. Raises `NotFound`."""
    item_id = await hold(session, item_id)
    found = {(each.season, each.number): each for each in told}
    rows = [found[place] for place in sorted(found)][:EPISODES_MAX]
    if rows:
        given = {
            "item_id": item_id,
            "ids": [new_id() for _ in rows],
            "seasons": [row.season for row in rows],
            "numbers": [row.number for row in rows],
            "titles": [clip(row.title, TITLE_MAX) for row in rows],
            "aired": [row.aired for row in rows],
            "runtimes": [row.runtime_minutes for row in rows],
        }
        await session.execute(KEEP, given)
        await session.execute(DROP, {name: given[name] for name in ("item_id", "seasons", "numbers")})
    await session.execute(NOTE, {"item_id": item_id, "source": source, "now": clock.now()})
    return len(rows)
