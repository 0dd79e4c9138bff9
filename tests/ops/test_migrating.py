"""Migrations: up, down and up on data; once, whoever asks; and the tables are what the code says they are."""

import asyncio
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import CheckConstraint, Connection, func, inspect, select, text

from app.kit import clock, events
from app.kit.db import Base, Database, Waits
from app.kit.ids import new_id
from app.ops import migrating
from app.ops.migrating import NewerDatabase, migrate, newest, revision
from app.search.postgres import PostgresSearch

# their tables have other columns since
ALICE = text("""
    INSERT INTO users (id, email, name, password_hash, is_first, is_operator, created_at, updated_at)
    VALUES (:id, 'alice@example.org', 'Alice', 'x', true, true, :now, :now)
""")
SESSION = text("""
    INSERT INTO sessions (id, user_id, kind, secret_hash, created_at, seen_at, expires_at)
    VALUES (:id, :user_id, 'browser', 'x', :now, :now, :now)
""")
PREVIEW = text("""
    INSERT INTO search_previews (id, source_name, external_id, candidate, fetched_at, expires_at)
    VALUES (:id, 'a', '1', '{}', :now, :now)
""")
MENU = text("""
    INSERT INTO menus (id, owner_id, title, slug, created_at, updated_at)
    VALUES (:id, :owner_id, 'Dinner', 'dinner', :now, :now)
""")
COURSE = text("""
    INSERT INTO courses (id, menu_id, title, position, created_at, updated_at)
    VALUES (:id, :menu_id, 'Starter', 1, :now, :now)
""")
ENTRY = text("""
    INSERT INTO user_item_states (id, user_id, item_id, created_at, updated_at)
    VALUES (:id, :user_id, :item_id, :now, :now)
""")
COURSE_ITEM = text("""
    INSERT INTO course_items (id, course_id, item_id, position, created_at, updated_at)
    VALUES (:id, :course_id, :item_id, :position, :now, :now)
""")
ITEM = text("""
    WITH item AS (
        INSERT INTO media_items (id, type, title, sort_title, created_at, updated_at)
        VALUES (:item_id, :type, :title, :title, :now, :now)
    ), names AS (
        INSERT INTO media_identifiers (id, item_id, scheme, value) VALUES (:id, :item_id, 'wikidata', :title)
    )
    INSERT INTO media_sources (id, item_id, source_name, external_id, fetched_at)
    VALUES (:id, :item_id, 'a', :title, :now)
""")
FACTS = {
    "book": text("INSERT INTO book_items (item_id) VALUES (:item_id)"),
    "movie": text("INSERT INTO movie_items (item_id, kind) VALUES (:item_id, 'film')"),
    "game": text("INSERT INTO game_items (item_id) VALUES (:item_id)"),
    "music": text("INSERT INTO music_items (item_id, kind) VALUES (:item_id, 'album')"),
}


async def on(database: Database, work: Any) -> Any:
    async with database.engine.connect() as connection:
        return await connection.run_sync(work)


def tables(connection: Connection) -> set[str]:
    return set(inspect(connection).get_table_names()) - {"alembic_version"}


async def fill(database: Database) -> None:
    """A row or more in every table there is at the first revision."""
    async with database.session() as session:
        alice, now = new_id(), clock.now()
        await session.execute(ALICE, {"id": alice, "now": now})
        await session.execute(SESSION, {"id": new_id(), "user_id": alice, "now": now})
        await session.execute(PREVIEW, {"id": new_id(), "now": now})
        menu, course = new_id(), new_id()
        await session.execute(MENU, {"id": menu, "owner_id": alice, "now": now})
        await session.execute(COURSE, {"id": course, "menu_id": menu, "now": now})
        for position, (item_type, facts) in enumerate(FACTS.items(), 1):
            item = new_id()
            kept = {"id": new_id(), "item_id": item, "now": now}
            await session.execute(ITEM, kept | {"type": item_type, "title": f"Work {position}"})
            await session.execute(facts, {"item_id": item})
            await events.record(session, "item", "stored", item)
            await session.execute(ENTRY, kept | {"user_id": alice})
            await session.execute(COURSE_ITEM, kept | {"course_id": course, "position": position})


async def counts(database: Database) -> dict[str, int]:
    there = await on(database, tables)
    async with database.session() as session:
        return {
            table.name: await session.scalar(select(func.count()).select_from(table)) or 0
            for table in Base.metadata.sorted_tables
            if table.name in there
        }


async def test_the_tables_are_what_the_code_says(empty: Database) -> None:
    await migrate(empty)

    def differences(connection: Connection) -> Any:
        context = MigrationContext.configure(connection, opts={"compare_server_default": True})
        return compare_metadata(context, Base.metadata)

    assert await on(empty, differences) == []


async def test_the_checks_are_what_the_code_says(empty: Database) -> None:
    await migrate(empty)

    def checks(connection: Connection) -> set[tuple[str, str | None]]:
        there = inspect(connection)
        return {(name, check["name"]) for name in tables(connection) for check in there.get_check_constraints(name)}

    said = {
        (table.name, str(constraint.name))
        for table in Base.metadata.sorted_tables
        for constraint in table.constraints
        if isinstance(constraint, CheckConstraint)
    }
    assert await on(empty, checks) == said


async def test_every_foreign_key_has_an_index(empty: Database) -> None:
    await migrate(empty)

    def without(connection: Connection) -> set[tuple[str, str]]:
        there, found = inspect(connection), set()
        for name in tables(connection):
            led = {there.get_pk_constraint(name)["constrained_columns"][0]}
            led |= {unique["column_names"][0] for unique in there.get_unique_constraints(name)}
            led |= {str(index["column_names"][0]) for index in there.get_indexes(name)}
            pointing = {foreign["constrained_columns"][0] for foreign in there.get_foreign_keys(name)}
            found |= {(name, column) for column in pointing - led}
        return found

    assert await on(empty, without) == set()


async def test_down_takes_everything_away_and_up_brings_it_back(empty: Database) -> None:
    await migrate(empty)
    before = await on(empty, tables)
    assert before == {table.name for table in Base.metadata.sorted_tables}
    for _ in range(2):
        await migrate(empty, "base")
        assert await on(empty, tables) == set()
        assert await revision(empty) is None
        async with empty.session() as session:
            ours = "SELECT count(*) FROM pg_proc p WHERE pronamespace = 'public'::regnamespace AND NOT EXISTS "
            ours += "(SELECT FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e')"
            assert await session.scalar(text(ours)) == 0
        await migrate(empty)
        assert await on(empty, tables) == before


async def test_up_and_down_on_data_loses_nothing_that_was_there_before(empty: Database) -> None:
    await migrate(empty, "0001")
    await fill(empty)
    before = await counts(empty)
    assert all(before.values()), before
    for step in sorted(migrating.known())[1:]:
        await migrate(empty, step)
        assert await revision(empty) == step
    after = await counts(empty)
    assert {name: after[name] for name in before} == before
    engine = PostgresSearch(empty)
    await engine.rebuild()
    await engine.close()
    assert (await counts(empty))["search_documents"] == len(FACTS)
    for step in sorted(migrating.known(), reverse=True)[1:]:
        await migrate(empty, step)
        assert await revision(empty) == step
    assert await counts(empty) == before
    await migrate(empty)
    assert await revision(empty) == newest()


async def test_of_three_who_migrate_at_once_one_does_it(empty: Database) -> None:
    others = [Database(empty.url) for _ in range(3)]
    try:
        await asyncio.gather(*(migrate(each) for each in others))
    finally:
        for each in others:
            await each.close()
    assert await revision(empty) == newest()


async def test_migrating_twice_is_safe(empty: Database) -> None:
    await migrate(empty)
    await migrate(empty)


async def test_a_migrator_waits_for_another_longer_than_a_page_would(empty: Database) -> None:
    hasty = Database(empty.url, waits=Waits(statement=0.3))
    async with empty.session() as session:
        await session.execute(migrating.ONE_MIGRATOR)
        migration = asyncio.create_task(migrate(hasty))
        await asyncio.sleep(0.8)
        assert not migration.done()
    await migration
    await hasty.close()
    assert await revision(empty) == newest()


async def test_a_database_from_the_future_is_left_alone(empty: Database) -> None:
    await migrate(empty)
    async with empty.session() as session:
        await session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(NewerDatabase, match="revision 9999, which this version does not know"):
        await migrate(empty)
    assert await revision(empty) == "9999"


async def test_the_newest_revision_is_known_without_a_migration_tool() -> None:
    assert newest() == max(migrating.known())
    assert newest() >= "0002"
