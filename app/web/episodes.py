"""Has the queue ask for the episodes of a series; a page that wants them is not kept waiting."""

import asyncio
import logging

from saq import Queue

from app.catalog import episodes
from app.kit.db import AsyncSession
from app.kit.ids import UUID

JOB = "fetch_episodes"
WAIT = 1.0  # seconds for the queue to take it
TIMEOUT = 40  # seconds; two sources at most

log = logging.getLogger(__name__)


async def want_if_series(session: AsyncSession, queue: Queue | None, item_id: UUID) -> None:
    """For what has just been kept: it is in the catalog by now, and its page was perhaps never opened."""
    if await episodes.is_due(session, item_id):
        await want_episodes(queue, item_id)


async def want_episodes(queue: Queue | None, item_id: UUID) -> None:
    """One job for each series, however many open it. While the queue is away, the next who opens it asks again."""
    if queue is None:
        return
    try:
        async with asyncio.timeout(WAIT):
            await queue.enqueue(JOB, key=f"episodes:{item_id}", timeout=TIMEOUT, retries=1, ttl=-1, item=str(item_id))
    except Exception:
        log.warning("the queue did not take the question for episodes", exc_info=True)
