"""Storing a candidate: match, then create or merge. One work is one item, whoever adds it and however many at once."""

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import msgspec
from sqlalchemy import select, text, tuple_
from sqlalchemy.dialects.postgresql import insert

from app.catalog.candidates import FROM_FILE, STRONG_SCHEMES, Candidate, Identifier
from app.catalog.holding import hold
from app.catalog.models import (
    DESCRIPTION_MAX,
    FACTS_TABLES,
    NAME_MAX,
    TITLE_MAX,
    MediaIdentifier,
    MediaItem,
    MediaSource,
)
from app.kit import clock, events
from app.kit.db import AsyncSession, Base
from app.kit.ids import UUID, new_id
from app.kit.parsing import scrub
from app.kit.text import clip, storable

RAW_MAX = 256 * 1024  # bytes of JSON; a film with its whole crew is 211 KB

# in one order for all, so that two who store the same work wait for each other and never both at once
LOCK = text("SELECT pg_advisory_xact_lock(key) FROM unnest(CAST(:keys AS bigint[])) AS key")
OF_SOURCE = select(MediaSource.item_id)
ONLY_FROM_FILES = text("SELECT coalesce(bool_and(is_from_file), true) FROM media_sources WHERE item_id = :item_id")
OF_IDENTIFIERS = select(MediaIdentifier.item_id).join(MediaItem).order_by(MediaItem.id).limit(1)


async def store(session: AsyncSession, candidate: Candidate) -> UUID:
    """The id of its item: the one this source or a strong identifier already names, else a new one.

    What is known already is never overwritten, unless only files said it; what was missing is filled in.
    """
    return await store_together(session, [candidate])


async def store_together(session: AsyncSession, candidates: Sequence[Candidate]) -> UUID:
    """The id of the one item of several candidates that are one work, the foremost first.

    One that another item already has goes there: two items are never made one here.
    """
    await lock(session, candidates)
    matches = await _held(session, [await _matching(session, candidate) for candidate in candidates])
    known = next((match for match in matches if match), None)
    home = known or await new_item(session, candidates[0])
    homes = [(match or home, candidate) for candidate, match in zip(candidates, matches, strict=True)]
    for item_id, candidate in sorted(homes, key=lambda each: each[0]):  # items are locked in one order by all
        if known or candidate is not candidates[0]:
            await _fill(session, item_id, candidate)
        await _remember(session, item_id, candidate)
    await events.record(session, "item", "stored", *dict.fromkeys(item_id for item_id, _ in homes))
    return home


async def lock(session: AsyncSession, candidates: Sequence[Candidate]) -> None:
    """Nobody else stores what goes by these names until the transaction ends. Before items are locked."""
    keys = {key for candidate in candidates for key in _lock_keys(candidate)}
    await session.execute(LOCK, {"keys": sorted(keys)})


async def new_item(session: AsyncSession, candidate: Candidate, made_by: UUID | None = None) -> UUID:
    """Of what it says, without saying who said so."""
    item_id = new_id()
    session.add(MediaItem(id=item_id, made_by=made_by, **item_row(candidate)))
    await session.flush()
    session.add(FACTS_TABLES[candidate.type](item_id=item_id, **facts_row(candidate)))
    await session.flush()
    return item_id


async def _remember(session: AsyncSession, item_id: UUID, candidate: Candidate) -> None:
    """What registries call it, and who said so."""
    if rows := identifier_rows(item_id, candidate):
        await session.execute(insert(MediaIdentifier).on_conflict_do_nothing(), rows)
    await _remember_source(session, item_id, candidate)


async def match(session: AsyncSession, candidate: Candidate) -> UUID | None:
    """The item that `store` would bring it to, none if that were a new one. Certain once it is locked."""
    (held,) = await _held(session, [await _matching(session, candidate)])
    return held


async def is_only_from_files(session: AsyncSession, item_id: UUID) -> bool:
    """Whether no source itself has spoken of it."""
    return bool(await session.scalar(ONLY_FROM_FILES, {"item_id": item_id}))


async def item_of(session: AsyncSession, source: str, external_id: str) -> UUID | None:
    """The item that was stored from this very thing, if any was."""
    return await session.scalar(
        OF_SOURCE.where(MediaSource.source_name == source, MediaSource.external_id == external_id)
    )


def item_row(candidate: Candidate) -> dict[str, Any]:
    released, cover = candidate.released, candidate.cover
    row = {
        "type": candidate.type,
        "title": clip(candidate.title, TITLE_MAX),
        "sort_title": sort_title(candidate.title),
        "subtitle": candidate.subtitle,
        "original_title": candidate.original_title,
        "creators": [clip(name, NAME_MAX) for name in candidate.creators],
        "released": released and released.value,
        "released_precision": released and released.precision,
        "year": candidate.year,
        "description": candidate.description and clip(candidate.description, DESCRIPTION_MAX),
        "language": candidate.language,
        "genres": list(candidate.genres),
        "cover_provider": cover and cover.provider,
        "cover_key": cover and cover.key,
        "popularity": min(max(candidate.popularity, 0.0), 1.0),
    }
    return {name: scrub(value) for name, value in row.items()}


def facts_row(candidate: Candidate) -> dict[str, Any]:
    return {name: scrub(fact) for name, fact in msgspec.structs.asdict(candidate.facts).items()}


def identifier_rows(item_id: UUID, candidate: Candidate) -> list[dict[str, Any]]:
    """In one order for all: two who write the same names wait for each other, and never both at once."""
    names = sorted((each.scheme, each.kind, storable(each.value)) for each in candidate.identifiers)
    return [
        {"id": new_id(), "item_id": item_id, "scheme": scheme, "kind": kind, "value": value}
        for scheme, kind, value in names
    ]


def source_row(item_id: UUID, candidate: Candidate) -> dict[str, Any]:
    raw = scrub(candidate.raw)
    size = len(msgspec.json.encode(raw))
    rating = candidate.rating
    return {
        "id": new_id(),
        "item_id": item_id,
        "source_name": candidate.source,
        "external_id": candidate.external_id,
        "canonical_url": scrub(candidate.url),
        "rating_value": rating and rating.value,
        "rating_scale": rating and rating.scale,
        "rating_votes": rating and rating.votes,
        "raw_payload": raw if size <= RAW_MAX else None,
        "raw_bytes": size,
        "said": said_row(candidate),
        "is_from_file": candidate.source == FROM_FILE,
        "fetched_at": clock.now(),
    }


def said_row(candidate: Candidate) -> Any:
    """The candidate as JSON, without the source's own words."""
    return scrub(msgspec.to_builtins(msgspec.structs.replace(candidate, raw=None)))


def sort_title(title: str) -> str:
    """Folded, without a leading English article: what titles are put in order by."""
    folded = "".join(
        each for each in unicodedata.normalize("NFKD", title.casefold()) if not unicodedata.combining(each)
    )
    return re.sub(r"^(the|an?) (?=.)", "", folded)[:TITLE_MAX]


def strong(candidate: Candidate) -> list[Identifier]:
    return [each for each in candidate.identifiers if each.scheme in STRONG_SCHEMES]


def _lock_keys(candidate: Candidate) -> list[int]:
    names = {f"source {candidate.source} {candidate.external_id}"}
    names |= {f"identifier {each.scheme} {each.kind} {each.value}" for each in strong(candidate)}
    return lock_keys(names)


def lock_keys(names: Iterable[str]) -> list[int]:
    """Of `source tmdb movie/1` and `identifier imdb  tt1`: what to lock, sorted, before they are looked for."""
    digests = (hashlib.blake2b(name.encode(), digest_size=8).digest() for name in names)
    return sorted(int.from_bytes(digest, signed=True) for digest in digests)


async def _matching(session: AsyncSession, candidate: Candidate) -> UUID | None:
    """By the source's own id, else by strong identifiers within the type; of several items the oldest."""
    known = await item_of(session, candidate.source, candidate.external_id)
    keys = [(each.scheme, each.kind, each.value) for each in strong(candidate)]
    if known or not keys:
        return known
    named = tuple_(MediaIdentifier.scheme, MediaIdentifier.kind, MediaIdentifier.value).in_(keys)
    return await session.scalar(OF_IDENTIFIERS.where(named, MediaItem.type == candidate.type))


async def _held(session: AsyncSession, matches: Sequence[UUID | None]) -> list[UUID | None]:
    """Where they are now, if somebody has just merged one away; in one order for all."""
    held = {match: await hold(session, match) for match in sorted({match for match in matches if match})}
    return [match and held[match] for match in matches]


async def _fill(session: AsyncSession, item_id: UUID, candidate: Candidate) -> None:
    item = await session.get_one(MediaItem, item_id, with_for_update={"key_share": True}, populate_existing=True)
    told = _reword if await _is_hearsay(session, item, candidate) else _fill_gaps
    changed = told(item, item_row(candidate))
    item.popularity = max(item.popularity, min(candidate.popularity, 1.0))
    if item.type == candidate.type:
        changed |= told(await session.get_one(FACTS_TABLES[item.type], item_id), facts_row(candidate))
    item.version += changed
    await session.flush()


async def _is_hearsay(session: AsyncSession, item: MediaItem, candidate: Candidate) -> bool:
    """Whether this is the first that a source says of it: what a file brought is somebody's word for it, and nobody's
    is not kept either."""
    if item.made_by or item.type != candidate.type or candidate.source == FROM_FILE:
        return False
    return await is_only_from_files(session, item.id)


def _reword(row: Base, said: dict[str, Any]) -> bool:
    for name, value in said.items():
        setattr(row, name, value)
    return True


def _fill_gaps(row: Base, said: dict[str, Any]) -> bool:
    """Whether there were any. Pairs that belong together (a date and its precision, a cover and its provider) are
    missing together."""
    there = {name: getattr(row, name) for name in said}
    gaps = filling(there, said)
    for name, value in gaps.items():
        setattr(row, name, value)
    return bool(gaps)


def filling(there: Mapping[str, Any], said: Mapping[str, Any]) -> dict[str, Any]:
    """What is said of what is missing there."""
    return {name: value for name, value in said.items() if there[name] in (None, []) and value not in (None, [])}


async def _remember_source(session: AsyncSession, item_id: UUID, candidate: Candidate) -> None:
    row = source_row(item_id, candidate)
    statement = insert(MediaSource).values(row)
    renewed = {name: statement.excluded[name] for name in row if name not in ("id", "item_id")}
    await session.execute(statement.on_conflict_do_update(index_elements=["source_name", "external_id"], set_=renewed))
