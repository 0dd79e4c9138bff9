"""What a source lets us keep for a while only: asked for again before that is over, given up where it could not be.

Facts stay (a title, a date, who made it, identifiers, the address at the source); its words, its picture, its rating
and its untouched answer go.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

import msgspec
from sqlalchemy import text

from app.catalog.candidates import Candidate
from app.catalog.storing import item_row, store
from app.kit import clock, events
from app.kit.db import AsyncSession
from app.sources.source import Source

LEAD = timedelta(days=30)  # before its time is over, a work is asked for again

# what was given up has no bytes
OLDER = text("""
    SELECT external_id FROM media_sources
    WHERE source_name = :source AND fetched_at < :moment AND raw_bytes > 0 ORDER BY fetched_at LIMIT :most
""")
SAID = text("""
    SELECT item_id, raw_payload, said FROM media_sources
    WHERE source_name = :source AND external_id = :external_id AND raw_bytes > 0 FOR UPDATE
""")
UNSAY = text("""
    UPDATE media_sources SET raw_payload = NULL, raw_bytes = 0, rating_value = NULL, rating_scale = NULL,
        rating_votes = NULL, said = said - 'description' - 'cover' - 'rating'
    WHERE source_name = :source AND external_id = :external_id
""")
STRIP = text("""
    UPDATE media_items SET description = NULLIF(description, :description),
        cover_key = CASE WHEN cover_provider = :source THEN NULL ELSE cover_key END,
        cover_provider = NULLIF(cover_provider, :source), updated_at = statement_timestamp()
    WHERE id = :item_id
""")


async def due(session: AsyncSession, source: Source, most: int, now: datetime | None = None) -> Sequence[str]:
    """External ids of works to be asked for again, those kept longest first."""
    return await _older(session, source, source.keeps and source.keeps - LEAD, most, now)


async def renew(session: AsyncSession, source: Source, candidate: Candidate) -> None:
    """Its new words take the place of its old ones; what others said stays."""
    await give_up(session, source, candidate.external_id)
    await store(session, candidate)


async def expire(session: AsyncSession, source: Source, most: int, now: datetime | None = None) -> int:
    """How many works were kept for longer than allowed, and had to give up what the source said."""
    ids = await _older(session, source, source.keeps, most, now)
    for external_id in ids:
        await give_up(session, source, external_id)
    return len(ids)


async def give_up(session: AsyncSession, source: Source, external_id: str) -> None:
    row = (await session.execute(SAID, {"source": source.name, "external_id": external_id})).first()
    if row is None:
        return
    said = msgspec.convert(row.said, Candidate) if row.said else source.reread(external_id, row.raw_payload)
    words = item_row(said)["description"] if said else None
    await session.execute(STRIP, {"source": source.name, "description": words, "item_id": row.item_id})
    await session.execute(UNSAY, {"source": source.name, "external_id": external_id})
    await events.record(session, "item", "stored", row.item_id)


async def _older(
    session: AsyncSession, source: Source, than: timedelta | None, most: int, now: datetime | None
) -> Sequence[str]:
    if than is None:
        return []
    values = {"source": source.name, "moment": (now or clock.now()) - than, "most": most}
    return list((await session.scalars(OLDER, values)).all())
