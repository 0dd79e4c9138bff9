"""A work is made one with another at the very moment twenty refer to it: all land on the one that stays."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest
from sqlalchemy import text

from app.catalog import episodes
from app.kit.db import AsyncSession, Database
from app.kit.ids import UUID, new_id
from app.library import changing_back, changing_many, keeping, log_keeping, tagging, watching
from app.library.log_forms import LogForm, SeenForm
from app.library.shelf_forms import ManyForm
from app.library.tag_forms import TagForm
from app.ops.merging import merge
from tests.rows import a_user, items

Deed = Callable[[AsyncSession, UUID, UUID], Awaitable[object]]

WAITING = text("SELECT count(*) FROM pg_locks WHERE NOT granted")
REFERRING = text("""
    SELECT user_id, item_id FROM user_item_logs UNION ALL SELECT user_id, item_id FROM user_item_states
    UNION ALL SELECT user_id, item_id FROM media_item_tags UNION ALL SELECT user_id, item_id FROM removed_logs
""")


async def log(session: AsyncSession, user_id: UUID, item: UUID) -> None:
    await log_keeping.log(session, user_id, item, LogForm.read({"kind": "started", "day": "2026-05-17"}))


async def see(session: AsyncSession, user_id: UUID, item: UUID) -> None:
    await watching.see(session, user_id, item, SeenForm(season=1, episode=1))


async def tag(session: AsyncSession, user_id: UUID, item: UUID) -> None:
    await tagging.put_on(session, user_id, item, "Cosy")


async def tag_many(session: AsyncSession, user_id: UUID, item: UUID) -> None:
    cosy = await tagging.create(session, user_id, TagForm(name="Cosy"))
    assert (
        await changing_many.change(session, user_id, ManyForm.read({"items": [item, new_id()], "tag": cosy}))
    ).number == 1


async def want_many(session: AsyncSession, user_id: UUID, item: UUID) -> None:
    form = ManyForm.read({"items": [item, new_id()], "status": "wanted"})
    assert (await changing_many.change(session, user_id, form)).number == 1


@pytest.mark.parametrize("deed", [log, see, tag, tag_many, want_many])
async def test_twenty_land_on_the_one_that_stays(database: Database, deed: Deed) -> None:
    dark, again = await items(database, "Dark", "Dark (series)", type_="movie")
    hosts = [await a_user(database, f"Host{number}") for number in range(20)]
    async with database.session() as session:
        await episodes.keep_episodes(session, again, "tvmaze", [episodes.Episode(season=1, number=1)])

    async def do(host: UUID) -> None:
        async with database.session() as session:
            await deed(session, host, again)

    await while_merging(database, dark, again, [do(host) for host in hosts])
    async with database.reading() as session:
        found = sorted(map(tuple, await session.execute(REFERRING)))
    assert found == sorted((host, dark) for host in hosts)


@pytest.mark.parametrize("deed", [log_keeping.remove, log_keeping.put_back])
async def test_a_line_is_taken_off_and_put_back_meanwhile(database: Database, deed: Deed) -> None:
    dark, again = await items(database, "Dark", "Dark (series)", type_="movie")
    alice = await a_user(database, "Alice")
    async with database.session() as session:
        line = (await log_keeping.log(session, alice, again, LogForm.read({"kind": "started"}))).line
        if deed is log_keeping.put_back:
            await log_keeping.remove(session, alice, line.id)

    async def do() -> None:
        async with database.session() as session:
            await deed(session, alice, line.id)

    await while_merging(database, dark, again, [do()])
    async with database.reading() as session:
        assert [tuple(row) for row in await session.execute(REFERRING)] == [(alice, dark)]


async def test_a_change_of_many_is_undone_meanwhile(database: Database) -> None:
    dark, again = await items(database, "Dark", "Dark (series)", type_="movie")
    alice = await a_user(database, "Alice")
    async with database.session() as session:
        await keeping.keep(session, alice, again)
        gone = (await changing_many.let_go(session, alice, (again,))).id
        assert gone

    async def do() -> None:
        async with database.session() as session:
            assert await changing_back.undo(session, alice, gone) == changing_back.Undone(1, 0)

    await while_merging(database, dark, again, [do()])
    async with database.reading() as session:
        assert [tuple(row) for row in await session.execute(REFERRING)] == [(alice, dark)]


async def while_merging(database: Database, into: UUID, other: UUID, deeds: list[Awaitable[None]]) -> None:
    """The other goes into the one, and commits once the deeds wait for it."""
    operator = await a_user(database, "Odile")
    async with database.session() as session:
        await merge(session, operator, into, other, is_operator=True)
        tasks = [asyncio.ensure_future(deed) for deed in deeds]
        async with asyncio.timeout(5):
            while not await _someone_waits(database):  # noqa: ASYNC110 - what waits, waits in the database
                await asyncio.sleep(0.01)
    await asyncio.gather(*tasks)


async def _someone_waits(database: Database) -> bool:
    async with database.session() as session:
        return bool(await session.scalar(WAITING))
