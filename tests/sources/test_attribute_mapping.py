"""docs/attribute-mapping.md says what the code does, field by field."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
import pytest

from app.catalog.candidates import Candidate
from app.sources import google_books, igdb, itunes, lastfm, musicbrainz, open_library, steam, tmdb, tvmaze, wikidata
from tests.sources.fixture import fixture

DOC = Path(__file__).parents[2] / "docs" / "attribute-mapping.md"
ROW = re.compile(r"\| `([^`]+)` \| (canonical|metadata|raw only) \| ?(.*?) ?\|")
JUNK = {"id": 7, "name": "Junk", "title": "Junk", "#text": "Junk", "url": "https://example.org/junk"}
ABSENT = object()

Mapping = Callable[[Any], Candidate | None]


@dataclass(frozen=True)
class Table:
    """`required` fields are changed, not removed; `fallbacks` is a work that has only what others stand in for."""

    heading: str
    mapping: Mapping
    places: dict[str, str]
    full: Any
    required: dict[str, Any]
    fallbacks: tuple[str, ...] = ()


TABLES = [
    Table(
        "Google Books: a volume",
        google_books.candidate_of_volume,
        google_books.MAPPING,
        fixture("google_books_volume"),
        {"id": "another", "volumeInfo.title": "Another"},
    ),
    Table(
        "TMDB: a film",
        tmdb.candidate_of_movie,
        tmdb.MAPPING_OF_MOVIE,
        fixture("tmdb_movie"),
        {"id": 2, "title": "Another"},
    ),
    Table(
        "TMDB: a series",
        tmdb.candidate_of_series,
        tmdb.MAPPING_OF_SERIES,
        fixture("tmdb_tv"),
        {"id": 2, "name": "Another"},
    ),
    Table(
        "IGDB: a game",
        igdb.candidate_of_game,
        igdb.MAPPING,
        fixture("igdb_game"),
        {"id": 2, "name": "Another"},
        ("rating", "rating_count"),
    ),
    Table(
        "Last.fm: an album",
        lastfm.candidate_of_album,
        lastfm.MAPPING_OF_ALBUM,
        fixture("lastfm_album")["album"],
        {"name": "Another", "artist": "Another"},
    ),
    Table(
        "Last.fm: a track",
        lastfm.candidate_of_track,
        lastfm.MAPPING_OF_TRACK,
        fixture("lastfm_track")["track"],
        {"name": "Another", "artist": "Another"},
    ),
    Table(
        "Open Library: a row of a search",
        open_library.candidate_of_row,
        open_library.MAPPING_OF_ROW,
        fixture("open_library_row"),
        {"key": "/works/OL2W", "title": "Another"},
    ),
    Table(
        "Open Library: a work",
        open_library.candidate_of_work,
        open_library.MAPPING_OF_WORK,
        fixture("open_library_work"),
        {"key": "/works/OL2W", "title": "Another"},
    ),
    Table(
        "TVmaze: a show",
        tvmaze.candidate_of_show,
        tvmaze.MAPPING,
        fixture("tvmaze_show"),
        {"id": 2, "name": "Another"},
    ),
    Table(
        "Wikidata: a film",
        wikidata.candidate_of_item,
        wikidata.MAPPING,
        fixture("wikidata_item"),
        {"id": "Q2", "claims.P1476": [{"mainsnak": {"datavalue": {"value": {"text": "Another"}}}, "rank": "normal"}]},
    ),
    Table(
        "Steam: a row of a search",
        steam.candidate_of_row,
        steam.MAPPING_OF_ROW,
        fixture("steam_row"),
        {"id": 2, "name": "Another"},
    ),
    Table(
        "Steam: a game",
        steam.candidate_of_app,
        steam.MAPPING,
        fixture("steam_app"),
        {"steam_appid": 2, "name": "Another"},
    ),
    Table(
        "MusicBrainz: a release group",
        musicbrainz.candidate_of_album,
        musicbrainz.MAPPING_OF_ALBUM,
        fixture("musicbrainz_album"),
        {"id": "14b8ff46-3b93-403b-9e35-018f02eb3a05", "title": "Another"},
    ),
    Table(
        "MusicBrainz: a recording",
        musicbrainz.candidate_of_track,
        musicbrainz.MAPPING_OF_TRACK,
        fixture("musicbrainz_track"),
        {"id": "14b8ff46-3b93-403b-9e35-018f02eb3a05", "title": "Another"},
    ),
    Table(
        "iTunes: an album",
        itunes.candidate_of_album,
        itunes.MAPPING_OF_ALBUM,
        fixture("itunes_album"),
        {"collectionId": 2, "collectionName": "Another"},
    ),
    Table(
        "iTunes: a song",
        itunes.candidate_of_track,
        itunes.MAPPING_OF_TRACK,
        fixture("itunes_track"),
        {"trackId": 2, "trackName": "Another"},
    ),
    Table(
        "iTunes: a film",
        itunes.candidate_of_movie,
        itunes.MAPPING_OF_MOVIE,
        fixture("itunes_movie"),
        {"trackId": 2, "trackName": "Another"},
    ),
]
EVERY_FIELD = [pytest.param(table, path, id=f"{table.heading}/{path}") for table in TABLES for path in table.places]


def value_at(raw: Any, path: str) -> Any:
    for key in path.split("."):
        raw = raw.get(key, ABSENT) if isinstance(raw, dict) else ABSENT
    return raw


def changed_at(raw: Any, path: str, value: Any) -> Any:
    """A copy with `value` at `path`, or without anything there."""
    key, _, rest = path.partition(".")
    inner = changed_at(raw.get(key, {}), rest, value) if rest else value
    return {name: each for name, each in {**raw, key: inner}.items() if each is not ABSENT}


def works(table: Table) -> Iterator[Any]:
    """The full work, the barest there can be, and one with only fallbacks."""
    yield table.full
    for kept in ((), table.fallbacks):
        bare: dict[str, Any] = {}
        for path in (*table.required, *kept):
            bare = changed_at(bare, path, value_at(table.full, path))
        yield bare


def facts_of(candidate: Candidate | None) -> dict[str, Any]:
    assert candidate is not None
    values = msgspec.structs.asdict(candidate)
    facts = {f"facts.{name}": value for name, value in msgspec.structs.asdict(values.pop("facts")).items()}
    return values | facts | {"raw": None}


def difference(table: Table, raw: Any, path: str, value: Any) -> set[str]:
    before, after = facts_of(table.mapping(raw)), facts_of(table.mapping(changed_at(raw, path, value)))
    return {name for name in before if before[name] != after[name]}


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.heading)
def test_the_document_says_what_the_code_says(table: Table) -> None:
    _, _, section = DOC.read_text().partition(f"## {table.heading}\n")
    rows = ROW.findall(section.partition("\n## ")[0])
    written = {path: f"{place}: {fields.replace('`', '')}" if fields else place for path, place, fields in rows}
    assert written == table.places


@pytest.mark.parametrize(("table", "path"), EVERY_FIELD)
def test_each_field_does_what_is_said_of_it(table: Table, path: str) -> None:
    place, _, fields = table.places[path].partition(": ")
    if place == "raw only":
        assert all(difference(table, raw, path, JUNK) == set() for raw in works(table))
        return
    value = value_at(table.full, path)
    assert value is not ABSENT
    changed: set[str] = set()
    for raw in works(table):
        is_there = value_at(raw, path) is not ABSENT
        changed |= difference(table, raw, path, table.required.get(path, ABSENT) if is_there else value)
    assert set(fields.split(", ")) <= changed
