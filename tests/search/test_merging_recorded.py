"""Merging what sources really answered, and sets others have labelled or keep free of doubles. None is part of this
project: without them these tests are skipped."""

import csv
import json
import lzma
import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.catalog.candidates import Candidate
from app.kit.parsing import parse_upstream
from app.search.members import Group, Member, of_candidate
from app.search.merging import merge
from tests.sources.recorded import JUDGES, MANIFEST, RECORDED, TROUBLE, works_in

LABELLED = RECORDED / "matching" / "itunes_amazon_539.csv"
DATASETS = Path(__file__).parents[2] / os.environ.get("TASTEBUDS_DATASETS", "../shared/datasets")
BOOKS, SHOWN = DATASETS / "goodbooks10k_books.csv.xz", DATASETS / "netflix_titles.csv.xz"


def needs(file: Path) -> pytest.MarkDecorator:
    return pytest.mark.skipif(not file.exists(), reason=f"there is no {file.name}: set TASTEBUDS_RECORDED or _DATASETS")


def told() -> Iterator[tuple[int, Candidate]]:
    """Every work in the recorded answers, with its place in its answer."""
    for source, entries in json.loads(MANIFEST.read_text()).items():
        for entry in entries if source in JUDGES else ():
            if entry["file"] in TROUBLE or not entry["file"].endswith(".json"):
                continue
            mapping, works = works_in(source, entry, parse_upstream((RECORDED / source / entry["file"]).read_bytes()))
            for place, raw in enumerate(works):
                if mapping and (candidate := mapping(raw)):
                    yield place, candidate


@pytest.fixture(scope="module")
def recorded() -> list[Group]:
    return merge(of_candidate(candidate, place=place) for place, candidate in told())


@needs(MANIFEST)
def test_recorded_works_of_two_sources_are_one(recorded: list[Group]) -> None:
    found = {
        (group.title, group.sources): group.reasons
        for group in recorded
        if len({each.source for each in group.members}) > 1
    }
    assert found == {
        ("Inception", ("tmdb", "wikidata")): ("Both have IMDb tt1375666.",),
        ("Lost Girl", ("tmdb", "tvmaze")): ("Same title and year, 2010; not all say who made it.",),
    }


@needs(MANIFEST)
def test_no_recorded_answer_has_two_rows_that_are_taken_for_one(recorded: list[Group]) -> None:
    assert [group.refs for group in recorded if len(group.members) > len({each.source for each in group.members})] == []


@needs(LABELLED)
def test_of_tracks_labelled_by_others_no_two_are_taken_for_one() -> None:
    """539 pairs, most of one artist. Of the 21 that are one and not seen as one, most are other versions or years."""
    seen = {"0": [0, 0], "1": [0, 0]}
    with LABELLED.open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            one = len(merge([_track(row, side) for side in ("left", "right")])) == 1
            seen[row["label"]][one] += 1
    assert seen == {"0": [407, 0], "1": [21, 111]}


@needs(BOOKS)
def test_of_ten_thousand_works_two_are_taken_for_one() -> None:
    """Each is another work to those who read it, but for an illustrated edition."""
    with lzma.open(BOOKS, "rt", encoding="utf-8") as file:
        groups = merge(_book(row) for row in csv.DictReader(file))
    assert [group.title for group in groups if len(group.members) > 1] == ["'Salem's Lot"]


@needs(SHOWN)
def test_of_nine_thousand_films_and_series_only_doubles_are_taken_for_one() -> None:
    with lzma.open(SHOWN, "rt", encoding="utf-8") as file:
        groups = merge(_shown(row) for row in csv.DictReader(file))
    assert sorted(group.title for group in groups if len(group.members) > 1) == [
        "Consequences",
        "Esperando la carroza",
        "InuYasha the Movie 2: The Castle Beyond the Looking Glass",
        "Love in a Puff",
    ]


def _track(row: dict[str, str], side: str) -> Member:
    by, minutes = _tidy(row[f"{side}_Artist_Name"]), row[f"{side}_Time"].split(":")
    return Member(
        ref=(side, row["id"]),
        type="music",
        kind="track",
        title=_tidy(row[f"{side}_Song_Name"]),
        creators=(by,),
        credits=(by,),
        album=_tidy(row[f"{side}_Album_Name"]),
        duration_ms=(int(minutes[0]) * 60 + int(minutes[1])) * 1000 if len(minutes) == 2 else None,
        year=_year(row[f"{side}_Released"]),
    )


def _tidy(text: str) -> str:
    """It was taken apart into words and signs."""
    return re.sub(r"\s+([.,')\]])", r"\1", re.sub(r"([(\[])\s+", r"\1", text)).replace(" '", "'")


def _year(text: str) -> int | None:
    """July 10 , 2007 or 10-Jul-07"""
    if match := re.search(r"\d{4}", text):
        return int(match[0])
    match = re.search(r"-(\d\d)$", text.strip())
    return None if match is None else int(match[1]) + (2000 if int(match[1]) < 30 else 1900)


def _book(row: dict[str, str]) -> Member:
    by, year = tuple(row["authors"].split(", ")), row["original_publication_year"]
    return Member(
        ref=("books", row["work_id"]),
        type="book",
        title=row["title"],
        creators=by,
        credits=by,
        year=int(float(year)) if year else None,
    )


def _shown(row: dict[str, str]) -> Member:
    by = tuple(name for name in row["director"].split(", ") if name)
    return Member(
        ref=("shown", row["show_id"]),
        type="movie",
        kind="film" if row["type"] == "Movie" else "series",
        title=row["title"],
        creators=by,
        credits=by,
        year=int(row["release_year"]),
    )
