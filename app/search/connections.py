"""A few connections of the search engine's own, straight on asyncpg.

A search is two to four round trips: through SQLAlchemy each costs twice the CPU. Its statements are long, and planning
them anew costs more than running them: they are written so that one plan is right for rare and common words alike.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import TypeAlias

import asyncpg
from asyncpg.pool import PoolConnectionProxy

from app.kit.db import CONNECT_WAIT, POOL_WAIT, STATEMENT_WAIT, Database

__all__ = ["Connection", "Connections", "Watch"]

Connection: TypeAlias = "PoolConnectionProxy[asyncpg.Record]"
Watch = Callable[[str], None]

SETTINGS = {
    "application_name": "tastebuds search",
    "jit": "off",
    "plan_cache_mode": "force_generic_plan",
    "enable_seqscan": "off",  # a plan made without knowing the words must not read the whole table for one of them
    "random_page_cost": "1.1",
    "work_mem": "32MB",
    "pg_trgm.similarity_threshold": "0.2",  # two edits leave a word of eight letters no more in common
}


async def _nothing_to_reset(_connection: "asyncpg.Connection[asyncpg.Record]") -> None:
    """No statement here changes the session, so a release needs no round trip."""


class Connections:
    """Opened when first needed, on the loop that needs them; usable again after `close`.

    `watch` is told every statement that is sent.
    """

    def __init__(self, database: Database, *, at_most: int, watch: Watch | None = None) -> None:
        self._engine = database.engine
        self._at_most = at_most
        self._watch = watch
        self._pool: asyncpg.Pool[asyncpg.Record] | None = None
        self._opening = asyncio.Lock()

    @asynccontextmanager
    async def one(self) -> AsyncIterator[Connection]:
        pool = self._pool or await self._open()
        async with pool.acquire(timeout=POOL_WAIT) as connection:
            yield connection

    async def _open(self) -> "asyncpg.Pool[asyncpg.Record]":
        async with self._opening:
            if self._pool is None:
                _, where = self._engine.dialect.create_connect_args(self._engine.url)
                self._pool = await asyncpg.create_pool(
                    **where,
                    min_size=0,
                    max_size=self._at_most,
                    timeout=CONNECT_WAIT,
                    command_timeout=STATEMENT_WAIT,
                    server_settings=SETTINGS,
                    init=self._let_watch,
                    reset=_nothing_to_reset,
                )
            return self._pool

    async def _let_watch(self, connection: "asyncpg.Connection[asyncpg.Record]") -> None:
        if (watch := self._watch) is not None:
            connection.add_query_logger(lambda logged: watch(logged.query))

    async def close(self) -> None:
        pool, self._pool = self._pool, None
        if pool is not None:
            await pool.close()
