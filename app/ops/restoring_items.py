"""Works of an export in the catalog of here, which belongs to all: one that is here already is left as it is.

It is the same work by its id, by what a source calls it, or by a strong identifier; else it is made, with all that the
line says of it.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated, Any
from urllib.parse import urlsplit

import msgspec
from sqlalchemy import select, text, tuple_
from sqlalchemy.dialects.postgresql import insert

from app.catalog.candidates import STRONG_SCHEMES, Candidate
from app.catalog.models import (
    DESCRIPTION_MAX,
    FACTS_TABLES,
    TITLE_MAX,
    MediaIdentifier,
    MediaItem,
    MediaSource,
)
from app.catalog.storing import LOCK, lock_keys, said_row, sort_title
from app.kit import clock, events
from app.kit.db import AsyncSession, Base
from app.kit.ids import UUID, new_id
from app.kit.parsing import scrub
from app.ops.line_values import LIST_MAX, Wrong, values_of
from app.ops.reading_back import ITEMS
from app.ops.restoring import ADDED, THERE, Known, Line, another_id
from app.sources.covers import HAND, PROVIDERS
from app.sources.hand_covers import key_of, row_of
from app.sources.models import HandCover
from app.sources.pictures import Own
from app.sources.registry import SOURCES as SOURCES_ASKED

MADE_HERE = frozenset({"made_by", "sort_title", "year", "popularity"})
COVER_KEY_MAX = 500
HOMES = {each.name: urlsplit(each.home).netloc for each in SOURCES_ASKED}
TEXT_MAX = 300

HERE = text("SELECT id, type FROM media_items WHERE id = ANY(:ids)")
MERGED = text("""
    SELECT m.from_id, m.into_id FROM item_merges m JOIN media_items i ON i.id = m.into_id
    WHERE m.from_id = ANY(:ids) AND m.kind = 'merge' AND m.undone_at IS NULL
""")
SOURCES = select(MediaSource.source_name, MediaSource.external_id, MediaSource.item_id)
IDENTIFIERS = select(
    MediaIdentifier.scheme, MediaIdentifier.kind, MediaIdentifier.value, MediaItem.type, MediaItem.id
).join(MediaItem)

Short = Annotated[str, msgspec.Meta(max_length=TEXT_MAX)]
Name = Annotated[str, msgspec.Meta(min_length=1, max_length=TEXT_MAX)]


class Told(msgspec.Struct):
    """A source of a work, as a line has it."""

    source: Name
    external_id: Name
    fetched_at: Annotated[datetime, msgspec.Meta(tz=True)]
    url: str | None = None
    rating: float | None = None
    rating_scale: Annotated[int, msgspec.Meta(gt=0, le=1000)] | None = None
    rating_votes: Annotated[int, msgspec.Meta(ge=0, le=2**31 - 1)] | None = None
    said: Any = None


class Work(msgspec.Struct):
    """Of a line what is not of `media_items`."""

    facts: dict[str, Any] = {}
    identifiers: Annotated[list[tuple[Name, Short, Name]], msgspec.Meta(max_length=200)] = []
    sources: Annotated[list[Told], msgspec.Meta(max_length=50)] = []
    is_made_by_me: bool = False


def covered(line: Line) -> UUID | None:
    """Its work there, if that had a cover which somebody put on it."""
    was = line.given.get("id")
    if line.given.get("cover_provider") != HAND or not isinstance(was, str):
        return None
    try:
        return UUID(was)
    except ValueError:
        return None


async def put(session: AsyncSession, known: Known, lines: Sequence[Line], covers: Mapping[int, Own]) -> None:
    """As `Restoring.put`. `covers`: what people put there themselves, by the number of the line."""
    works: dict[int, Work] = {}
    for line in lines:
        try:
            line.values = values_of(MediaItem.__table__, line.given, MADE_HERE)  # type: ignore[arg-type]
            works[line.number] = _work(line)
        except Wrong as error:
            line.leave(str(error))
            continue
        line.was = line.values["id"]
    lines = [line for line in lines if not line.result]
    names = [name for line in lines for name in _names(works[line.number])]
    await session.execute(LOCK, {"keys": lock_keys(set(names))})
    here = await _here(session, known, lines, works)
    made = _Made()
    for line in lines:
        now = _match(known, line, works[line.number], here)
        if now:
            known.found(ITEMS, line.was, now)
            line.result = THERE
        else:
            _make(made, known, line, works[line.number], here, covers.get(line.number))
    await made.insert(session)


def _work(line: Line) -> Work:
    kind = line.values["type"]
    if kind not in FACTS_TABLES:
        raise Wrong("“type” is none of book, movie, game and music.")
    given = {name: line.given[name] for name in Work.__struct_fields__ if name in line.given}
    try:
        work = msgspec.convert(scrub(given), Work)
    except msgspec.ValidationError as error:
        raise Wrong(f"“{_place(error)}” is not as it has to be.") from None
    except ValueError:
        raise Wrong("It is nested too deeply.") from None
    work.facts = values_of(FACTS_TABLES[kind].__table__, work.facts, frozenset({"item_id"}))  # type: ignore[arg-type]
    if name := _too_long({**line.values, **work.facts}):
        raise Wrong(f"“{name}” is too long.")
    for each in work.sources:
        each.said = _said(each)
        each.url = each.url if _is_at(each.source, each.url) else None
        each.fetched_at = min(each.fetched_at, clock.now())
    _judge_cover(line.values)
    names = (" ".join(name.split()) for name in line.values.get("creators") or ())
    line.values["creators"] = [name for name in names if name]  # each on one line: the shelf tells them apart by that
    return work


def _place(error: msgspec.ValidationError) -> str:
    return str(error).rpartition("`$.")[2].rstrip("`").partition("[")[0] or "It"


def _said(told: Told) -> Any:
    """As the source itself would be kept to say it."""
    try:
        candidate = msgspec.convert(told.said, Candidate)
    except msgspec.ValidationError:
        return None
    if candidate.url and not _is_at(told.source, candidate.url):
        candidate = msgspec.structs.replace(candidate, url=None)
    said = said_row(candidate)
    return None if _too_long(said) else said


def _too_long(value: Any, name: str = "") -> str:
    """What in it is longer than a work's own may be, by its name."""
    if isinstance(value, str):
        return name if len(value) > (DESCRIPTION_MAX if name == "description" else TITLE_MAX) else ""
    if isinstance(value, dict):
        return next((found for key, each in value.items() if (found := _too_long(each, key))), "")
    if isinstance(value, list | tuple):
        return (
            name if len(value) > LIST_MAX else next((found for each in value if (found := _too_long(each, name))), "")
        )
    return ""


def _is_at(source: str, url: str | None) -> bool:
    """Whether it is a page of the source's own: others are followed only once it says so itself."""
    try:
        there = urlsplit(url or "")
    except ValueError:
        return False
    return there.scheme == "https" and there.netloc == HOMES.get(source)


def _judge_cover(values: dict[str, Any]) -> None:
    provider, key = values.get("cover_provider"), values.get("cover_key")
    if provider not in PROVIDERS or not key or len(key) > COVER_KEY_MAX:
        values |= {"cover_provider": None, "cover_key": None}


def _names(work: Work) -> list[str]:
    return [f"source {each.source} {each.external_id}" for each in work.sources] + [
        f"identifier {scheme} {kind} {value}" for scheme, kind, value in _strong(work)
    ]


def _strong(work: Work) -> list[tuple[str, str, str]]:
    return [each for each in work.identifiers if each[0] in STRONG_SCHEMES]


async def _here(
    session: AsyncSession, known: Known, lines: Sequence[Line], works: Mapping[int, Work]
) -> dict[Any, UUID]:
    """What the lines could be, by what they say: an id with its type, a source's id, an identifier with its type."""
    ids = [each for line in lines if line.was for each in (line.was, another_id(known.user_id, line.was))]
    here: dict[Any, UUID] = {}
    for row in await session.execute(HERE, {"ids": ids}):
        here |= {(row.type, row.id): row.id, row.id: row.id}
    for row in await session.execute(MERGED, {"ids": ids}):
        here[("merged", row.from_id)] = row.into_id
    told = {(each.source, each.external_id) for line in lines for each in works[line.number].sources}
    if told:
        named = tuple_(MediaSource.source_name, MediaSource.external_id).in_(told)
        here |= {(name, external): item for name, external, item in await session.execute(SOURCES.where(named))}
    strong = {each for line in lines for each in _strong(works[line.number])}
    if strong:
        named = tuple_(MediaIdentifier.scheme, MediaIdentifier.kind, MediaIdentifier.value).in_(strong)
        for scheme, kind, value, type_, item in await session.execute(IDENTIFIERS.where(named)):
            here[(type_, scheme, kind, value)] = item
    return here


def _match(known: Known, line: Line, work: Work, here: Mapping[Any, UUID]) -> UUID | None:
    assert line.was is not None  # noqa: S101 - every line here has one
    type_ = line.values["type"]
    said = [(type_, line.was), ("merged", line.was), (type_, another_id(known.user_id, line.was))]
    said += [(each.source, each.external_id) for each in work.sources]  # type: ignore[misc]
    said += [(type_, *each) for each in _strong(work)]  # type: ignore[misc]
    return next((here[each] for each in said if each in here), None)


@dataclass(slots=True)
class _Made:
    """The rows of a batch, table by table: one statement each."""

    items: list[dict[str, Any]] = field(default_factory=list)
    facts: dict[str, list[dict[str, Any]]] = field(default_factory=lambda: defaultdict(list))
    identifiers: list[dict[str, Any]] = field(default_factory=list)
    sources: list[dict[str, Any]] = field(default_factory=list)
    covers: list[dict[str, Any]] = field(default_factory=list)

    async def insert(self, session: AsyncSession) -> None:
        if not self.items:
            return
        await _insert(session, MediaItem, self.items)
        for type_, rows in self.facts.items():
            await _insert(session, FACTS_TABLES[type_], rows)
        for model, rows in ((MediaIdentifier, self.identifiers), (MediaSource, self.sources), (HandCover, self.covers)):
            if rows:
                await session.execute(insert(model).on_conflict_do_nothing(), rows)
        await events.record(session, "item", "stored", *(row["id"] for row in self.items))


async def _insert(session: AsyncSession, model: type[Base], rows: Sequence[dict[str, Any]]) -> None:
    """Those that say the same columns together."""
    alike: dict[frozenset[str], list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        alike[frozenset(row)].append(row)
    for each in alike.values():
        await session.execute(insert(model), each)


def _make(made: _Made, known: Known, line: Line, work: Work, here: dict[Any, UUID], cover: Own | None) -> None:
    assert line.was is not None  # noqa: S101 - as above
    item_id = another_id(known.user_id, line.was) if line.was in here else line.was
    if cover:
        key = key_of(item_id, cover)
        line.values |= {"cover_provider": HAND, "cover_key": key}
        made.covers.append(row_of(key, cover))
    released = line.values.get("released")
    made.items.append(
        line.values
        | {
            "id": item_id,
            "sort_title": sort_title(line.values["title"]),
            "year": released and released.year,
            "made_by": known.user_id if work.is_made_by_me and not work.sources else None,
        }
    )
    made.facts[line.values["type"]].append(work.facts | {"item_id": item_id})
    made.identifiers += [
        {"id": new_id(), "item_id": item_id, "scheme": scheme, "kind": kind, "value": value}
        for scheme, kind, value in sorted(work.identifiers)
    ]
    made.sources += [
        {
            "id": new_id(),
            "item_id": item_id,
            "source_name": each.source,
            "external_id": each.external_id,
            "canonical_url": each.url,
            "rating_value": each.rating,
            "rating_scale": each.rating_scale,
            "rating_votes": each.rating_votes,
            "said": each.said,
            "is_from_file": True,
            "fetched_at": each.fetched_at,
        }
        for each in work.sources
    ]
    known.found(ITEMS, line.was, item_id)
    here |= {item_id: item_id, (line.values["type"], item_id): item_id}
    here |= {(each.source, each.external_id): item_id for each in work.sources}
    here |= {(line.values["type"], *each): item_id for each in _strong(work)}
    line.result = ADDED
