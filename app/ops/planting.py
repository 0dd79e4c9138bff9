"""Works the catalog has never seen, in a handful of statements: the rows `store` makes one work at a time."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import insert

from app.catalog.candidates import Candidate
from app.catalog.models import FACTS_TABLES, MediaIdentifier, MediaItem, MediaSource
from app.catalog.storing import facts_row, identifier_rows, item_row, source_row
from app.kit import events
from app.kit.db import AsyncSession, Base
from app.kit.ids import UUID, new_id

Row = dict[str, Any]
Rows = dict[type[Base], list[Row]]


async def insert_all(session: AsyncSession, rows: Rows) -> None:
    """Table by table, in the order given."""
    for table, its_rows in rows.items():
        if its_rows:
            await session.execute(insert(table), its_rows)


async def plant(session: AsyncSession, candidates: Iterable[Candidate]) -> dict[str, UUID]:
    """The new items by external id. None of the candidates may be known to the catalog in any way."""
    works = {new_id(): candidate for candidate in candidates}
    rows: Rows = {MediaItem: [{"id": id_, **item_row(work)} for id_, work in works.items()]}
    for id_, work in works.items():
        rows.setdefault(FACTS_TABLES[work.type], []).append({"item_id": id_, **facts_row(work)})
    rows[MediaIdentifier] = [row for id_, work in works.items() for row in identifier_rows(id_, work)]
    rows[MediaSource] = [source_row(id_, work) for id_, work in works.items()]
    rows[events.Event] = [{"topic": "item", "happened": "stored", "subject_id": id_} for id_ in works]
    await insert_all(session, rows)
    await session.execute(events.WAKE)
    return {work.external_id: id_ for id_, work in works.items()}
