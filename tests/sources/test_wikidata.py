"""Wikidata: items become films."""

from typing import Any

import pytest

from app.catalog.candidates import Cover, Identifier, MovieFacts
from app.kit.outbound import Kind, Reply
from app.sources.errors import SourceDown
from app.sources.source import Source
from app.sources.wikidata import candidate_of_item, judge, slim, values
from tests.sources.fixture import fixture
from tests.sources.stub import Heard, Stub, reply


def world(film: dict[str, Any], numbers: tuple[str, ...] = ("Q60834962",)) -> Any:
    """What the three questions of a search are answered with."""
    labels = {"Q717015": "Denis Villeneuve", "Q471839": "science fiction film"}

    def answer(heard: Heard) -> bytes:
        if heard.query.get("list") == "search":
            return reply(200, {"query": {"search": [{"ns": 0, "title": number} for number in numbers]}})
        if heard.query["props"] == "labels":
            return reply(
                200, {"entities": {key: {"labels": {"en": {"value": label}}} for key, label in labels.items()}}
            )
        asked = heard.query["ids"].split("|")
        there = {each: film | {"id": each} for each in asked if each != "Q404"}
        return reply(200, {"entities": {"Q404": {"id": "Q404", "missing": ""}} | there})

    return answer


def raw_film() -> dict[str, Any]:
    film: dict[str, Any] = fixture("wikidata_item")
    del film["names"]
    return film


def test_an_item_is_a_film_with_all_its_facts() -> None:
    film = candidate_of_item(fixture("wikidata_item"))
    assert film is not None
    assert (film.source, film.external_id, film.type) == ("wikidata", "Q60834962", "movie")
    assert (film.title, film.original_title) == ("Dune", "Dune: Part One")
    assert film.facts == MovieFacts(kind="film", directors=("Denis Villeneuve",), runtime_minutes=155)
    assert film.released is not None
    assert (str(film.released.value), film.released.precision) == ("2021-09-03", "day")
    assert (film.genres, film.language) == (("Science fiction",), "en")
    assert film.description == "2021 film by Denis Villeneuve"
    assert film.cover == Cover(provider="wikidata", key="Dune poster.jpg")
    assert set(film.identifiers) == {
        Identifier(scheme="wikidata", value="Q60834962"),
        Identifier(scheme="imdb", value="tt1160419", kind="movie"),
        Identifier(scheme="tmdb", value="438631", kind="movie"),
    }


def test_preferred_statements_hide_the_others_and_deprecated_ones_are_nothing() -> None:
    def said(value: str, rank: str) -> dict[str, Any]:
        return {"mainsnak": {"datavalue": {"value": value}}, "rank": rank}

    ranked = {"claims": {"P18": [said("a", "normal"), said("b", "preferred"), said("c", "deprecated")]}}
    assert values(ranked, "P18") == ["b"]
    assert values({"claims": {"P18": [said("c", "deprecated")]}}, "P18") == []


def test_both_apis_say_the_same() -> None:
    statement = {"rank": "normal", "value": {"type": "value", "content": "tt1160419"}}
    unknown = {"rank": "normal", "value": {"type": "somevalue"}}
    item = {"id": "Q1", "labels": {"en": "Dune"}, "statements": {"P345": [statement, unknown]}}
    film = candidate_of_item(item)
    assert film is not None
    assert Identifier(scheme="imdb", value="tt1160419", kind="movie") in film.identifiers


def test_only_what_is_read_is_kept() -> None:
    heavy = {"mainsnak": {}, "rank": "normal", "references": [1] * 99, "qualifiers": {}}
    assert slim({"id": "Q1", "lastrevid": 5, "claims": {"P57": [heavy], "P161": [heavy]}}) == {
        "id": "Q1",
        "claims": {"P57": [{"mainsnak": {}, "rank": "normal"}]},
    }


async def test_a_search_is_three_questions(sources: dict[str, Source], stub: Stub) -> None:
    stub.answers(world(raw_film(), ("Q1", "Q404", "Q2", "Talk:Q3")))
    films = await sources["wikidata"].search('"dune": part-two', None, 2)
    assert [(film.external_id, film.creators) for film in films] == [
        ("Q1", ("Denis Villeneuve",)),
        ("Q2", ("Denis Villeneuve",)),
    ]
    search, items, labels = (heard.query for heard in stub.heard)
    assert search["srsearch"].startswith("haswbstatement:P31=Q11424|")
    assert search["srsearch"].endswith(" dune part two")
    assert search["sroffset"] == "10"
    assert items["ids"] == "Q1|Q404|Q2"
    assert labels["ids"] == "Q717015|Q471839"


async def test_items_come_a_few_at_a_time(sources: dict[str, Source], stub: Stub) -> None:
    stub.answers(world(raw_film(), tuple(f"Q{number}" for number in range(1, 9))))
    films = await sources["wikidata"].search("dune")
    assert [film.external_id for film in films] == [f"Q{number}" for number in range(1, 9)]
    batches = {heard.query["ids"] for heard in stub.heard if heard.query.get("props", "").startswith("labels|")}
    assert batches == {"Q1|Q2|Q3|Q4|Q5", "Q6|Q7|Q8"}


async def test_without_the_names_the_films_are_enough(sources: dict[str, Source], stub: Stub) -> None:
    answer = world(raw_film())
    stub.answers(lambda heard: reply(500, b"") if heard.query.get("props") == "labels" else answer(heard))
    assert [(film.title, film.creators) for film in await sources["wikidata"].search("dune")] == [("Dune", ())]


async def test_a_merged_film_is_known_by_its_new_number(sources: dict[str, Source], stub: Stub) -> None:
    merged = raw_film() | {"id": "Q2", "redirects": {"from": "Q1", "to": "Q2"}}
    stub.answers(lambda heard: reply(200, {"entities": {"Q1": merged} if heard.query["ids"] == "Q1" else {}}))
    assert (await sources["wikidata"].fetch("Q1")).external_id == "Q2"


async def test_what_is_no_film_is_not_found(sources: dict[str, Source], stub: Stub) -> None:
    stub.answers(world(raw_film() | {"claims": {}}))
    with pytest.raises(SourceDown) as down:
        await sources["wikidata"].fetch("Q42")
    assert down.value.kind == "not_found"
    with pytest.raises(SourceDown) as down:
        await sources["wikidata"].fetch("Q404")
    assert down.value.kind == "not_found"


@pytest.mark.parametrize(
    ("status", "body", "kind"),
    [
        (200, {"error": {"code": "no-such-entity", "info": "Could not find it."}}, "not_found"),
        (200, {"error": {"code": "maxlag"}}, "rate_limited"),
        (200, {"error": {"code": "badvalue"}}, "bad_request"),
        (403, None, "rate_limited"),
        (429, None, "rate_limited"),
        (500, None, "down"),
    ],
)
def test_each_trouble_has_its_kind(status: int, body: Any, kind: Kind) -> None:
    error = judge(Reply(status, body))
    assert error is not None
    assert error.kind == kind
