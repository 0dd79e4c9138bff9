"""What the outside sources found, as rows a page can show: each a preview, with what the catalog and I have of it."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from app.catalog import reading
from app.catalog.candidates import Candidate
from app.kit.db import AsyncSession
from app.kit.ids import UUID
from app.library import keeping
from app.sources.asking import Answer, State
from app.sources.previews import keep_previews


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """One candidate. `id` is its preview's; `item_id` is set once the catalog has the work."""

    id: UUID
    source: str
    type: str
    title: str
    subtitle: str | None
    creators: Sequence[str]
    year: int | None
    cover_provider: str | None
    cover_key: str | None
    url: str | None
    item_id: UUID | None = None
    kept: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Panel:
    """What came of asking one source."""

    source: str
    state: State
    sentence: str
    milliseconds: int = 0
    hits: list[Found] = field(default_factory=list)


async def panels(session: AsyncSession, user_id: UUID, answers: Sequence[Answer]) -> list[Panel]:
    candidates = [candidate for answer in answers for candidate in answer.candidates]
    previews = await keep_previews(session, candidates)
    items = await reading.stored(session, previews)
    entries = await keeping.entries_on(session, user_id, items.values())
    found = {}
    for candidate in candidates:
        key = (candidate.source, candidate.external_id)
        item_id = items.get(key)
        found[key] = of_candidate(previews[key], candidate, item_id, kept=item_id in entries)
    return [
        Panel(
            source=answer.source,
            state=answer.state,
            sentence="" if answer.candidates else answer.sentence,
            milliseconds=answer.milliseconds,
            hits=[found[candidate.source, candidate.external_id] for candidate in answer.candidates],
        )
        for answer in answers
    ]


def of_candidate(preview_id: UUID, candidate: Candidate, item_id: UUID | None, *, kept: bool) -> Found:
    cover = candidate.cover
    return Found(
        id=preview_id,
        source=candidate.source,
        type=candidate.type,
        title=candidate.title,
        subtitle=candidate.subtitle,
        creators=candidate.creators,
        year=candidate.year,
        cover_provider=cover.provider if cover else None,
        cover_key=cover.key if cover else None,
        url=candidate.url,
        item_id=item_id,
        kept=kept,
    )
