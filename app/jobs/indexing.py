"""The search index follows the catalog, and so do the words menus are discovered by: events of items, in batches."""

import logging
from collections.abc import Sequence

from app.kit import events
from app.kit.db import Database
from app.kit.ids import UUID
from app.menus import discovering
from app.search.contract import CatalogSearch

TOPIC = "item"
BATCH = 200

log = logging.getLogger(__name__)


async def index_changes(database: Database, engine: CatalogSearch) -> int:
    """How many events were dealt with; the engine reads what is true now, so doing it twice does no harm.

    Raises what the engine raises when it is not well: then everything waits, and nothing counts as tried.
    """
    dealt_with = 0
    while True:
        async with database.session() as session:
            claimed = await events.claim(session, TOPIC, BATCH)
            refused = await _index(engine, list(claimed))
            for item, reason in refused.items():
                await events.failed(session, TOPIC, item, reason)
            told = [event for item, ids in claimed.items() if item not in refused for event in ids]
            await discovering.refresh(session, claimed)
            await events.done(session, told)
        dealt_with += len(told)
        if len(claimed) < BATCH:
            return dealt_with


async def _index(engine: CatalogSearch, items: Sequence[UUID]) -> dict[UUID, str]:
    """Halves what fails until it is known which items the engine refuses, and why."""
    if not items:
        return {}
    try:
        await engine.index(items)
    except Exception as error:
        if isinstance(error, ConnectionError) or not await engine.healthy():
            raise
        if len(items) > 1:
            half = len(items) // 2
            return {**await _index(engine, items[:half]), **await _index(engine, items[half:])}
        log.exception("item %s cannot be indexed", items[0])
        return {items[0]: f"{type(error).__name__}: {error}"}
    return {}
