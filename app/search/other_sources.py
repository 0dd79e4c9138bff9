"""Of a work the catalog has: what sources that have not spoken of it tell, and taking one of them at its word."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from app.catalog import storing
from app.catalog.candidates import Candidate
from app.catalog.holding import GONE
from app.catalog.reading import REGISTRIES
from app.kit.db import AsyncSession, let_go
from app.kit.errors import Invalid, NotFound
from app.kit.ids import UUID
from app.search.contract import Question
from app.search.fan_out import FanOut, Outside
from app.search.identity import Known, known
from app.search.members import Member, of_candidate
from app.search.merging import alone, merge
from app.search.one_list import items_with, members_of, of_item
from app.search.ordering import ranked
from app.search.rows import Row, row_of
from app.search.taking import whole_of
from app.search.verdicts import verdicts_of
from app.sources.previews import preview_of
from app.sources.source import Source

ROWS_MAX = 20
OF_ANOTHER_KIND = "That is a work of another kind, so the two stay two."


@dataclass(frozen=True, slots=True, kw_only=True)
class Others:
    """One row for each thing told; `left_out` is how many cannot be this work, being of another kind or number."""

    rows: Sequence[Row]
    left_out: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """The item that a source's words went to; `is_new` if that is theirs alone."""

    item_id: UUID
    candidate: Candidate
    is_new: bool


async def others(session: AsyncSession, viewer_id: UUID, item_id: UUID, question: Question, outside: Outside) -> Others:
    """First those that the one list would show as this work. Raises `NotFound`."""
    told = members_of(outside.told, question, outside.previews)
    items = [of_item(row) for row in await items_with(session, [item_id], told)]
    this = _this(items, item_id)
    stored = {ref: item.item_id for item in items for ref in item.refs}
    everyone = [*items, *(replace(each, item_id=stored.get(each.ref)) for each in told)]
    verdicts = await verdicts_of(session, viewer_id, {ref for each in everyone for ref in each.refs})
    groups = ranked(merge(everyone, verdicts), question.text)
    groups.sort(key=lambda group: this.member.ref not in group.refs)
    spoke = {source for source, _ in this.member.refs}  # the catalog itself among them
    found = [each for group in groups for each in group.members if each.source not in spoke]
    fitting = [each for each in found if not _against(this, each)]
    rows = [row_of(group, {}) for group in alone(fitting[:ROWS_MAX])]
    return Others(rows=rows, left_out=len(found) - len(fitting))


def asking_others(fan_out: FanOut, spoke: Collection[str]) -> FanOut:
    """Asks none of those that `spoke` of it."""
    sources = {name: source for name, source in fan_out.sources.items() if name not in spoke}
    return FanOut(fan_out.database, sources, fan_out.asker, patience=fan_out.patience)


async def take_for(session: AsyncSession, sources: Mapping[str, Source], item_id: UUID, preview_id: UUID) -> Taken:
    """What a preview's source says goes to the item that has it already, else to a new one.

    Raises `NotFound`, and `Invalid` if it would be a new one that cannot be the same work as `item_id`.
    """
    preview = await preview_of(session, preview_id)
    await let_go(session)
    whole = await whole_of(sources, preview)
    await storing.lock(session, [whole])
    match = await storing.match(session, whole)
    if match is None:
        this = _this([of_item(row) for row in await items_with(session, [item_id])], item_id)
        if against := _against(this, of_candidate(whole, place=0)):
            raise Invalid({"": against})
    return Taken(item_id=await storing.store(session, whole), candidate=whole, is_new=match is None)


def _this(items: list[Member], item_id: UUID) -> Known:
    for item in items:
        if item.item_id == item_id:
            return known(item)
    raise NotFound(GONE)


def _against(this: Known, told: Member) -> str:
    """Why they cannot be one work, whatever anybody says; nothing if they can."""
    other = known(told)
    if this.sort != other.sort:
        return OF_ANOTHER_KIND
    for space, values in this.strong.items():
        if values.isdisjoint(other.strong.get(space, values)):
            name, one, two = REGISTRIES.get(space[0], space[0]), min(values), min(other.strong[space])
            return f"This work has {name} {one} and that one {name} {two}, so the two stay two."
    return ""
