"""One connection that listens, for the whole process, and wakes whoever waits for what is told.

It is open while somebody waits. What is told while it is being made anew is lost, so it wakes everybody then; waiters
look for themselves every few seconds in any case.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import asyncpg
from sqlalchemy.ext.asyncio import AsyncEngine

CONNECT_WAIT = 3.0
CLOSE_WAIT = 1.0


class Waiter:
    """`payload` is what it waits for on its channel; None for whatever is told there."""

    def __init__(self, listening: "Listening", channel: str, payload: str | None) -> None:
        self.listening, self.channel, self.payload = listening, channel, payload
        self.woken = asyncio.Event()

    async def wait(self, seconds: float) -> None:
        """At most that long; not at all if something was told since the last time, or may have been."""
        await self.listening.hear(self.channel)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):  # wait_for, before Python 3.12, loses a cancel that meets a wake-up
                await self.woken.wait()
        self.woken.clear()


class Listening:
    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        self._waiters: set[Waiter] = set()
        self._heard: set[str] = set()
        self._connection: asyncpg.Connection[asyncpg.Record] | None = None
        self._changing = asyncio.Lock()

    @asynccontextmanager
    async def to(self, channel: str, payload: str | None = None) -> AsyncIterator[Waiter]:
        """Whoever looks inside the block and then waits misses nothing."""
        waiter = Waiter(self, channel, payload)
        self._waiters.add(waiter)
        try:
            await self.hear(channel)
            yield waiter
        finally:
            self._waiters.discard(waiter)
            if not self._waiters:
                await self._close()

    async def hear(self, channel: str) -> None:
        """Raises what keeps it from connecting."""
        async with self._changing:
            if self._connection is None or self._connection.is_closed():
                await self._connect()
            if self._connection is not None and channel not in self._heard:
                await self._connection.add_listener(channel, self._told)
                self._heard.add(channel)

    async def _connect(self) -> None:
        was_cut = self._connection is not None
        _, where = self._engine.dialect.create_connect_args(self._engine.url)
        self._heard.clear()
        self._connection = await asyncpg.connect(**where, timeout=CONNECT_WAIT)
        self._connection.add_termination_listener(self._cut)
        for channel in {waiter.channel for waiter in self._waiters}:
            await self._connection.add_listener(channel, self._told)
            self._heard.add(channel)
        if was_cut:
            self.wake()

    def _told(self, _connection: Any, _pid: int, channel: str, payload: Any) -> None:
        for waiter in self._waiters:
            if waiter.channel == channel and waiter.payload in (None, payload):
                waiter.woken.set()

    def _cut(self, connection: Any) -> None:
        if connection is self._connection:
            self.wake()

    def wake(self) -> None:
        """Everybody: there may be something to look at."""
        for waiter in self._waiters:
            waiter.woken.set()

    async def _close(self) -> None:
        async with self._changing:
            connection = self._connection
            if connection is None or self._waiters:
                return
            self._connection = None
            await connection.close(timeout=CLOSE_WAIT)
