"""Wakes the consumers of events: at once when Postgres says there are some, every few seconds in any case."""

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable

import asyncpg

from app.kit.db import Database
from app.kit.events import CHANNEL

EVERY = 5.0  # seconds between looks without a wake-up, so that a lost one costs no more
AFTER_FAULT = 2.0

log = logging.getLogger(__name__)


async def follow(database: Database, consume: Callable[[], Awaitable[object]]) -> None:
    """Runs until it is cancelled; a fault is logged and tried again."""
    while True:
        try:
            await _follow(database, consume)
        except Exception:  # the database is away, or one batch cannot be dealt with: both deserve another try
            log.exception("following events failed; trying again")
            await asyncio.sleep(AFTER_FAULT)


async def _follow(database: Database, consume: Callable[[], Awaitable[object]]) -> None:
    woken = asyncio.Event()
    _, where = database.engine.dialect.create_connect_args(database.engine.url)
    connection: asyncpg.Connection[asyncpg.Record] = await asyncpg.connect(**where, timeout=3)
    try:
        await connection.add_listener(CHANNEL, lambda *_: woken.set())
        connection.add_termination_listener(lambda _: woken.set())
        while True:
            woken.clear()
            await consume()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(woken.wait(), EVERY)
            if connection.is_closed():
                raise ConnectionResetError("Postgres closed the connection that listens.")
    finally:
        await connection.close(timeout=1)
