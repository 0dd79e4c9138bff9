"""Reading an item as its page shows it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select, text

from app.catalog.models import MediaItem, MediaSource
from app.kit.db import AnyRow, AsyncSession
from app.kit.errors import NotFound
from app.kit.ids import UUID

# what a list shows of an item; hits, entries and course items carry these too
CARD = (
    MediaItem.id,
    MediaItem.type,
    MediaItem.title,
    MediaItem.subtitle,
    MediaItem.creators,
    MediaItem.year,
    MediaItem.cover_provider,
    MediaItem.cover_key,
)

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
            FROM media_identifiers d WHERE d.item_id = i.id) AS identifiers
    FROM media_items i WHERE i.id = :id
""")
PROVENANCE = select(
    MediaSource.source_name.label("source"),
    MediaSource.external_id,
    MediaSource.canonical_url.label("url"),
    MediaSource.fetched_at,
    MediaSource.rating_value,
    MediaSource.rating_scale,
    MediaSource.rating_votes,
).order_by(MediaSource.source_name, MediaSource.external_id)
STORED = select(MediaSource.source_name, MediaSource.external_id, MediaSource.item_id)
EXISTS = select(MediaItem.id)
CARDS = select(*CARD)


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """`facts` are (label, value) in words, `identifiers` (registry, value)."""

    id: UUID
    type: str
    title: str
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
    facts: Sequence[tuple[str, str]]
    identifiers: Sequence[tuple[str, str]]
    provenance: Sequence[AnyRow]


async def item(session: AsyncSession, item_id: UUID) -> Item:
    """Raises `NotFound`."""
    row = (await session.execute(WHOLE, {"id": item_id})).mappings().one_or_none()
    if row is None:
        raise NotFound("This item is not in the catalog.")
    provenance = (await session.execute(PROVENANCE.where(MediaSource.item_id == item_id))).all()
    told: dict[str, Any] = {
        "facts": list(_facts(row["type"], row["facts"] or {})),
        "identifiers": [(REGISTRIES.get(scheme, scheme), value) for scheme, _kind, value in row["identifiers"] or ()],
        "provenance": provenance,
    }
    plain = {name: row[name] for name in Item.__slots__ if name not in told}
    return Item(**plain, **told)


async def card(session: AsyncSession, item_id: UUID) -> AnyRow:
    """The item as a list shows it. Raises `NotFound`."""
    row = (await session.execute(CARDS.where(MediaItem.id == item_id))).one_or_none()
    if row is None:
        raise NotFound("This item is not in the catalog.")
    return row


async def stored(session: AsyncSession, keys: Iterable[tuple[str, str]]) -> dict[tuple[str, str], UUID]:
    """Which of these (source, external id) the catalog has, and as which item."""
    wanted = set(keys)
    if not wanted:
        return {}
    rows = await session.execute(STORED.where(MediaSource.external_id.in_({external_id for _, external_id in wanted})))
    return {(source, external_id): id_ for source, external_id, id_ in rows if (source, external_id) in wanted}


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
    "lastfm": "Last.fm",
    "issn": "ISSN",
    "oclc": "OCLC",
    "lccn": "LCCN",
}

# in the order they are read; authors, directors, developers and artists stand under the title already
LABELS: dict[str, dict[str, str]] = {
    "book": {"series": "Series", "publisher": "Publisher", "pages": "Pages"},
    "movie": {
        "kind": "Kind",
        "directors": "Directed by",
        "runtime_minutes": "Length",
        "seasons": "Seasons",
        "episodes": "Episodes",
        "countries": "Countries",
    },
    "game": {"developers": "Developed by", "publishers": "Published by", "platforms": "Platforms"},
    "music": {
        "kind": "Kind",
        "album": "From the album",
        "duration_ms": "Length",
        "track_count": "Tracks",
        "label": "Label",
    },
}
KINDS = {"film": "Film", "series": "Series", "track": "Track", "album": "Album"}


def _facts(item_type: str, facts: Mapping[str, Any]) -> Iterable[tuple[str, str]]:
    for name, label in LABELS[item_type].items():
        if value := facts.get(name):
            yield label, _in_words(name, value)


def _in_words(name: str, value: Any) -> str:
    match name:
        case "kind":
            return KINDS[value]
        case "runtime_minutes":
            hours, minutes = divmod(value, 60)
            return f"{hours} h {minutes:02} min" if hours else f"{minutes} min"
        case "duration_ms":
            minutes, seconds = divmod(round(value / 1000), 60)
            return f"{minutes}:{seconds:02}"
    return ", ".join(value) if isinstance(value, list) else str(value)
