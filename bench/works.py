"""Real works to be searched, as `search_index/works/` has them: facts anyone may know, and popularity by renown."""

import csv
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from app.catalog.candidates import (
    ITEM_TYPES,
    BookFacts,
    Candidate,
    Facts,
    GameFacts,
    ItemType,
    MovieFacts,
    MusicFacts,
    PartialDate,
)

FOLDER = Path(__file__).parents[1] / "search_index" / "works"
SOURCE = "works"


def works() -> list[Candidate]:
    return [_candidate(type_, n, row) for type_ in ITEM_TYPES for n, row in enumerate(rows(type_), 2)]


def rows(type_: ItemType) -> Iterator[dict[str, str]]:
    """By column; what a line leaves out at its end is empty."""
    with (FOLDER / f"{type_}.tsv").open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE, restval="", strict=True)


def _candidate(type_: ItemType, line: int, row: dict[str, str]) -> Candidate:
    year, creators = row["year"], tuple(row["creators"].split(" / "))
    return Candidate(
        source=SOURCE,
        external_id=f"{type_}/{line}",
        title=row["title"],
        original_title=row["original_title"] or None,
        creators=creators,
        released=PartialDate(value=date(int(year), 1, 1), precision="year") if year else None,
        genres=tuple(row["genres"].split(" / ")),
        popularity=float(row["popularity"]),
        facts=_facts(type_, creators, row),
    )


def _facts(type_: ItemType, creators: tuple[str, ...], row: dict[str, str]) -> Facts:
    match type_:
        case "book":
            return BookFacts(authors=creators, series=row["series"] or None)
        case "movie" if row["kind"] == "film":
            return MovieFacts(kind="film", directors=creators)
        case "movie":
            return MovieFacts(kind="series")
        case "game":
            return GameFacts(developers=creators)
        case "music" if row["kind"] == "track":
            return MusicFacts(kind="track", artists=creators, album=row["album"] or None)
        case "music":
            return MusicFacts(kind="album", artists=creators)
