"""The search index follows the catalog: events of items, claimed in batches, handed to the engine."""

from app.kit import events
from app.kit.db import Database
from app.search.contract import CatalogSearch

TOPIC = "item"
BATCH = 200


async def index_changes(database: Database, engine: CatalogSearch) -> int:
    """How many events were dealt with; the engine reads what is true now, so doing it twice does no harm."""
    dealt_with = 0
    while True:
        async with database.session() as session:
            batch = await events.claim(session, TOPIC, BATCH)
            if batch:
                await engine.index(list(dict.fromkeys(event.subject_id for event in batch)))
                await events.done(session, batch)
        dealt_with += len(batch)
        if len(batch) < BATCH:
            return dealt_with
