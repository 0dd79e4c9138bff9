"""Wakes the consumers of events: at once when Postgres says there are some, every few seconds in any case."""

import asyncio
import logging
from collections.abc import Awaitable, Callable

from app.kit.db import Database
from app.kit.events import CHANNEL
from app.kit.trouble import database_is_down

EVERY = 5.0  # seconds between looks without a wake-up, so that a lost one costs no more
AFTER_FAULT = 2.0

log = logging.getLogger(__name__)


async def follow(database: Database, consume: Callable[[], Awaitable[object]]) -> None:
    """Runs until it is cancelled; a fault is logged and tried again."""
    while True:
        try:
            async with database.listening.to(CHANNEL) as waiter:
                while True:
                    await consume()
                    await waiter.wait(EVERY)
        except Exception as error:  # the database is away, or one batch cannot be dealt with: both deserve another try
            level = logging.WARNING if database_is_down(error) else logging.ERROR
            log.log(level, "following events failed; trying again", exc_info=True)
            await asyncio.sleep(AFTER_FAULT)
