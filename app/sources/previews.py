"""Previews: what a search found, kept for a day, so that opening or keeping a hit needs no second search."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

import msgspec
from sqlalchemy import delete, select, text
from sqlalchemy.dialects.postgresql import insert

from app.catalog.candidates import Candidate
from app.kit import clock
from app.kit.db import AsyncSession
from app.kit.errors import NotFound
from app.kit.ids import UUID, new_id
from app.kit.parsing import scrub
from app.sources.models import SearchPreview

LIFETIME = timedelta(hours=24)
RAW_MAX = 256 * 1024  # bytes of JSON; a film with its whole crew is 211 KB
ROWS_MAX = 50_000  # what is nearest its end goes first

GONE = "This preview has expired. Search again to see it."

LIVE_PREVIEW = select(SearchPreview.candidate, SearchPreview.raw)
SURPLUS = text("""
    DELETE FROM search_previews WHERE id IN (SELECT id FROM search_previews ORDER BY expires_at DESC OFFSET :most)
""")
KEEP = insert(SearchPreview)
KEEP = KEEP.on_conflict_do_update(
    index_elements=[SearchPreview.source_name, SearchPreview.external_id],
    set_={name: KEEP.excluded[name] for name in ("candidate", "raw", "fetched_at", "expires_at")},
)


async def keep_previews(
    session: AsyncSession, candidates: Iterable[Candidate], now: datetime | None = None
) -> dict[tuple[str, str], UUID]:
    """The preview's id by (source, external id). The same work found again is the same preview, made fresh."""
    now = now or clock.now()
    by_key = {(candidate.source, candidate.external_id): candidate for candidate in candidates}
    if not by_key:
        return {}
    rows = [
        {
            "id": new_id(),
            "source_name": source,
            "external_id": external_id,
            **_storable(by_key[source, external_id]),
            "fetched_at": now,
            "expires_at": now + LIFETIME,
        }
        for source, external_id in sorted(by_key)  # the same order for all, or two searches could lock each other out
    ]
    statement = KEEP.values(rows).returning(SearchPreview.source_name, SearchPreview.external_id, SearchPreview.id)
    return {(source, external_id): key for source, external_id, key in await session.execute(statement)}


async def preview_of(session: AsyncSession, preview_id: UUID, now: datetime | None = None) -> Candidate:
    """Raises `NotFound` once it has expired."""
    statement = LIVE_PREVIEW.where(SearchPreview.id == preview_id, SearchPreview.expires_at > (now or clock.now()))
    row = (await session.execute(statement)).one_or_none()
    if row is None:
        raise NotFound(GONE)
    return msgspec.structs.replace(msgspec.convert(row.candidate, Candidate), raw=row.raw)


async def sweep(session: AsyncSession, now: datetime | None = None, most: int = ROWS_MAX) -> int:
    """How many were past their time, and are gone. Of the others at most `most` stay."""
    expired = delete(SearchPreview).where(SearchPreview.expires_at <= (now or clock.now())).returning(SearchPreview.id)
    gone = len((await session.scalars(expired)).all())
    await session.execute(SURPLUS, {"most": most})
    return gone


def _storable(candidate: Candidate) -> dict[str, Any]:
    raw = scrub(candidate.raw)
    if len(msgspec.json.encode(raw)) > RAW_MAX:
        raw = None
    return {"candidate": scrub(msgspec.to_builtins(msgspec.structs.replace(candidate, raw=None))), "raw": raw}
