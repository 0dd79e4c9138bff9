"""Reading an item as its page shows it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import msgspec
from sqlalchemy import text

from app.catalog.candidates import Facts, Identifier, MovieFacts
from app.catalog.holding import GONE, kept_as
from app.catalog.wording import FIELDS, facts_in_words, value_of
from app.kit.db import AnyRow, AsyncSession
from app.kit.errors import NotFound
from app.kit.ids import UUID

# what a list shows of an item; hits, entries and course items carry these too
CARD = """i.id, i.type, i.title, i.subtitle, i.creators, i.year, i.cover_provider, i.cover_key,
    (SELECT v.kind FROM movie_items v WHERE v.item_id = i.id) AS movie_kind"""
CARD_OF = text(f"SELECT {CARD} FROM media_items i WHERE i.id = :id")

# one statement for the whole page: the item, its facts by medium, who said so, and what registries call it
WHOLE = text("""
    SELECT i.*,
        CASE i.type
            WHEN 'book' THEN (SELECT to_jsonb(f) FROM book_items f WHERE f.item_id = i.id)
            WHEN 'movie' THEN (SELECT to_jsonb(f) FROM movie_items f WHERE f.item_id = i.id)
            WHEN 'game' THEN (SELECT to_jsonb(f) FROM game_items f WHERE f.item_id = i.id)
            ELSE (SELECT to_jsonb(f) FROM music_items f WHERE f.item_id = i.id)
        END AS facts,
        (SELECT jsonb_agg(jsonb_build_array(d.scheme, d.kind, d.value) ORDER BY d.scheme, d.kind, d.value)
            FROM media_identifiers d WHERE d.item_id = i.id) AS identifiers,
        (SELECT jsonb_agg(jsonb_build_object('source', s.source_name, 'external_id', s.external_id,
                'url', s.canonical_url, 'fetched_at', s.fetched_at, 'rating_value', s.rating_value,
                'rating_scale', s.rating_scale, 'rating_votes', s.rating_votes) ORDER BY s.source_name, s.external_id)
            FROM media_sources s WHERE s.item_id = i.id) AS provenance,
        (SELECT jsonb_agg(jsonb_build_array(c.field, s.source_name, s.said) ORDER BY c.field)
            FROM item_choices c JOIN media_sources s USING (source_name, external_id)
            WHERE c.user_id = :viewer_id AND c.item_id = i.id AND s.item_id = i.id) AS choices
    FROM media_items i WHERE i.id = :id
""")
STORED = text("""
    SELECT source_name, external_id, item_id FROM media_sources
    WHERE (source_name, external_id) IN (SELECT * FROM unnest(CAST(:sources AS text[]), CAST(:external_ids AS text[])))
""")


class Said(msgspec.Struct, frozen=True, kw_only=True):
    """That a source spoke of the item, and how it rates it."""

    source: str
    external_id: str
    url: str | None
    fetched_at: datetime
    rating_value: float | None
    rating_scale: int | None
    rating_votes: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """`facts` are (label, value) in words and `identifiers` (registry, value); `told` and `known_as` are the same for
    programs. `chosen` says of which fields the viewer sees a source's word, and whose."""

    id: UUID
    type: str
    title: str
    sort_title: str
    subtitle: str | None
    original_title: str | None
    creators: list[str]
    year: int | None
    released: date | None
    released_precision: str | None
    description: str | None
    language: str | None
    genres: list[str]
    cover_provider: str | None
    cover_key: str | None
    created_at: datetime
    made_by: UUID | None
    version: int
    facts: Sequence[tuple[str, str]]
    identifiers: Sequence[tuple[str, str]]
    told: Facts
    known_as: Sequence[Identifier]
    provenance: Sequence[Said]
    chosen: Mapping[str, str]

    @property
    def movie_kind(self) -> str | None:
        return self.told.kind if isinstance(self.told, MovieFacts) else None


async def item(session: AsyncSession, item_id: UUID, viewer_id: UUID | None = None) -> Item:
    """In the catalog's words, but for those that the viewer chose. Raises `NotFound`."""
    found = (await session.execute(WHOLE, {"id": item_id, "viewer_id": viewer_id})).mappings().one_or_none()
    if found is None:
        raise NotFound(GONE)
    row = dict(found)
    chosen = {field: source for field, source, said in row["choices"] or () if _see(row, field, said or {})}
    facts = {name: value for name, value in (row["facts"] or {}).items() if value is not None}
    known_as = [Identifier(scheme=scheme, kind=kind, value=value) for scheme, kind, value in row["identifiers"] or ()]
    made: dict[str, Any] = {
        "facts": list(facts_in_words(row["type"], facts, row["creators"])),
        "identifiers": [(REGISTRIES.get(each.scheme, each.scheme), each.value) for each in known_as],
        "told": msgspec.convert(facts | {"type": row["type"]}, Facts),
        "known_as": known_as,
        "provenance": msgspec.convert(row["provenance"] or [], list[Said]),
        "chosen": chosen,
    }
    plain = {name: row[name] for name in Item.__slots__ if name not in made}
    return Item(**plain, **made)


def _see(row: dict[str, Any], field: str, said: Mapping[str, Any]) -> bool:
    """Puts a source's word in the place of the catalog's, if it says anything of the field."""
    value = value_of(said, field)
    if value is None:
        return False
    match field:
        case "released":
            row |= {"released": date.fromisoformat(value["value"]), "released_precision": value["precision"]}
            row["year"] = row["released"].year
        case "cover":
            row |= {"cover_provider": value["provider"], "cover_key": value["key"]}
        case _ if field in FIELDS:
            row[field] = value
        case _:
            row["facts"] = (row["facts"] or {}) | {field: value}
    return True


async def card(session: AsyncSession, item_id: UUID) -> AnyRow:
    """The item as a list shows it; of one that was merged away, what it was merged into. Raises `NotFound`."""
    row = (await session.execute(CARD_OF, {"id": item_id})).one_or_none()
    if row is None:
        row = (await session.execute(CARD_OF, {"id": await kept_as(session, item_id)})).one_or_none()
    if row is None:
        raise NotFound(GONE)
    return row


async def stored(session: AsyncSession, keys: Iterable[tuple[str, str]]) -> dict[tuple[str, str], UUID]:
    """Which of these (source, external id) the catalog has, and as which item."""
    wanted = list(keys)
    if not wanted:
        return {}
    sources, external_ids = zip(*wanted, strict=True)
    rows = await session.execute(STORED, {"sources": list(sources), "external_ids": list(external_ids)})
    return {(row.source_name, row.external_id): row.item_id for row in rows}


REGISTRIES = {
    "isbn13": "ISBN",
    "imdb": "IMDb",
    "tmdb": "TMDB",
    "tvdb": "TheTVDB",
    "igdb": "IGDB",
    "isrc": "ISRC",
    "mbid": "MusicBrainz",
    "wikidata": "Wikidata",
    "steam": "Steam",
    "gog": "GOG",
    "openlibrary": "Open Library",
    "google_books": "Google Books",
    "tvmaze": "TVmaze",
    "itunes": "iTunes",
    "lastfm": "Last.fm",
    "issn": "ISSN",
    "oclc": "OCLC",
    "lccn": "LCCN",
}
