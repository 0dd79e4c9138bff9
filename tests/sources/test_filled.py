"""How much of a candidate each source fills, counted: a mapping that drops something in silence changes a number here.

`filled.md` has a table of the answers the sources really gave, which are no part of this project, and one of our own
in the same shapes. A number is how many values all works of a source have between them, `·` is none.
"""

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from msgspec import structs

from app.catalog.candidates import TYPE_OF_FACTS, Candidate
from app.kit.parsing import parse_upstream
from app.sources import google_books, igdb, itunes, lastfm, musicbrainz, open_library, steam, tmdb, tvmaze, wikidata
from app.sources.normalising import as_list, dig
from app.sources.registry import SOURCES
from tests.sources.fixture import fixture
from tests.sources.recorded import MANIFEST, RECORDED, TROUBLE, Mapping, works_in

NAMES = [source.name for source in SOURCES]
FOLDERS = {name: {"google_books": "google-books"}.get(name, name.replace("_", "")) for name in NAMES}
TABLES = (Path(__file__).parent / "filled.md").read_text("utf-8")
UNCOUNTED = {"source", "facts", "raw", "identifiers"}
FIELDS = [name for name in Candidate.__struct_fields__ if name not in UNCOUNTED]

Works = Iterator[tuple[Mapping, Any]]
Counts = dict[str, Counter[str]]  # by source


def test_as_much_is_filled_of_what_was_recorded_as_there_was() -> None:
    if not MANIFEST.exists():
        pytest.skip(f"no recorded answers at {RECORDED}: set TASTEBUDS_RECORDED")
    assert table({name: counted(recorded(name)) for name in NAMES}) == written("Recorded")


def test_as_much_is_filled_of_what_we_wrote_as_there_was() -> None:
    assert table({name: counted(iter(OURS[name])) for name in NAMES}) == written("Written by us")


def test_our_own_answers_leave_nothing_out_that_a_source_fills() -> None:
    """Where the recordings are absent, these stand for them: whatever a recorded work fills, one of ours fills too."""
    real, ours = cells(written("Recorded")), cells(written("Written by us"))
    assert {cell for cell in real if cell not in ours} == set()


def recorded(name: str) -> Works:
    for entry in json.loads(MANIFEST.read_text())[FOLDERS[name]]:
        if entry["file"] in TROUBLE or not entry["file"].endswith(".json"):
            continue
        body = parse_upstream((RECORDED / FOLDERS[name] / entry["file"]).read_bytes())
        mapping, works = works_in(FOLDERS[name], entry, body)
        for raw in works:
            assert mapping is not None
            yield mapping, raw


def counted(works: Works) -> Counter[str]:
    count: Counter[str] = Counter()
    for mapping, raw in works:
        if candidate := mapping(raw):  # some of ours are there to be passed over
            count.update(values_of(candidate))
    return count


def values_of(candidate: Candidate) -> Iterator[str]:
    """The name of a field, once for each value it has."""
    yield "works"
    for name in FIELDS:
        yield from [name] * how_many(getattr(candidate, name))
    for name, value in structs.asdict(candidate.facts).items():
        yield from [f"{candidate.type}: {name}"] * how_many(value)
    for each in candidate.identifiers:
        yield f"id: {each.scheme}{' ' if each.kind else ''}{each.kind}"


def how_many(value: Any) -> int:
    return len(value) if isinstance(value, tuple) else int(value not in (None, 0.0))


def table(counts: Counts) -> str:
    facts = [f"{type_}: {name}" for of, type_ in TYPE_OF_FACTS.items() for name in of.__struct_fields__]
    ids = sorted({name for count in counts.values() for name in count if name.startswith("id: ")})
    rows = [["", *NAMES], ["---", *("--:" for _ in NAMES)]]
    rows += [[name, *(str(counts[each][name] or "·") for each in NAMES)] for name in ["works", *FIELDS, *facts, *ids]]
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def written(heading: str) -> str:
    section = TABLES.partition(f"## {heading}\n")[2].partition("\n## ")[0]
    return "\n".join(line for line in section.splitlines() if line.startswith("|"))


def cells(of: str) -> set[tuple[str, str]]:
    """Field and source, where there is a number."""
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in of.splitlines()[2:]]
    return {(row[0], name) for row in rows for name, cell in zip(NAMES, row[1:], strict=True) if cell != "·"}


def of(mapping: Mapping, *raws: Any) -> list[tuple[Mapping, Any]]:
    return [(mapping, raw) for raw in raws]


OURS: dict[str, list[tuple[Mapping, Any]]] = {
    "google_books": of(
        google_books.candidate_of_volume,
        fixture("google_books_volume"),
        *fixture("google_books_search")["items"],
    ),
    "open_library": of(open_library.candidate_of_work, fixture("open_library_work"))
    + of(open_library.candidate_of_row, fixture("open_library_row"), *fixture("open_library_search")["docs"]),
    "tmdb": of(tmdb.candidate_of_movie, fixture("tmdb_movie"))
    + of(tmdb.candidate_of_series, fixture("tmdb_tv"))
    + of(
        tmdb.candidate_of_row,
        *(row for row in fixture("tmdb_search_multi")["results"] if row["media_type"] in ("movie", "tv")),
    ),
    "wikidata": of(wikidata.candidate_of_item, fixture("wikidata_item")),
    "tvmaze": of(tvmaze.candidate_of_show, fixture("tvmaze_show")),
    "igdb": of(igdb.candidate_of_game, fixture("igdb_game"), *fixture("igdb_search")),
    "steam": of(steam.candidate_of_row, fixture("steam_row")) + of(steam.candidate_of_app, fixture("steam_app")),
    "musicbrainz": of(musicbrainz.candidate_of_album, fixture("musicbrainz_album"))
    + of(musicbrainz.candidate_of_track, fixture("musicbrainz_track")),
    "lastfm": of(
        lastfm.candidate_of_album,
        fixture("lastfm_album")["album"],
        *as_list(dig(fixture("lastfm_album_search"), "results", "albummatches", "album")),
    )
    + of(
        lastfm.candidate_of_track,
        fixture("lastfm_track")["track"],
        *as_list(dig(fixture("lastfm_track_search"), "results", "trackmatches", "track")),
    ),
    "itunes": of(itunes.candidate_of_album, fixture("itunes_album"))
    + of(itunes.candidate_of_track, fixture("itunes_track"))
    + of(itunes.candidate_of_movie, fixture("itunes_movie")),
}
