"""Where budgets and circuits are kept: the same tests run over both, and make time go by in each."""

from typing import Any, Protocol

import msgspec
from sqlalchemy import text

from app.kit.db import Database
from app.kit.redis import for_state
from app.sources.budgets import Budgets, SharedBudgets
from app.sources.circuits import Circuits, SharedCircuits
from app.sources.redis_budgets import BUCKET, DAY, RedisBudgets
from app.sources.redis_circuits import CIRCUIT, RedisCircuits

EARLIER = (
    text("UPDATE source_budgets SET paid_until = paid_until - make_interval(secs => :seconds)"),
    text("""
        UPDATE source_circuits SET open_until = open_until - make_interval(secs => :seconds),
            probe_until = probe_until - make_interval(secs => :seconds),
            paused_until = paused_until - make_interval(secs => :seconds)
    """),
)
YESTERDAY = text("UPDATE source_days SET day = day - 1")
RECENT = text("SELECT recent FROM source_circuits")
TIMES = ("open_until", "probe_until", "paused_until")
PATIENCE = 20.0


class Store(Protocol):
    """What one process has of it."""

    @property
    def budgets(self) -> Budgets: ...

    @property
    def circuits(self) -> Circuits: ...

    async def another(self) -> "Store":
        """The same, in another process."""

    async def pass_time(self, seconds: float) -> None:
        """As if so much time had gone by."""

    async def next_day(self) -> None: ...

    async def recent(self) -> list[Any]:
        """What is kept of the only circuit there is."""

    async def close(self) -> None: ...


class InPostgres:
    def __init__(self, database: Database) -> None:
        self.database = database
        self.budgets: Budgets = SharedBudgets(database, patience=PATIENCE)
        self.circuits: Circuits = SharedCircuits(database, patience=PATIENCE)

    async def another(self) -> Store:
        return InPostgres(Database(self.database.url, waits=self.database.waits))

    async def pass_time(self, seconds: float) -> None:
        async with self.database.session() as session:
            for statement in EARLIER:
                await session.execute(statement, {"seconds": seconds})

    async def next_day(self) -> None:
        async with self.database.session() as session:
            await session.execute(YESTERDAY)

    async def recent(self) -> list[Any]:
        async with self.database.reading() as session:
            return list(await session.scalar(RECENT))

    async def close(self) -> None:
        await self.database.close()


class InRedis:
    def __init__(self, url: str, database: Database) -> None:
        self.url, self.database = url, database
        self.redis = for_state(url)
        self.commands: Any = self.redis  # typed as if it might not be awaited
        self.budgets: Budgets = RedisBudgets(self.redis, patience=PATIENCE)
        self.circuits: Circuits = RedisCircuits(self.redis, database, patience=PATIENCE)

    async def another(self) -> Store:
        return InRedis(self.url, self.database)

    async def pass_time(self, seconds: float) -> None:
        async for key in self.redis.scan_iter(BUCKET + "*"):
            paid = int(await self.commands.get(key) or 0) - round(seconds * 1e6)
            await self.redis.set(key, paid, keepttl=True)
        async for key in self.redis.scan_iter(CIRCUIT + "*"):
            for name in TIMES:
                if int(await self.commands.hget(key, name) or 0):
                    await self.commands.hincrby(key, name, -round(seconds * 1e6))

    async def next_day(self) -> None:
        async for key in self.redis.scan_iter(DAY + "*"):
            await self.redis.rename(key, key[:-10] + "2000-01-01")

    async def recent(self) -> list[Any]:
        (key,) = [key async for key in self.redis.scan_iter(CIRCUIT + "*")]
        return list(msgspec.json.decode(await self.commands.hget(key, "recent") or "[]"))

    async def close(self) -> None:
        await self.redis.aclose()
