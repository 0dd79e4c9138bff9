"""What is mine of one item, as its page shows it: my entry, my log and my tags."""

from dataclasses import dataclass

import msgspec
from sqlalchemy import text

from app.catalog.holding import GONE
from app.kit.db import AnyRow, AsyncSession
from app.kit.errors import NotFound
from app.kit.ids import UUID
from app.library import keeping, tagging, timeline

# three statements that there are, as one: each costs more on its way than in Postgres
MINE = text(f"""
    SELECT log.*, entry.*, (SELECT jsonb_agg(to_jsonb(tag)) FROM ({tagging.AROUND.text}) AS tag) AS tags
    FROM ({timeline.OF_ITEM.text}) AS log LEFT JOIN ({keeping.ENTRY_OF.text}) AS entry ON true
""")


@dataclass(frozen=True, slots=True)
class Mine:
    entry: AnyRow | None
    log: timeline.ItemLog
    tagged: tagging.Around


async def of_item(session: AsyncSession, user_id: UUID, item_id: UUID) -> Mine:
    """Raises `NotFound`."""
    asked = {"user_id": user_id, "item_id": item_id, "at_most": timeline.ON_ITEM + 1}
    row = (await session.execute(MINE, asked)).one_or_none()
    if row is None:
        raise NotFound(GONE)
    tags = msgspec.convert(row.tags or [], list[tagging.Named])
    return Mine(row if row.item_id else None, timeline.log_in(row), tagging.parted(tags))
