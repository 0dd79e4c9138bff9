"""Taking a work in from outside: the preview, the whole of what its source says, and the item that comes of it."""

from collections.abc import Mapping, Sequence

from app.catalog import storing
from app.catalog.candidates import Candidate
from app.kit.db import AsyncSession, let_go
from app.kit.errors import NotFound
from app.kit.ids import UUID
from app.search.members import of_candidate
from app.search.merging import merge
from app.sources.asking import fetch
from app.sources.errors import SourceDown
from app.sources.previews import preview_of
from app.sources.source import Source


async def take(session: AsyncSession, sources: Mapping[str, Source], preview_id: UUID) -> tuple[UUID, Candidate]:
    """The item of a preview, and the candidate it came of. Raises `NotFound` once the preview has expired.

    If the source cannot tell more now, what the search found is enough to start with.
    """
    return await take_group(session, sources, [preview_id])


async def take_group(
    session: AsyncSession, sources: Mapping[str, Source], preview_ids: Sequence[UUID]
) -> tuple[UUID, Candidate]:
    """As `take`, of the first; what the others say goes to the same item. Those that have expired are left out.

    So are those that are not one work with the first by themselves: the catalog belongs to everybody, and what one
    host joined in a list is that host's view.
    """
    previews = await _previews(session, preview_ids)
    await let_go(session)
    lead = previews[0]
    whole = await whole_of(sources, lead)
    return await storing.store_together(session, [whole, *_one_with(whole, previews[1:])]), lead


async def whole_of(sources: Mapping[str, Source], preview: Candidate) -> Candidate:
    """All its source says, or what the search found if that cannot be had now."""
    source = sources.get(preview.source)
    try:
        return await fetch(source, preview.external_id) if source else preview
    except SourceDown:
        return preview


async def _previews(session: AsyncSession, preview_ids: Sequence[UUID]) -> list[Candidate]:
    found, gone = [], NotFound()
    for preview_id in dict.fromkeys(preview_ids):
        try:
            found.append(await preview_of(session, preview_id))
        except NotFound as expired:
            gone = expired
    if not found:
        raise gone
    return found


def _one_with(whole: Candidate, others: Sequence[Candidate]) -> list[Candidate]:
    groups = merge(of_candidate(candidate, place=place) for place, candidate in enumerate((whole, *others)))
    refs = next(group.refs for group in groups if (whole.source, whole.external_id) in group.refs)
    return [candidate for candidate in others if (candidate.source, candidate.external_id) in refs]


async def ingest(session: AsyncSession, sources: Mapping[str, Source], name: str, external_id: str) -> UUID:
    """The item of a source's own id. Raises `NotFound` for a source there is not, `SourceDown`."""
    source = sources.get(name)
    if source is None:
        raise NotFound(f"There is no source called {name}.")
    return await storing.store(session, await fetch(source, external_id))
