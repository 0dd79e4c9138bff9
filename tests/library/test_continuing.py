"""What is under way: what one is at, with how far one got."""

from typing import Any

from app.kit.db import Database
from app.kit.ids import UUID
from app.library import continuing, keeping, log_keeping
from app.library.log_forms import LogForm
from tests.rows import a_user, items


async def status(database: Database, user: UUID, status: Any, *item_ids: UUID) -> None:
    async with database.session() as session:
        for item_id in item_ids:
            await keeping.set_status(session, user, [item_id], status)


async def log(database: Database, user: UUID, item: UUID, **form: Any) -> None:
    async with database.session() as session:
        await log_keeping.log(session, user, item, LogForm.read(form))


async def under_way(database: Database, user: UUID, at_most: int = 6) -> Any:
    async with database.session() as session:
        return await continuing.under_way(session, user, at_most)


async def test_what_one_is_at_is_told_with_how_far_one_got(database: Database) -> None:
    alice, bob = await a_user(database, "Alice"), await a_user(database, "Bob")
    dune, emma, done = await items(database, "Dune", "Emma", "Solaris")
    await status(database, alice, "active", dune, emma)
    await status(database, alice, "done", done)
    await log(database, alice, dune, kind="progress", amount="80", unit="page", day="2026-01-01")
    await log(database, alice, dune, kind="progress", amount="120", unit="page", day="2026-01-02")
    found = {row.title: row for row in await under_way(database, alice)}
    assert found.keys() == {"Dune", "Emma"}
    assert (found["Dune"].amount, found["Dune"].unit) == (120, "page")
    assert found["Emma"].kind is None
    assert await under_way(database, bob) == []


async def test_the_one_that_changed_last_is_first_and_no_more_come_than_asked_for(database: Database) -> None:
    alice, shelf = await a_user(database, "Alice"), await items(database, "One", "Two", "Three")
    await status(database, alice, "active", *shelf)
    assert [row.title for row in await under_way(database, alice, 2)] == ["Three", "Two"]
