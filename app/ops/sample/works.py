"""The sample works as candidates of a source called "sample", known there by their slugs: "book/dune"."""

import datetime as dt
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec

from app.catalog.candidates import (
    BookFacts,
    Candidate,
    Facts,
    GameFacts,
    Identifier,
    ItemType,
    MovieFacts,
    MusicFacts,
    PartialDate,
    Precision,
)

SOURCE = "sample"
FOLDER = Path(__file__).parent

FILES: dict[ItemType, str] = {"book": "books.toml", "movie": "movies.toml", "game": "games.toml", "music": "music.toml"}
FACTS: dict[ItemType, type[Facts]] = {"book": BookFacts, "movie": MovieFacts, "game": GameFacts, "music": MusicFacts}
MAKERS: dict[ItemType, str] = {"book": "authors", "movie": "directors", "game": "developers", "music": "artists"}
PRECISIONS: dict[int, Precision] = {1: "year", 2: "month", 3: "day"}
EPISODES = FOLDER / "episodes.toml"
OF_EVERY_WORK = {"title", "subtitle", "original_title", "language", "genres", "description", "popularity"}


class Season(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The first one of a series, whose episodes came week by week."""

    first: dt.date
    titles: tuple[str, ...]

    def aired(self) -> Iterator[tuple[str, dt.date]]:
        for week, title in enumerate(self.titles):
            yield title, self.first + dt.timedelta(weeks=week)


def seasons() -> dict[str, Season]:
    """By the slug of the series."""
    return msgspec.toml.decode(EPISODES.read_bytes(), type=dict[str, Season])


def candidates() -> Iterator[Candidate]:
    for type_, file in FILES.items():
        for slug, table in tomllib.loads((FOLDER / file).read_text("utf-8")).items():
            yield candidate(type_, slug, table)


def candidate(type_: ItemType, slug: str, table: dict[str, Any]) -> Candidate:
    """The makers a medium names (authors, directors …) are its creators, unless the table names others."""
    said = {name: table[name] for name in OF_EVERY_WORK & table.keys()}
    said |= {
        "source": SOURCE,
        "external_id": f"{type_}/{slug}",
        "creators": table.get("creators", table.get(MAKERS[type_], [])),
        "raw": table,
    }
    candidate = msgspec.convert(said | {"facts": {"type": type_, **table}}, Candidate)
    return msgspec.structs.replace(candidate, released=released(table), identifiers=tuple(identifiers(table)))


def released(table: dict[str, Any]) -> PartialDate | None:
    """As precise as it is written: "1965", "1965-08", "1954-07-29"."""
    if not (text := table.get("released")):
        return None
    parts = [int(part) for part in text.split("-")]
    year, month, day = [*parts, 1, 1][:3]
    return PartialDate(value=dt.date(year, month, day), precision=PRECISIONS[len(parts)])


def identifiers(table: dict[str, Any]) -> Iterator[Identifier]:
    for value in table.get("isbn13", ()):
        yield Identifier(scheme="isbn13", value=value)
    if value := table.get("imdb"):
        yield Identifier(scheme="imdb", value=value, kind="tv" if table.get("kind") == "series" else "movie")
    if value := table.get("steam"):
        yield Identifier(scheme="steam", value=value)
