"""One session is one transaction, everything is bounded, and a database that compares text otherwise is refused."""

import asyncio
from contextlib import suppress

import pytest
from sqlalchemy import make_url, select, text

from app.accounts.models import User
from app.kit import clock
from app.kit.db import Database, Waits
from app.kit.ids import new_id
from tests.rows import a_user


async def test_returning_commits_and_raising_rolls_back(database: Database) -> None:
    alice = await a_user(database, "Alice")
    with suppress(KeyError):
        async with database.session() as session:
            (await session.get_one(User, alice)).name = "Somebody else"
            await session.flush()
            raise KeyError
    async with database.session() as session:
        assert await session.scalar(select(User.name)) == "Alice"


async def test_a_change_is_dated(database: Database) -> None:
    alice = await a_user(database, "Alice")
    before = clock.now()
    async with database.session() as session:
        user = await session.get_one(User, alice)
        assert user.created_at <= before
        user.name = "Alicia"
    assert user.updated_at >= before


async def test_a_statement_that_takes_too_long_is_cut_and_the_next_one_works(database: Database) -> None:
    hasty = Database(database.url, waits=Waits(statement=0.2))
    with pytest.raises(TimeoutError):
        async with hasty.session() as session:
            await session.execute(text("SELECT pg_sleep(5)"))
    async with hasty.session() as session:
        assert await session.scalar(text("SELECT 1")) == 1
    await hasty.close()


async def test_a_session_outlives_a_postgres_that_cut_its_connection(database: Database) -> None:
    other = Database(database.url, pool_size=1)
    async with other.session() as session:
        pid = await session.scalar(text("SELECT pg_backend_pid()"))
    async with database.session() as session:
        assert await session.scalar(text("SELECT pg_terminate_backend(:pid, 60000)"), {"pid": pid})  # and waits for it
    await asyncio.sleep(0.05)
    async with other.session() as session:
        assert await session.scalar(text("SELECT 1")) == 1
    await other.close()


async def test_under_load_connections_are_kept(database: Database) -> None:
    """A new one costs ten times what it is asked."""
    other = Database(database.url)

    async def pid() -> int:
        async with other.session() as session:
            await session.execute(text("SELECT pg_sleep(0.01)"))
            return int(await session.scalar(text("SELECT pg_backend_pid()")) or 0)

    assert len(set(await asyncio.gather(*(pid() for _ in range(60))))) <= 10
    await other.close()


async def test_a_database_that_takes_the_call_and_says_nothing_is_given_up() -> None:
    async def silent(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(Waits().connection + 2)
        writer.close()

    async with await asyncio.start_server(silent, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        stalled = Database(f"postgresql+asyncpg://postgres@127.0.0.1:{port}/postgres")
        async with asyncio.timeout(Waits().connection + 2):
            with pytest.raises(RuntimeError, match="does not answer"):
                await stalled.check()
        await stalled.close()


async def test_ours_compares_text_as_it_must(database: Database) -> None:
    await database.check()


async def test_a_database_of_another_locale_is_refused_in_one_sentence(database: Database) -> None:
    name = f"other_{new_id().hex}"
    making = f"CREATE DATABASE {name} TEMPLATE template0 LOCALE_PROVIDER libc LOCALE 'C'"
    async with database.engine.connect() as connection:
        beside = await connection.execution_options(isolation_level="AUTOCOMMIT")
        await beside.execute(text(making))
        other = Database(make_url(database.url).set(database=name).render_as_string(hide_password=False))
        with pytest.raises(RuntimeError, match=r"^DATABASE_URL: this database has locale provider 'c'") as refused:
            await other.check()
        await other.close()
        await beside.execute(text(f"DROP DATABASE {name}"))
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize(
    "url",
    [
        "postgresql+asyncpg://postgres@/postgres?host=/nowhere/at/all",
        "postgresql+asyncpg://postgres@127.0.0.1:1/postgres",
    ],
)
async def test_a_database_that_is_not_there_is_said_in_one_sentence_without_its_password(url: str) -> None:
    away = Database(url.replace("postgres@", "postgres:hunter2@"))
    with pytest.raises(RuntimeError, match=r"^DATABASE_URL: the database does not answer \(.+\)\.$") as refused:
        await away.check()
    await away.close()
    assert "hunter2" not in str(refused.value)


async def test_a_database_of_no_such_name_is_said_so(database: Database) -> None:
    away = Database(make_url(database.url).set(database="nobodys").render_as_string(hide_password=False))
    with pytest.raises(RuntimeError, match=r"does not answer .*nobodys"):
        await away.check()
    await away.close()
