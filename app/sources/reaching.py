"""The sources as a whole process shares them: their budgets, circuits and the record of what they were asked."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from app.kit.db import Database
from app.kit.outbound import Outbound
from app.kit.settings import Settings
from app.sources.attempts import KeptAttempts
from app.sources.budgets import Budgets, SharedBudgets
from app.sources.circuits import Circuits, SharedCircuits
from app.sources.registry import all_sources
from app.sources.source import Source


@asynccontextmanager
async def reaching(settings: Settings, database: Database) -> AsyncIterator[dict[str, Source]]:
    outbound, attempts = Outbound(settings.contact), KeptAttempts(database)
    try:
        async with shared(settings, database) as (budgets, circuits):
            yield all_sources(settings, outbound, budgets, circuits, attempts)
    finally:
        await outbound.close()
        await attempts.close()


@asynccontextmanager
async def shared(settings: Settings, database: Database) -> AsyncIterator[tuple[Budgets, Circuits]]:
    """What our processes have in common: in Redis where there is one, else in the database."""
    url = settings.given_redis()
    if url is None:
        yield SharedBudgets(database), SharedCircuits(database)
        return
    from app.kit.redis import for_state  # takes a tenth of a second, which only those pay who have one
    from app.sources.redis_budgets import RedisBudgets
    from app.sources.redis_circuits import RedisCircuits

    async with for_state(url) as redis:
        yield RedisBudgets(redis), RedisCircuits(redis, database)
