from typing import Any

import httpx
import pytest

from sandbox.wikidata_items import items, made_item
from tests.sandbox.asking import wikidata, wikidata_item
from tests.sandbox.conftest import recorded


async def hits(box: httpx.AsyncClient, text: str, **params: Any) -> list[str]:
    found = (await wikidata(box, "query", list="search", srsearch=text, **params)).json()
    return [row["title"] for row in found["query"]["search"]]


def label(number: str) -> str:
    return items()[number].labels["en"]


async def test_names_are_searched_as_recorded(box: httpx.AsyncClient) -> None:
    found = (await wikidata(box, "wbsearchentities", search="dune", language="en", limit=1)).json()
    real = recorded("wikidata/wbsearchentities_universe.json")
    assert set(found) == set(real)
    assert set(found["search"][0]) == set(real["search"][0])
    assert (found["searchinfo"], found["search-continue"]) == ({"search": "dune"}, 1)


async def test_rows_may_have_no_description_or_be_a_page_of_choices(box: httpx.AsyncClient) -> None:
    rows = (await wikidata(box, "wbsearchentities", search="dune", language="en", limit=50)).json()["search"]
    assert "Wikimedia disambiguation page" in [row.get("description") for row in rows]
    someone = (await wikidata(box, "wbsearchentities", search="radiohead", language="en")).json()["search"][0]
    assert "description" not in someone


async def test_names_match_from_their_beginning(box: httpx.AsyncClient) -> None:
    rows = (await wikidata(box, "wbsearchentities", search="shichinin", language="en")).json()["search"]
    assert rows[0]["match"] == {"type": "alias", "language": "en", "text": "Shichinin no samurai"}
    assert rows[0]["aliases"] == ["Shichinin no samurai"]
    assert not (await wikidata(box, "wbsearchentities", search="samurai", language="en")).json()["search"]
    spoken = (await wikidata(box, "wbsearchentities", search="七人", language="ja")).json()["search"]
    assert [row["id"] for row in spoken] == ["Q189540"]


async def test_rows_go_on_where_it_says(box: httpx.AsyncClient) -> None:
    asked = {"search": "the", "language": "en", "limit": 5}
    first = (await wikidata(box, "wbsearchentities", **asked)).json()
    second = (await wikidata(box, "wbsearchentities", **asked, **{"continue": first["search-continue"]})).json()
    assert not {row["id"] for row in first["search"]} & {row["id"] for row in second["search"]}


@pytest.mark.parametrize(
    ("text", "titles"),
    [
        ("haswbstatement:P31=Q11424 blade runner", ["Blade Runner", "Blade Runner 2049"]),
        ("blade runner haswbstatement:P31=Q7889", ["Blade Runner"]),
        ("haswbstatement:P345=tt1160419", ["Dune"]),
        ("haswbstatement:P31=Q11424|P31=Q29168811 spirited away", ["Spirited Away"]),
        ("haswbstatement:P31=Q11424 spirited away", []),
        ("haswbstatement:P1733 portal -haswbstatement:P1733=620", ["Portal"]),
        ("qqqqq", []),
    ],
)
async def test_statements_narrow_the_search(box: httpx.AsyncClient, text: str, titles: list[str]) -> None:
    assert [label(number) for number in await hits(box, text)] == titles


async def test_searches_go_on_where_they_say(box: httpx.AsyncClient) -> None:
    films = "haswbstatement:P31=Q11424"
    body = (await wikidata(box, "query", list="search", srsearch=films, srlimit=20)).json()
    assert body["continue"] == {"sroffset": 20, "continue": "-||"}
    assert set(body) == {"batchcomplete", "continue", "query"}
    pages = [await hits(box, films, srlimit=20, sroffset=start) for start in (0, 20, 40, 60)]
    numbers = [number for page in pages for number in page]
    assert len(numbers) == len(set(numbers)) == body["query"]["searchinfo"]["totalhits"]


async def test_an_item_looks_like_the_recorded_one(box: httpx.AsyncClient) -> None:
    item, real = (await wikidata_item(box, "Q25188")).json(), recorded("wikidata/rest_item_Q25188.json")
    assert set(item) == set(real)
    assert item["labels"]["en"] == real["labels"]["en"]
    assert item["descriptions"]["en"] == real["descriptions"]["en"]
    for name in ("P31", "P57", "P345", "P4947", "P1476"):
        mine, theirs = item["statements"][name][0], real["statements"][name][0]
        assert set(mine) == set(theirs)
        assert (mine["property"], mine["value"]) == (theirs["property"], theirs["value"])
    for name in ("P577", "P2047", "P18", "P136", "P495", "P364"):
        mine, theirs = item["statements"][name][0], real["statements"][name][0]
        assert (set(mine), mine["property"]) == (set(theirs), theirs["property"])
        assert type(mine["value"]["content"]) is type(theirs["value"]["content"])
        if isinstance(mine["value"]["content"], dict):
            assert set(mine["value"]["content"]) == set(theirs["value"]["content"])
    assert set(item["sitelinks"]["enwiki"]) == set(real["sitelinks"]["enwiki"])


async def test_a_date_says_how_much_of_it_is_known(box: httpx.AsyncClient) -> None:
    async def date(text: str) -> Any:
        number = (await hits(box, text))[0]
        return (await wikidata_item(box, f"{number}/statements?property=P577")).json()["P577"][0]["value"]

    assert (await date("haswbstatement:P345=tt1375666"))["content"]["precision"] == 11
    assert (await date("dune haswbstatement:P31=Q7889"))["content"] == {
        "time": "+1992-00-00T00:00:00Z",
        "precision": 9,
        "calendarmodel": "http://www.wikidata.org/entity/Q1985727",
    }
    assert await date("the day the clown cried haswbstatement:P31=Q11424") == {"type": "somevalue"}


async def test_entities_come_with_what_is_asked_for(box: httpx.AsyncClient) -> None:
    asked = {"ids": "Q189540|Q1", "props": "labels|descriptions|claims", "languages": "en"}
    found = (await wikidata(box, "wbgetentities", **asked)).json()
    assert found["success"] == 1
    film, nothing = found["entities"]["Q189540"], found["entities"]["Q1"]
    assert set(film) == {"type", "id", "labels", "descriptions", "claims"}
    assert film["labels"] == {"en": {"language": "en", "value": "Seven Samurai"}}
    director = film["claims"]["P57"][0]["mainsnak"]["datavalue"]
    assert director["type"] == "wikibase-entityid"
    assert label(director["value"]["id"]) == "Akira Kurosawa"
    assert nothing == {"id": "Q1", "missing": ""}


async def test_everything_a_statement_names_is_an_item(box: httpx.AsyncClient) -> None:
    for item in items().values():
        for claim in item.claims:
            assert claim.kind != "wikibase-item" or claim.value in items(), (item.labels, claim)


async def test_a_merged_item_has_moved(box: httpx.AsyncClient) -> None:
    old = made_item("merged/Q25188")
    answer = await wikidata_item(box, old)
    assert answer.status_code == 308
    assert (await box.get(answer.headers["location"])).json()["id"] == "Q25188"
    entity = (await wikidata(box, "wbgetentities", ids=old)).json()["entities"][old]
    assert (entity["id"], entity["redirects"]) == ("Q25188", {"from": old, "to": "Q25188"})


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("Q1", 404, "resource-not-found"),
        ("P31", 400, "invalid-path-parameter"),
        ("Q25188/x", 404, "resource-not-found"),
    ],
)
async def test_what_is_no_item_is_said_so(box: httpx.AsyncClient, path: str, status: int, code: str) -> None:
    answer = await wikidata_item(box, path)
    assert (answer.status_code, answer.json()["code"]) == (status, code)


@pytest.mark.parametrize(
    "params",
    [
        {"action": "wbsearchentities", "language": "en"},
        {"action": "wbsearchentities", "search": "dune"},
        {"action": "query", "list": "search"},
        {"action": "wbgetentities"},
        {"action": "wbgetentities", "ids": "|".join(f"Q{number}" for number in range(51))},
        {"action": "wbgetentities", "ids": "dune"},
        {"action": "cook"},
    ],
)
async def test_errors_of_the_action_api_are_200(box: httpx.AsyncClient, params: dict[str, str]) -> None:
    answer = await box.get("/wikidata/w/api.php", params={"format": "json", **params})
    assert answer.status_code == 200
    assert answer.json()["error"]["code"] == answer.headers["mediawiki-api-error"]


async def test_who_does_not_say_who_is_asking_is_refused(box: httpx.AsyncClient) -> None:
    answer = await box.get("/wikidata/w/api.php?format=json", headers={"User-Agent": ""})
    assert answer.status_code == 403
