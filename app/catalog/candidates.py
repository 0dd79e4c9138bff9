"""The one shape every source must deliver: what a source says about a work, normalised.

A candidate travels as JSON between search, previews and the catalog, so it is made of plain structs only.
Missing is `None` or an empty tuple, never `""`, `"N/A"` or a zero that means unknown.
"""

import datetime as dt
from typing import Any, Literal, get_args

import msgspec

ItemType = Literal["book", "movie", "game", "music"]
ITEM_TYPES: tuple[ItemType, ...] = get_args(ItemType)

Precision = Literal["year", "month", "day"]

# Two works never share a value of these; `kind` tells apart namespaces that reuse numbers (tmdb movie 1, tmdb tv 1).
STRONG_SCHEMES = frozenset({"isbn13", "imdb", "tmdb", "igdb", "isrc", "mbid", "wikidata", "steam", "openlibrary"})


class PartialDate(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A date as precise as it was given: 2004 is (2004-01-01, year), not New Year's Day."""

    value: dt.date
    precision: Precision


class Identifier(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """`scheme` names the registry (isbn13, imdb, tmdb, …); `kind` its namespace where it has several, else ""."""

    scheme: str
    value: str
    kind: str = ""


FROM_FILE = "import"  # the source of what only a menu's file says


class Cover(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A picture by its key at its provider, never by a full address: sizes and hosts are the page's business."""

    provider: str
    key: str


class SourceRating(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """As given: `value` out of `scale`, by `votes` people (always more than none)."""

    value: float
    scale: int
    votes: int


class BookFacts(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, tag="book"):
    authors: tuple[str, ...] = ()
    publisher: str | None = None
    pages: int | None = None
    series: str | None = None


class MovieFacts(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, tag="movie"):
    kind: Literal["film", "series"] = "film"
    directors: tuple[str, ...] = ()
    runtime_minutes: int | None = None
    seasons: int | None = None
    episodes: int | None = None
    countries: tuple[str, ...] = ()


class GameFacts(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, tag="game"):
    developers: tuple[str, ...] = ()
    publishers: tuple[str, ...] = ()
    platforms: tuple[str, ...] = ()


class MusicFacts(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, tag="music"):
    kind: Literal["track", "album"] = "album"
    artists: tuple[str, ...] = ()
    album: str | None = None
    duration_ms: int | None = None
    track_count: int | None = None
    label: str | None = None


Facts = BookFacts | MovieFacts | GameFacts | MusicFacts


class Candidate(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    source: str  # the source's name as in settings and badges: google_books, tmdb, igdb, lastfm
    external_id: str  # unique within the source, as `fetch` takes it: "movie/438631", not 438631
    title: str
    facts: Facts
    url: str | None = None  # the work's page at the source, https
    subtitle: str | None = None
    original_title: str | None = None
    creators: tuple[str, ...] = ()  # whom one names first: authors, directors or creators, developers, artists
    released: PartialDate | None = None
    description: str | None = None  # plain text
    language: str | None = None  # ISO 639-1 where the source knows it
    genres: tuple[str, ...] = ()
    cover: Cover | None = None
    identifiers: tuple[Identifier, ...] = ()
    rating: SourceRating | None = None
    popularity: float = 0.0  # 0 (unknown) to 1, comparable within one source only
    raw: Any = None  # the source's own words about this work, untouched

    @property
    def type(self) -> ItemType:
        return TYPE_OF_FACTS[type(self.facts)]

    @property
    def year(self) -> int | None:
        return self.released.value.year if self.released else None


TYPE_OF_FACTS: dict[type[Facts], ItemType] = {
    BookFacts: "book",
    MovieFacts: "movie",
    GameFacts: "game",
    MusicFacts: "music",
}


def to_json(candidate: Candidate) -> bytes:
    return msgspec.json.encode(candidate)


def from_json(data: bytes | str) -> Candidate:
    return msgspec.json.decode(data, type=Candidate)
