"""Answers the sources really gave go through the mapping: what each means, and where each of its fields goes."""

import json
from typing import Any

import pytest

from app.catalog.candidates import STRONG_SCHEMES, from_json, to_json
from app.kit.outbound import Reply
from app.kit.parsing import Unreadable, parse_upstream
from app.sources import itunes, tmdb
from tests.sources.recorded import (
    ITUNES_MAPPINGS,
    JUDGES,
    MAPPINGS,
    MIXED,
    RECORDED,
    TROUBLE,
    Entry,
    Mapping,
    entries,
    works_in,
)


@pytest.mark.parametrize(("source", "entry"), entries())
def test_every_recorded_answer_is_understood(source: str, entry: Entry) -> None:
    content = (RECORDED / source / entry["file"]).read_bytes()
    if entry["file"].endswith(".xml"):  # kept for its facts; we ask for JSON
        with pytest.raises(Unreadable):
            parse_upstream(content)
        return
    body = None if entry["status"] >= 300 and not entry["file"].endswith(".json") else parse_upstream(content)
    error = JUDGES[source](Reply(entry["status"], body))
    assert (error.kind if error else None) == TROUBLE.get(entry["file"])
    if error is None:
        check_works(*works_in(source, entry, body))
    for mapping in (*MAPPINGS, *MIXED):  # not one of them trips over another's answer
        mapping(body)


def check_works(mapping: Mapping | None, works: list[Any]) -> None:
    for raw in works:
        candidate = mapping(raw) if mapping else None
        assert candidate is not None, raw
        assert candidate.raw == raw
        assert from_json(to_json(candidate)) == candidate
        assert candidate.creators == () or all(candidate.creators)
        assert candidate.url is None or candidate.url.startswith("https://")
        assert 0 <= candidate.popularity <= 1
        for each in candidate.identifiers:
            assert each.scheme in STRONG_SCHEMES | {
                "google_books",
                "oclc",
                "tvdb",
                "tvmaze",
                "gog",
                "epic",
                "lastfm",
                "itunes",
            }


@pytest.mark.parametrize(("source", "entry"), entries(but={*TROUBLE}, suffix=".json"))
def test_every_recorded_field_has_its_place_in_the_mapping(source: str, entry: Entry) -> None:
    mapping, works = works_in(source, entry, json.loads((RECORDED / source / entry["file"]).read_bytes()))
    for raw in works:
        for table in tables_of(mapping, raw):
            assert set(fields(raw, table)) <= set(table)


def tables_of(mapping: Mapping | None, raw: Any) -> list[dict[str, str]]:
    if mapping is tmdb.candidate_of_row:
        mapping = tmdb.candidate_of_movie if raw["media_type"] == "movie" else tmdb.candidate_of_series
    if mapping is itunes.candidate_of_row:
        mapping = ITUNES_MAPPINGS.get(raw.get("kind"), itunes.candidate_of_album)
    return [MAPPINGS[mapping]] if mapping in MAPPINGS else []  # Wikidata has thousands of properties


def fields(raw: dict[str, Any], table: dict[str, str]) -> list[str]:
    """Paths as deep as the table goes: `volumeInfo` is opened, `saleInfo` is not."""
    opened = {path.split(".")[0] for path in table if "." in path}
    return [path for key in raw for path in ([f"{key}.{inner}" for inner in raw[key]] if key in opened else [key])]
