"""The catalog's words that are only one source's: they follow when it says something else, and go when it goes."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from app.catalog.candidates import Candidate
from app.catalog.models import FACTS_TABLES, MediaItem
from app.catalog.storing import facts_row, item_row
from app.kit.db import AsyncSession, Base
from app.kit.ids import UUID

Row = Mapping[str, Any]

# columns that belong together
GROUPS = (
    ("title", "sort_title"),
    ("subtitle",),
    ("original_title",),
    ("creators",),
    ("released", "released_precision", "year"),
    ("description",),
    ("language",),
    ("genres",),
    ("cover_provider", "cover_key"),
)
NOTHING: tuple[Any, ...] = (None, [], ())


def said(row: Row, group: Sequence[str]) -> list[Any]:
    return [list(row[name]) if isinstance(row[name], tuple) else row[name] for name in group]


def is_only(group: Sequence[str], here: Row, one: Row, others: Iterable[Row]) -> bool:
    """Whether what stands here is said by this one and by nobody else."""
    words = said(here, group)
    return words[0] not in NOTHING and words == said(one, group) and all(words != said(row, group) for row in others)


async def follow(
    session: AsyncSession, item_id: UUID, before: Candidate, after: Candidate, others: Sequence[Candidate]
) -> None:
    """A source says something else than before. What somebody wrote by hand stays."""
    item = await session.get_one(MediaItem, item_id, with_for_update={"key_share": True}, populate_existing=True)
    if item.made_by:
        return
    changed = _follow(item, GROUPS, item_row(before), item_row(after), [item_row(each) for each in others])
    if before.type == after.type == item.type:
        facts = await session.get_one(FACTS_TABLES[item.type], item_id, populate_existing=True)
        told = [facts_row(each) for each in others if each.type == item.type]
        groups = [(name,) for name in facts_row(after)]
        changed |= _follow(facts, groups, facts_row(before), facts_row(after), told)
    item.version += changed
    await session.flush()


def _follow(row: Base, groups: Iterable[Sequence[str]], before: Row, after: Row, others: Sequence[Row]) -> bool:
    here = {name: getattr(row, name) for name in before if hasattr(row, name)}
    changed = False
    for group in groups:
        words = said(after, group)
        if words[0] not in NOTHING and words != said(here, group) and is_only(group, here, before, others):
            for name, word in zip(group, words, strict=True):
                setattr(row, name, word)
            changed = True
    return changed
