"""The sources as a whole process shares them: their budgets, circuits and the record of what they were asked."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from app.kit.db import Database
from app.kit.outbound import Outbound
from app.kit.settings import Settings
from app.sources.attempts import KeptAttempts
from app.sources.budgets import SharedBudgets
from app.sources.circuits import SharedCircuits
from app.sources.registry import all_sources
from app.sources.source import Source


@asynccontextmanager
async def reaching(settings: Settings, database: Database) -> AsyncIterator[dict[str, Source]]:
    outbound, attempts = Outbound(settings.contact), KeptAttempts(database)
    try:
        yield all_sources(settings, outbound, SharedBudgets(database), SharedCircuits(database), attempts)
    finally:
        await outbound.close()
        await attempts.close()
