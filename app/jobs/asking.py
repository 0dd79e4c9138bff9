"""Asking sources in the queue: one job for each source and question, however many people want to know."""

import asyncio
import logging
from collections.abc import Mapping, Sequence

from saq import Queue
from saq.types import Context
from saq.utils import now

from app.catalog.candidates import ItemType
from app.jobs.carrying import on_account
from app.kit.db import Database
from app.search.fan_out import GIVE_UP, Asker, answer
from app.sources.answers import Query
from app.sources.source import Source

TIMEOUT = 6  # seconds; a source has three of them, and what it told is written in less than that


log = logging.getLogger(__name__)


async def ask_source(context: Context, *, source: str, text: str, item_type: ItemType | None, page: int) -> None:
    """Not what has waited for so long that nobody waits for it any more: it would only hold up the others."""
    if now() - context["job"].queued > GIVE_UP * 1000:  # milliseconds
        return
    database: Database = context["database"]  # type: ignore[typeddict-item]
    sources: Mapping[str, Source] = context["sources"]  # type: ignore[typeddict-item]
    await answer(database, sources[source], Query(text, item_type, page))


class Queued:
    """Puts questions into the queue, over its own connections: nothing of the request's is waited for or undone.

    One try: a failure is an answer too, and whoever still wants to know asks again. While the queue is away, `here`
    asks.
    """

    def __init__(self, queue: Queue, here: Asker) -> None:
        self.queue, self.here = queue, here
        self._connecting = asyncio.Lock()

    async def ask(self, query: Query, sources: Sequence[str]) -> bool:
        try:
            async with self._connecting:
                await self.queue.connect()
            return any(await asyncio.gather(*(self._ask(query, source) for source in sources)))
        except Exception:
            log.warning("the queue does not answer; asking without it", exc_info=True)
            return await self.here.ask(query, sources)

    async def _ask(self, query: Query, source: str) -> bool:
        job = await self.queue.enqueue(
            ask_source.__qualname__,
            key=f"{source}:{query.key}",
            timeout=TIMEOUT,
            retries=1,
            meta=on_account(),
            ttl=-1,  # gone when done: the same question may be asked again within the same second
            source=source,
            text=query.text,
            item_type=query.type,
            page=query.page,
        )
        return job is not None
