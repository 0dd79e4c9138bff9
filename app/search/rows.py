"""Rows of the one list, as pages and programs show them."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from app.catalog.candidates import Cover, ItemType
from app.kit.db import AnyRow, AsyncSession
from app.kit.ids import UUID
from app.library import keeping
from app.search.contract import Answer, Hit, Question
from app.search.fan_out import Outside
from app.search.members import CATALOG, Group, Member, Ref
from app.search.merging import alone
from app.search.one_list import OneList, one_list
from app.search.ordering import ranked


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One work. `id` names it on the page, the same whenever it is shown; `entry` is mine.

    `item_id` is set once the catalog has it, `previews` are the sources' words on it, the foremost first,
    `pages` the works' pages there.
    """

    id: str
    type: ItemType
    kind: str | None
    title: str
    subtitle: str | None
    creators: Sequence[str]
    year: int | None
    cover_provider: str | None
    cover_key: str | None
    description: str | None
    item_id: UUID | None
    previews: Sequence[UUID]
    sources: Sequence[str]
    pages: Mapping[str, str]
    reasons: Sequence[str]
    refs: Sequence[Ref]
    separable: Sequence[Member]
    entry: AnyRow | None
    kept: bool

    @property
    def is_new(self) -> bool:
        """Whether it is from outside only."""
        return CATALOG not in self.sources

    @property
    def preview(self) -> str:
        """As the form that keeps it says it."""
        return ",".join(str(id_) for id_ in self.previews)


async def listed(
    session: AsyncSession, viewer_id: UUID, question: Question, answer: Answer, outside: Outside
) -> OneList:
    """The one list; while nothing is told from outside, of the hits as they are: the first byte waits for no more."""
    if outside.told:
        return await one_list(session, viewer_id, question, answer, outside.told, outside.previews)
    entries = await keeping.entries_on(session, viewer_id, [hit.id for hit in answer.hits])
    groups = alone(_of_hit(hit, place, kept=hit.id in entries) for place, hit in enumerate(answer.hits))
    if entries and question.sort == "relevance":  # else the engine's own order stands
        groups = ranked(groups, question.text)
    return OneList(groups=groups, entries=entries)


def _of_hit(hit: Hit, place: int, *, kept: bool) -> Member:
    cover = Cover(provider=hit.cover_provider, key=hit.cover_key) if hit.cover_provider and hit.cover_key else None
    return Member(
        ref=(CATALOG, str(hit.id)),
        refs=frozenset({(CATALOG, str(hit.id))}),
        type=hit.type,
        kind=hit.movie_kind,
        title=hit.title,
        subtitle=hit.subtitle,
        creators=tuple(hit.creators),
        credits=tuple(hit.creators),
        year=hit.year,
        description=hit.description,
        cover=cover,
        popularity=hit.popularity,
        place=place,
        item_id=hit.id,
        kept=kept,
    )


def rows(found: OneList, without: Collection[Ref] = ()) -> list[Row]:
    """Those that say nothing of what is in `without`: what earlier pages showed."""
    groups = [group for group in found.groups if group.goes_by.isdisjoint(without)] if without else found.groups
    return [row_of(group, found.entries) for group in groups]


def row_of(group: Group, entries: Mapping[UUID, AnyRow]) -> Row:
    cover = group.cover
    item_id = group.item_id
    entry = entries.get(item_id) if item_id else None
    separable = group.separable
    return Row(
        id=group.key,
        type=group.type,
        kind=group.kind,
        title=group.title,
        subtitle=group.subtitle,
        creators=group.creators,
        year=group.year,
        cover_provider=cover.provider if cover else None,
        cover_key=cover.key if cover else None,
        description=group.description,
        item_id=item_id,
        previews=group.preview_ids,
        sources=group.sources,
        pages=group.pages,
        reasons=group.reasons,
        refs=group.refs,
        separable=[member for member in group.members if member.ref in separable],
        entry=entry,
        kept=group.kept or entry is not None,
    )
