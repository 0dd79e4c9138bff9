"""The episodes of a series are asked for in the queue: nobody who opens its page waits for them."""

from collections.abc import Mapping

from saq.types import Context

from app.catalog import episodes
from app.kit.db import Database
from app.kit.ids import UUID, parse_id
from app.sources import asking
from app.sources.errors import SourceDown
from app.sources.source import Source


async def fetch_episodes(context: Context, *, item: str) -> int:
    """How many are known now, of the first source that tells; 0 where nobody was asked or nobody knows."""
    database: Database = context["database"]  # type: ignore[typeddict-item]
    sources: Mapping[str, Source] = context["sources"]  # type: ignore[typeddict-item]
    return await _fetch(database, sources, parse_id(item))


async def _fetch(database: Database, sources: Mapping[str, Source], item_id: UUID) -> int:
    async with database.reading() as session:
        if not await episodes.is_due(session, item_id):
            return 0
        tellers = await episodes.tellers(session, item_id)
    if not tellers:
        async with database.session() as session:
            return await episodes.keep_episodes(session, item_id, "", ())
    for teller in tellers:
        source = sources.get(teller.source_name)
        if source is None or not source.ready:
            continue
        try:
            told = await asking.episodes(source, teller.external_id)
        except SourceDown as down:
            if down.kind != "not_found":
                continue
            told = []
        async with database.session() as session:
            number = await episodes.keep_episodes(session, item_id, source.name, told)
        if number:
            return number
    return 0
