"""A few connections straight on asyncpg, for what is asked with every request or many times in one.

Through SQLAlchemy the same statement costs two to four times the CPU (measured; docs/performance.md).
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TypeAlias

import asyncpg
from asyncpg.pool import PoolConnectionProxy
from sqlalchemy.ext.asyncio import AsyncEngine

Connection: TypeAlias = "asyncpg.Connection[asyncpg.Record] | PoolConnectionProxy[asyncpg.Record]"
Watch = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Waits:
    """Seconds until the database is taken for one that does not answer.

    Together with what is asked before a page is made they stay below what people wait (docs/operations.md).
    """

    connection: float = 2.0  # until one of the pool is free, and until a new one is open
    statement: float | None = 4.0  # until it is answered; None for as long as it takes


async def _nothing_to_reset(_connection: "asyncpg.Connection[asyncpg.Record]") -> None:
    """No statement here changes the session, so a release needs no round trip."""


class Connections:
    """Opened when first needed, on the loop that needs them; usable again after `close`.

    `watch` is told every statement that is sent over what is opened from then on.
    """

    def __init__(
        self,
        engine: AsyncEngine,
        settings: Mapping[str, str],
        *,
        at_most: int,
        waits: Waits = Waits(),
        watch: Watch | None = None,
    ) -> None:
        self._engine = engine
        self._waits = waits
        self._settings = dict(settings)
        self._at_most = at_most
        self.watch = watch
        self._pool: asyncpg.Pool[asyncpg.Record] | None = None
        self._opening = asyncio.Lock()

    @asynccontextmanager
    async def one(self) -> AsyncIterator[Connection]:
        pool = self._pool or await self._open()
        connection = await pool.acquire(timeout=self._waits.connection)
        try:
            yield connection
        except (TimeoutError, asyncio.CancelledError):
            connection.terminate()  # in order, it would wait for a Postgres that does not answer to stop
            raise
        finally:
            await pool.release(connection)

    async def _open(self) -> "asyncpg.Pool[asyncpg.Record]":
        async with self._opening:
            if self._pool is None:
                _, where = self._engine.dialect.create_connect_args(self._engine.url)
                self._pool = await asyncpg.create_pool(
                    **where,
                    min_size=0,
                    max_size=self._at_most,
                    timeout=self._waits.connection,
                    command_timeout=self._waits.statement,
                    server_settings=self._settings,
                    init=self._let_watch,
                    reset=_nothing_to_reset,
                )
            return self._pool

    async def _let_watch(self, connection: "asyncpg.Connection[asyncpg.Record]") -> None:
        if (watch := self.watch) is not None:
            connection.add_query_logger(lambda logged: watch(logged.query))

    async def close(self) -> None:
        pool, self._pool = self._pool, None
        if pool is not None:
            await pool.close()
