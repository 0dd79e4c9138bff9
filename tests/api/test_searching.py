"""Finding works, and taking in what was found outside."""

import asyncio
from datetime import date, timedelta

import msgspec
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.catalog.candidates import PartialDate
from app.kit import clock
from app.kit.db import Database
from app.search.quota import QUESTIONS
from app.sources.errors import SourceDown
from tests.api.program import Member, member, wrong
from tests.cast import MakeApp
from tests.pages.conftest import Evening, Stock
from tests.pages.works import ARRIVAL, HYPERION, Shelf


async def test_a_hit_says_whether_it_is_kept(alice: Member, evening: Evening) -> None:
    (dune,) = (await alice.see("/api/search", q="dune"))["hits"]
    (arrival,) = (await alice.see("/api/search", q="arrival"))["hits"]
    assert (dune["id"], dune["kept"], dune["year"]) == (str(evening.dune), True, 1965)
    assert (arrival["id"], arrival["kept"]) == (str(evening.arrival), False)


async def test_facets_count_across_types(alice: Member, evening: Evening) -> None:
    found = await alice.see("/api/search", type="game")
    assert [hit["title"] for hit in found["hits"]] == ["Disco Elysium"]
    assert (found["total"], found["facets"]["types"]["book"]) == (1, 1)


async def test_it_says_what_searched_the_catalog(alice: Member, evening: Evening) -> None:
    found = await alice.see("/api/search", q="dune")
    assert (found["engine"], found["instead_of"]) == ("postgres", None)


async def test_a_wrong_operator_is_told_and_costs_nothing(alice: Member, evening: Evening) -> None:
    found = await alice.see("/api/search", q="dune type:opera")
    assert [hit["title"] for hit in found["hits"]] == ["Dune"]
    (problem,) = found["problems"]
    assert problem.startswith("type: wants")


async def test_sources_are_asked_only_when_told_to(alice: Member, evening: Evening) -> None:
    assert (await alice.see("/api/search", q="hyperion"))["sources"] is None
    found = await alice.see("/api/search", q="hyperion", outside="true")
    (report,) = found["sources"]
    assert (report["source"], report["state"], report["why"], report["hits"]) == ("books", "asked", None, 1)
    (hit,) = found["hits"]
    assert (hit["title"], hit["id"], hit["kept"], hit["sources"]) == ("Hyperion", None, False, ["books"])
    assert len(hit["previews"]) == 1


async def test_a_hit_from_outside_leads_to_the_work_s_page_there(make_app: MakeApp, database: Database) -> None:
    """As the sources' terms ask of whoever shows it."""
    there = msgspec.structs.replace(HYPERION, url="https://books.example/hyperion")
    alice = await member(make_app({"books": Shelf("books", there)}), database, "Amanda")
    (hit,) = (await alice.see("/api/search", q="hyperion", outside="true"))["hits"]
    assert hit["pages"] == {"books": "https://books.example/hyperion"}


async def test_what_is_remembered_is_not_asked_again(alice: Member) -> None:
    for state in ("asked", "cached"):
        (report,) = (await alice.see("/api/search", q="hyperion", outside="true"))["sources"]
        assert (report["state"], report["hits"]) == (state, 1)


async def test_a_dead_source_costs_only_what_it_knows(make_app: MakeApp, database: Database, evening: Evening) -> None:
    dead = Shelf("dead", failure=SourceDown("dead", "down"))
    alice = await member(make_app({"dead": dead, "books": Shelf("books", HYPERION)}), database, "Amanda")
    found = await alice.see("/api/search", q="dune", outside="true")
    assert "Dune" in [hit["title"] for hit in found["hits"]]
    assert [(report["source"], report["state"], report["why"]) for report in found["sources"]] == [
        ("dead", "failed", "down"),
        ("books", "asked", None),
    ]
    assert found["sources"][0]["sentence"] == "dead is not working at the moment."


async def test_who_asks_a_lot_is_told_when_to_ask_again(alice: Member) -> None:
    for number in range(QUESTIONS + 10):
        answer = await alice.get("/api/search", q=f"x{number}", outside="true")
        assert answer.headers["ratelimit-policy"] == '"outside";q=30;w=60'
        if answer.status_code == 429:
            break
        assert answer.status_code == 200
    assert answer.status_code == 429
    assert answer.headers["ratelimit"].startswith('"outside";r=0;t=')
    assert 1 <= int(answer.headers["retry-after"]) <= 2
    assert answer.json()["detail"].startswith("You have asked a lot; outside sources again in")
    assert (await alice.get("/api/search", q="dune")).status_code == 200


async def test_a_preview_becomes_one_item_however_many_take_it_at_once(alice: Member, charlie: Member) -> None:
    (hit,) = (await alice.see("/api/search", q="hyperion", outside="true"))["hits"]
    sent = {"preview": hit["previews"][0], "keep": True}
    answers = await asyncio.gather(*(who.post("/api/items", sent) for who in (alice, charlie, alice, charlie)))
    assert len({answer.json()["id"] for answer in answers}) == 1
    assert all(answer.status_code in (200, 201) for answer in answers)
    for who in (alice, charlie):
        assert [each["item"]["title"] for each in (await who.see("/api/library"))["entries"]] == ["Hyperion"]


async def test_a_works_own_id_takes_it_in(alice: Member) -> None:
    item = (await alice.post("/api/ingest/books", {"external_id": "hyperion"})).json()
    assert item["facts"] == {"type": "book", "authors": ["Dan Simmons"]}
    assert [said["source"] for said in item["provenance"]] == ["books"]
    assert item["entry"] is None


async def test_an_id_or_a_source_nobody_knows_is_not_found(alice: Member) -> None:
    assert (await alice.post("/api/ingest/books", {"external_id": "ilium"})).status_code == 404
    assert (await alice.post("/api/ingest/shelf", {"external_id": "hyperion"})).status_code == 404


async def test_a_source_that_is_down_says_when_to_ask_again(make_app: MakeApp, database: Database) -> None:
    until = clock.now() + timedelta(minutes=2)
    down = Shelf("books", failure=SourceDown("books", "rate_limited", until))
    alice = await member(make_app({"books": down}), database, "Alice")
    answer = await alice.post("/api/ingest/books", {"external_id": "hyperion"})
    assert answer.status_code == 503
    assert 110 < int(answer.headers["retry-after"]) <= 120


async def test_a_date_is_as_precise_as_it_is_known(alice: Member, stock: Stock) -> None:
    new, old = date(2004, 5, 17), date(8, 1, 1)
    told = (("year", "2004", new), ("month", "2004-05", new), ("day", "2004-05-17", new), ("year", "0008", old))
    for precision, said, day in told:
        released = PartialDate(value=day, precision=precision)  # type: ignore[arg-type]
        (item,) = await stock(msgspec.structs.replace(ARRIVAL, external_id=said, released=released))
        shown = await alice.see(f"/api/items/{item}")
        assert (shown["released"], shown["released_precision"]) == (said, precision)


async def test_an_item_says_what_is_known_of_it(alice: Member, evening: Evening) -> None:
    dune = await alice.see(evening.at("/api/items/{dune}"))
    assert dune["facts"] == {"type": "book", "authors": ["Frank Herbert"], "publisher": "Chilton", "pages": 412}
    assert dune["identifiers"] == [{"scheme": "isbn13", "value": "9780441013593"}]
    assert dune["provenance"][0]["rating"] == {"value": 4.5, "scale": 5, "votes": 1200}
    assert dune["entry"]["rating"] == 9


async def test_a_million_pages_on_there_is_nothing_to_turn(alice: Member) -> None:
    assert (await alice.get("/api/search", page="1000000")).status_code == 422


QUERY = st.fixed_dictionaries(
    {},
    optional={
        "q": st.text(max_size=300),
        "type": st.sampled_from(["book", "music", "", "opera"]) | st.text(max_size=5),
        "page": st.integers().map(str) | st.text(max_size=5),
        "outside": st.sampled_from(["true", "false", "", "1", "yes"]) | st.text(max_size=5),
        "nothing": st.text(max_size=5),
    },
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], database=None)
@given(query=QUERY)
async def test_whatever_is_asked_is_answered(alice: Member, evening: Evening, query: dict[str, str]) -> None:
    answer = await alice.get("/api/search", **query)
    assert answer.status_code in (200, 422), answer.text
    if answer.status_code == 422:
        assert wrong(answer).keys() <= query.keys()
