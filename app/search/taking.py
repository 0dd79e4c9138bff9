"""Taking a work in from outside: the preview, the whole of what its source says, and the item that comes of it."""

from collections.abc import Mapping, Sequence

from app.catalog import storing
from app.catalog.candidates import Candidate
from app.kit.db import AsyncSession, let_go
from app.kit.errors import NotFound
from app.kit.ids import UUID
from app.sources.asking import fetch
from app.sources.errors import SourceDown
from app.sources.previews import preview_of
from app.sources.source import Source


async def take(session: AsyncSession, sources: Mapping[str, Source], preview_id: UUID) -> tuple[UUID, Candidate]:
    """The item of a preview, and the candidate it came of. Raises `NotFound` once the preview has expired.

    If the source cannot tell more now, what the search found is enough to start with.
    """
    preview = await preview_of(session, preview_id)
    await let_go(session)
    source = sources.get(preview.source)
    try:
        candidate = await fetch(source, preview.external_id) if source else preview
    except SourceDown:
        candidate = preview
    return await storing.store(session, candidate), preview


async def take_group(
    session: AsyncSession, sources: Mapping[str, Source], preview_ids: Sequence[UUID]
) -> tuple[UUID, Candidate]:
    """As `take`, of the first; what the others say goes to the same item. Those that have expired are left out."""
    return await take(session, sources, preview_ids[0])


async def ingest(session: AsyncSession, sources: Mapping[str, Source], name: str, external_id: str) -> UUID:
    """The item of a source's own id. Raises `NotFound` for a source there is not, `SourceDown`."""
    source = sources.get(name)
    if source is None:
        raise NotFound(f"There is no source called {name}.")
    return await storing.store(session, await fetch(source, external_id))
