"""What an item's page shows of mine is what each of its parts says by itself."""

import pytest
from sqlalchemy import text

from app.kit.db import Database
from app.kit.errors import NotFound
from app.kit.ids import new_id
from app.library import keeping, log_keeping, mine, tagging, timeline
from app.library.log_forms import LogForm
from tests.rows import a_user, items


async def test_entry_log_and_tags_are_those_that_each_says_alone(database: Database) -> None:
    alice, bob = await a_user(database, "Alice"), await a_user(database, "Bob")
    (dune,) = await items(database, "Dune")
    async with database.session() as session:
        await session.execute(text("UPDATE media_items SET genres = ARRAY['Cosy', 'Desert']"))
        await keeping.keep(session, alice, dune)
        for day in ("2026-01-02", "2026-03-04", "2025-12-31"):
            await log_keeping.log(session, alice, dune, LogForm.read({"kind": "finished", "day": day}))
        for name in ("Zoo", "arid", "Cosy"):
            await tagging.put_on(session, alice, dune, name)
        await tagging.take_off(session, alice, [dune], (await tagging.around(session, alice, dune)).tags[0].id)
    async with database.session() as session:
        for user in (alice, bob):
            together = await mine.of_item(session, user, dune)
            entry, around = await keeping.entry_of(session, user, dune), await tagging.around(session, user, dune)
            assert together.log == await timeline.of_item(session, user, dune)
            assert (together.entry is None) == (entry is None) == (user == bob)
            assert [getattr(together.entry, name, None) for name in (entry._fields if entry else ())] == [
                *(entry or ())
            ]
            assert [(tag.id, tag.name, tag.colour, tag.is_shared, tag.is_on) for tag in together.tagged.tags] == [
                tuple(tag) for tag in around.tags
            ]
            assert (together.tagged.offered, together.tagged.suggested) == (around.offered, around.suggested)
        assert together.tagged.suggested == ["Cosy", "Desert"]
        assert [tag.name for tag in (await mine.of_item(session, alice, dune)).tagged.tags] == ["Cosy", "Zoo"]
        with pytest.raises(NotFound):
            await mine.of_item(session, alice, new_id())
