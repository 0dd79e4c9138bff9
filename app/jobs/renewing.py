"""What may be kept for a while only is asked for again in time, a little every hour, and given up when it was not."""

from collections.abc import Mapping

from saq.types import Context

from app.kit.db import Database
from app.sources import asking, renewing
from app.sources.asking import JOB_PATIENCE, JOB_WAIT
from app.sources.errors import SourceDown
from app.sources.source import Source

MOST = 50  # works of one source in an hour


async def renew(context: Context) -> dict[str, int]:
    database: Database = context["database"]  # type: ignore[typeddict-item]
    sources: Mapping[str, Source] = context["sources"]  # type: ignore[typeddict-item]
    done = {"renewed": 0, "given up": 0}
    for source in sources.values():
        done["renewed"] += await _renew(database, source)
        async with database.session() as session:
            done["given up"] += await renewing.expire(session, source, MOST)
    return done


async def _renew(database: Database, source: Source) -> int:
    """Until the source has had enough; a work it knows no more is given up."""
    renewed = 0
    async with database.reading() as session:
        due = await renewing.due(session, source, MOST)
    for external_id in due:
        try:
            candidate = await asking.fetch(source, external_id, patience=JOB_PATIENCE, seconds=JOB_WAIT)
        except SourceDown as down:
            if down.kind != "not_found":
                break
            async with database.session() as session:
                await renewing.give_up(session, source, external_id)
            continue
        async with database.session() as session:
            await renewing.renew(session, source, candidate)
        renewed += 1
    return renewed
