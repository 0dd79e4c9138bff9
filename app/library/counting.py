"""Counting: how many entries there are, without counting them."""

from sqlalchemy import text

from app.kit.db import AsyncSession, changed
from app.kit.ids import UUID

COUNT = text("SELECT coalesce(sum(entries), 0) FROM entry_counts WHERE user_id = :user_id")
ROWS_MAX = 40  # of one host, who needs twenty
# of what somebody else is just making one of, the rest is left to them
TOGETHER = text(f"""
    WITH gone AS (
        DELETE FROM entry_counts WHERE id IN (SELECT id FROM entry_counts WHERE user_id IN (
            SELECT user_id FROM entry_counts GROUP BY user_id HAVING count(*) > {ROWS_MAX}) FOR UPDATE SKIP LOCKED)
        RETURNING user_id, item_type, status, entries)
    INSERT INTO entry_counts (id, user_id, item_type, status, entries)
    SELECT gen_random_uuid(), user_id, item_type, status, sum(entries) FROM gone
    GROUP BY user_id, item_type, status HAVING sum(entries) <> 0
""")


async def how_many(session: AsyncSession, user_id: UUID) -> int:
    return int(await session.scalar(COUNT, {"user_id": user_id}) or 0)


async def sweep(session: AsyncSession) -> int:
    """Makes one row of many with the same sum; how many there are of those."""
    return await changed(session, TOGETHER)
