"""The trigger that copies what the shelf sorts by costs as much for the last entry as for the first."""

from sqlalchemy import text

from app.kit.db import Database
from tests.rows import a_user, items

READ = text("""
    SELECT coalesce(sum(seq_tup_read), 0) FROM pg_stat_xact_user_tables
    WHERE relname IN ('user_item_states', 'media_items', 'book_items')
""")
KEEP = text("""
    INSERT INTO user_item_states (id, user_id, item_id, status, created_at, updated_at)
    SELECT gen_random_uuid(), :user_id, item_id, 'wanted', now(), now()
    FROM unnest(CAST(:item_ids AS uuid[])) AS item_id
""")


async def test_a_library_that_comes_at_once_is_not_read_once_for_each_entry(database: Database) -> None:
    item_ids = await items(database, *(f"Number {number}" for number in range(300)))
    users = [await a_user(database, name) for name in ("Alice", "Bob")]
    async with database.session() as session:
        for item_id in item_ids[:10]:  # a plan is kept after a few times, as the table is then
            await session.execute(KEEP, {"user_id": users[0], "item_ids": [item_id]})
        before = await session.scalar(READ)
        await session.execute(KEEP, {"user_id": users[1], "item_ids": item_ids})
        assert await session.scalar(READ) == before
