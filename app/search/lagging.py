"""What Meilisearch has not taken in yet, kept in Postgres: it may be away for as long as it likes.

A row is noted before the events that tell of it are done, and goes once Meilisearch has the item as it was then. Who
changes an item meanwhile raises the row's version, so that it stays. What Meilisearch refuses is parked with its
reason, until the item changes again.
"""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from app.kit.connections import Connection
from app.kit.ids import UUID

FLUSH = 0x7461_7374_0005
ALONE = f"SELECT pg_try_advisory_xact_lock({FLUSH})"
NOTE = """
INSERT INTO search_lag (item_id, keep, version, noted_at)
SELECT item_id, $2, 1, now() FROM unnest($1::uuid[]) AS item_id ORDER BY item_id
ON CONFLICT (item_id) DO UPDATE SET
  keep = excluded.keep, version = search_lag.version + 1, refused_because = NULL, noted_at = now()
"""
WAKE = "NOTIFY events"
NEXT = """
SELECT item_id, keep, version FROM search_lag WHERE refused_because IS NULL ORDER BY noted_at, item_id LIMIT $1
"""
DONE = """
DELETE FROM search_lag USING unnest($1::uuid[], $2::bigint[]) AS seen (item_id, version)
WHERE search_lag.item_id = seen.item_id AND search_lag.version = seen.version
"""
PARK = "UPDATE search_lag SET refused_because = $3 WHERE item_id = $1 AND version = $2"
UNPARK = "UPDATE search_lag SET refused_because = NULL WHERE refused_because IS NOT NULL"
LAG = text("""
SELECT count(*) FILTER (WHERE refused_because IS NULL) AS waiting,
       count(*) FILTER (WHERE refused_because IS NOT NULL) AS refused,
       min(noted_at) FILTER (WHERE refused_because IS NULL) AS since
FROM search_lag
""")


@dataclass(frozen=True, slots=True)
class Lag:
    waiting: int
    refused: int
    since: datetime | None  # the longest waiting was noted


@dataclass(frozen=True, slots=True)
class Late:
    """Items that Meilisearch should have (`keep`) or let go, and the version each was noted in."""

    keep: bool
    versions: Mapping[UUID, int]


async def lag(session: AsyncSession) -> Lag:
    row = (await session.execute(LAG)).one()
    return Lag(waiting=row.waiting, refused=row.refused, since=row.since)


async def note(connection: Connection, item_ids: Sequence[UUID], *, keep: bool) -> None:
    async with connection.transaction():
        await connection.execute(NOTE, list(dict.fromkeys(item_ids)), keep)
        await connection.execute(WAKE)


@asynccontextmanager
async def alone(connection: Connection) -> AsyncIterator[bool]:
    """One process at a time brings Meilisearch up to date; false for the others."""
    async with connection.transaction():
        yield bool(await connection.fetchval(ALONE))


async def late(connection: Connection, at_most: int) -> list[Late]:
    """The longest waiting, those to keep apart from those to let go."""
    rows = await connection.fetch(NEXT, at_most)
    of = {keep: {row["item_id"]: row["version"] for row in rows if row["keep"] is keep} for keep in (True, False)}
    return [Late(keep, versions) for keep, versions in of.items() if versions]


async def done(connection: Connection, batch: Late, refused: Mapping[UUID, str]) -> None:
    """Only as it was when it was read; what changed meanwhile stays."""
    there = {item_id: version for item_id, version in batch.versions.items() if item_id not in refused}
    await connection.execute(DONE, list(there), list(there.values()))
    await connection.executemany(PARK, [(item_id, batch.versions[item_id], why) for item_id, why in refused.items()])


async def unpark(connection: Connection) -> None:
    """What was refused is tried once more."""
    await connection.execute(UNPARK)
