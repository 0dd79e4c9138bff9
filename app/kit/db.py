"""The database: one engine, one session per request, one base for every table.

Bounds are set everywhere (pool, connect, statement), because a stalled Postgres otherwise hangs every request for ever.
"""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import datetime
from functools import cache
from typing import Any, TypeAlias, cast

import asyncpg
from sqlalchemy import DateTime, Executable, MetaData, Row, TextClause, event, text
from sqlalchemy.exc import DBAPIError, DisconnectionError
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from sqlalchemy.types import Text

from app.kit import clock
from app.kit.connections import Connection, Connections, Waits
from app.kit.ids import UUID, new_id
from app.kit.listening import Listening

__all__ = ["AnyRow", "AsyncSession", "Base", "Database", "HasTimes", "Waits", "changed", "driver_of", "let_go"]

AnyRow: TypeAlias = Row[*tuple[Any, ...]]  # columns by the names the statement gives them

SETTINGS = {"jit": "off", "application_name": "tastebuds"}
DIRECT = 4  # connections at most
RESERVED = 2  # for who logs in and for probes, however busy the others are

LOCALE = text("SELECT datlocprovider::text, datctype FROM pg_database WHERE datname = current_database()")


class Base(DeclarativeBase):
    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {datetime: DateTime(timezone=True), str: Text}  # noqa: RUF012 - SQLAlchemy reads it so

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)


class HasTimes:
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    updated_at: Mapped[datetime] = mapped_column(default=clock.now, onupdate=clock.now)


class Database:
    """Hands out sessions on one pool. `url` is `postgresql+asyncpg://…`."""

    def __init__(
        self,
        url: str,
        *,
        pool_size: int = 10,
        waits: Waits = Waits(),  # noqa: B008 - frozen
    ) -> None:
        self.url, self.waits = url, waits
        self.engine = _engine(url, pool_size, waits)
        self._spare = _engine(url, RESERVED, waits)
        self.direct = Connections(self.engine, SETTINGS, at_most=DIRECT, waits=waits)
        self.listening = Listening(self.engine)
        self._sessions = {spare: _sessions(engine) for spare, engine in self._engines.items()}
        self._readings = {spare: _readings(engine) for spare, engine in self._engines.items()}

    @property
    def _engines(self) -> dict[bool, AsyncEngine]:
        return {False: self.engine, True: self._spare}

    def apart(self, *, pool_size: int, waits: Waits) -> "Database":
        """The same database over connections of its own, so that neither waits for the other; listening is shared."""
        other = Database(self.url, pool_size=pool_size, waits=waits)
        other.listening = self.listening
        return other

    @asynccontextmanager
    async def session(self, *, reserved: bool = False) -> AsyncIterator[AsyncSession]:
        """One transaction: returning commits, raising rolls back. `reserved`: over a connection kept for few."""
        async with self._sessions[reserved]() as session, _let_down(session):
            yield session
            await session.commit()

    @asynccontextmanager
    async def reading(self, *, reserved: bool = False) -> AsyncIterator[AsyncSession]:
        """No transaction around the statements: each sees what is committed, and BEGIN and COMMIT cost nothing."""
        async with self._readings[reserved]() as session, _let_down(session):
            yield session

    async def check(self) -> None:
        """Raises `RuntimeError` unless it answers, and compares text as the search and the sort keys expect it."""
        try:
            async with self.reading() as session:
                row = (await session.execute(LOCALE)).one()
        except (OSError, TimeoutError, DBAPIError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
            reason = str(getattr(error, "orig", error)).partition("\n")[0] or type(error).__name__
            raise RuntimeError(f"DATABASE_URL: the database does not answer ({reason}).") from None
        if tuple(row) != ("b", "C.UTF-8"):
            raise RuntimeError(
                "DATABASE_URL: this database has locale provider "
                f"{row[0]!r} and LC_CTYPE {row[1]!r}; create it with LOCALE_PROVIDER builtin, "
                "BUILTIN_LOCALE 'C.UTF-8', LC_CTYPE 'C.UTF-8' (see docs/settings.md)."
            )

    async def close(self) -> None:
        await self.direct.close()
        for engine in self._engines.values():
            await engine.dispose()


@asynccontextmanager
async def _let_down(session: AsyncSession) -> AsyncIterator[None]:
    """A connection that was waited for in vain is cut: to roll back would be to wait for it again."""
    try:
        yield
    except (TimeoutError, asyncio.CancelledError):
        await session.invalidate()
        raise


def _engine(url: str, pool_size: int, waits: Waits) -> AsyncEngine:
    engine = create_async_engine(
        url,
        pool_size=pool_size,
        max_overflow=0,  # such a connection is closed after each use, and the next one asks for all types anew
        pool_timeout=waits.connection,
        hide_parameters=True,  # an error names the statement, and not what people wrote
        connect_args={"timeout": waits.connection, "command_timeout": waits.statement, "server_settings": SETTINGS},
    )
    event.listen(engine.sync_engine, "checkout", _still_open)
    return engine


def _sessions(engine: AsyncEngine) -> async_sessionmaker[AsyncSession]:
    return async_sessionmaker(engine, expire_on_commit=False, autoflush=False)


def _readings(engine: AsyncEngine) -> async_sessionmaker[AsyncSession]:
    return async_sessionmaker(engine.execution_options(isolation_level="AUTOCOMMIT"))


async def driver_of(session: AsyncSession) -> Connection:
    """The driver's connection under a session, within its transaction."""
    raw = await (await session.connection()).get_raw_connection()
    return cast("Connection", raw.driver_connection)


async def changed(session: AsyncSession, statement: Executable, values: Mapping[str, Any] | None = None) -> int:
    """How many rows it changed or deleted."""
    return int(getattr(await session.execute(statement, values), "rowcount", 0))


@cache
def limited(statement: str, at_most: int) -> TextClause:
    """With `{at_most}` written into it: where a limit is a parameter, Postgres plans anew each time, which takes longer
    than to answer. For the few numbers that our own code says."""
    return text(statement.replace("{at_most}", str(at_most)))


async def let_go(session: AsyncSession) -> None:
    """Gives the connection back before a long wait for others. For before anything was written: the transaction ends,
    and a submission (`web/once`) begins anew when it is over."""
    await session.rollback()


def _still_open(connection: Any, _record: Any, _proxy: Any) -> None:
    """A connection that Postgres has closed is replaced by a new one, without a round trip to ask it."""
    if connection.driver_connection.is_closed():
        raise DisconnectionError
