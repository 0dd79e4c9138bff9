"""The operator sees how each source does, switches one off and has it asked again."""

from datetime import timedelta
from typing import cast

import pytest
from litestar.types import ASGIApp
from sqlalchemy import text

from app.kit import clock
from app.kit.db import Database
from app.kit.ids import new_id
from app.kit.settings import Settings
from app.main import create_app
from app.search.contract import Answer, Question
from app.search.errors import EngineDown
from app.search.falling_back import FallingBack
from app.search.meilisearch import MeilisearchSearch
from app.search.postgres import PostgresSearch
from app.sources.budgets import Budget, SharedBudgets
from app.sources.circuits import SharedCircuits
from app.sources.models import SourceAttempt, SourceCircuit
from tests.cast import Browser, MakeApp, Person
from tests.counting import statements
from tests.markup import Element, read
from tests.pages.works import HYPERION, Shelf

PAGE = "/ops/sources"
SWITCH = "/ops/sources/books/circuit"
PARKED = text("""
INSERT INTO events (topic, happened, subject_id, recorded_at, parked_because)
VALUES ('item', 'stored', :id, :now, 'TooLong: <b>')
""")
HELD = text("SELECT held FROM source_circuits WHERE source_name = 'books'")


@pytest.fixture
def shelf(database: Database) -> Shelf:
    shelf = Shelf("books", HYPERION)
    shelf.budget = Budget(per_second=1, burst=10, at_once=2, per_day=100)
    shelf.budgets, shelf.circuits = SharedBudgets(database), SharedCircuits(database)
    return shelf


@pytest.fixture
def app(make_app: MakeApp, shelf: Shelf) -> ASGIApp:
    return make_app({"books": shelf, "games": Shelf("games", keys=("TMDB_KEY",))})


async def tried(database: Database, *outcomes: str, minutes: float = 5) -> None:
    """Each took a tenth of a second longer than the one before."""
    async with database.session() as session:
        for number, outcome in enumerate(outcomes, 1):
            at = clock.now() - timedelta(minutes=minutes)
            asked = {"purpose": "search", "outcome": outcome, "milliseconds": 100 * number, "number": 1}
            session.add(SourceAttempt(source_name="books", attempted_at=at, **asked))


async def circuit(database: Database, **columns: object) -> None:
    async with database.session() as session:
        session.add(SourceCircuit(source_name="books", **columns))


async def is_held(database: Database) -> bool:
    async with database.reading() as session:
        return bool(await session.scalar(HELD))


async def books(person: Person) -> Element:
    return (await person.see(PAGE)).at("source-books")


async def test_a_source_that_is_well_says_so(odile: Person) -> None:
    said = (await books(odile)).text
    assert "books was not asked in the last hour." in said
    assert "10 of 10 requests left" in said
    assert "0 of 100 requests made" in said
    assert "Last trouble" not in said


async def test_one_without_its_key_says_which(odile: Person) -> None:
    page = await odile.see(PAGE)
    assert "games needs a key: set TMDB_KEY." in page.at("source-games").text
    assert [link.attributes["href"] for link in page.at("source-games").every("a")] == ["/ops/sources/keys#keys-games"]


async def test_the_last_hour_is_told_in_numbers(odile: Person, database: Database) -> None:
    await tried(database, *["answered"] * 17, "not_found", "down", "down")
    await tried(database, *["too_slow"] * 9, minutes=90)
    said = (await books(odile)).text
    assert "90 % of 20 requests" in said
    assert "1,900 ms" in said


@pytest.mark.parametrize(
    ("outcome", "words"),
    [("bad_credentials", "Paste another one."), ("down", "It was not working."), ("cut_off", "stopped waiting")],
)
async def test_the_last_trouble_comes_with_what_to_do(
    odile: Person, database: Database, outcome: str, words: str
) -> None:
    await tried(database, "unreadable", minutes=30)
    await tried(database, outcome, "answered")
    said = (await books(odile)).text
    assert "Last trouble" in said
    assert words in said


async def test_a_key_that_was_refused_last_is_no_source_that_is_well(odile: Person, database: Database) -> None:
    await tried(database, "answered", "bad_credentials")
    said = (await books(odile)).text
    assert "key refused" in said
    assert "books refused the key" in said
    await tried(database, "answered", minutes=1)
    assert "key refused" not in (await books(odile)).text


async def test_what_was_taken_is_no_longer_left(odile: Person, shelf: Shelf) -> None:
    await shelf.take_turn(6)
    said = (await books(odile)).text
    assert "4 of 10 requests left" in said
    assert "6 of 100 requests made" in said


@pytest.mark.parametrize(
    ("columns", "words"),
    [
        ({"open_until": timedelta(seconds=40), "openings": 1}, "books is having trouble; asking again in 40 s."),
        ({"open_until": timedelta(seconds=-1), "openings": 1}, "the next question tries whether it is over"),
        ({"paused_until": timedelta(minutes=5), "paused_for": "rate_limited"}, "books asked us to wait until"),
        ({"paused_until": timedelta(hours=5), "paused_for": "quota_exhausted"}, "has answered all it may today"),
        ({"held": True}, "switched it off"),
    ],
)
async def test_each_state_is_told_in_words_and_can_be_ended(
    odile: Person, database: Database, columns: dict[str, object], words: str
) -> None:
    now = clock.now()
    later = {name: now + value if isinstance(value, timedelta) else value for name, value in columns.items()}
    await circuit(database, **later)
    section = await books(odile)
    assert words in section.text
    assert "Ask it again now" in section.text
    there = await odile.follow(await odile.delete(SWITCH))
    assert "books is asked again." in there.text
    assert "books was not asked in the last hour." in there.at("source-books").text


async def test_switched_off_it_stays_off_and_twice_is_no_harm(odile: Person, database: Database) -> None:
    for _ in range(2):
        there = await odile.follow(await odile.post(SWITCH))
        assert "books is switched off. Nobody asks it." in there.text
        assert await is_held(database)
    assert "switched off" in there.at("source-books").text
    for _ in range(2):
        await odile.delete(SWITCH)
        assert not await is_held(database)


async def test_htmx_gets_the_source_it_switched(odile: Person) -> None:
    for method in ("POST", "DELETE"):
        answer = await odile.send(method, SWITCH, target="source-books")
        assert answer.status_code == 200
        (root,) = read(answer.text).roots
        assert root.attributes["id"] == "source-books"
        assert ("Nobody asks it." in root.text) == (method == "POST")


async def test_a_source_there_is_none_of_is_not_found(odile: Person) -> None:
    for method in ("POST", "DELETE"):
        assert (await odile.send(method, "/ops/sources/nothing/circuit")).status_code == 404


async def test_strangers_switch_nothing(charlie: Person, nobody: Browser, database: Database) -> None:
    for method in ("POST", "DELETE"):
        assert (await charlie.send(method, SWITCH)).status_code == 404
        assert (await nobody.send(method, SWITCH)).status_code == 404
    assert not await is_held(database)


async def test_the_page_says_which_engine_searches_and_is_linked_for_the_operator_alone(
    odile: Person, alice: Person
) -> None:
    assert "The catalog is searched by Postgres." in (await odile.see(PAGE)).text
    assert PAGE in [link.attributes.get("href") for link in (await odile.see("/")).every("a")]
    assert PAGE not in [link.attributes.get("href") for link in (await alice.see("/")).every("a")]


async def test_however_many_sources_it_is_one_statement_for_all(
    odile: Person, make_app: MakeApp, database: Database
) -> None:
    few, many = (make_app({str(number): Shelf(str(number)) for number in range(count)}) for count in (2, 20))
    counts = []
    for app in (few, many):
        again = Person(app, odile.user, odile.cookie or "")
        with statements(database) as sent:
            await again.see(PAGE)
        counts.append(len(sent))
    assert counts[0] == counts[1]


async def test_what_cannot_be_found_is_named_with_the_reason(odile: Person, database: Database) -> None:
    assert "Refusednothing" in (await odile.see(PAGE)).at("search").text
    async with database.session() as session:
        await session.execute(PARKED, {"id": new_id(), "now": clock.now()})
    said = (await odile.see(PAGE)).at("search").text
    assert "What was refused, and why" in said
    assert "An item that is gone, by Postgres: TooLong: <b>" in said
    assert "Changes waitingnone" in said


class Away:
    """A Meilisearch that does not answer."""

    async def search(self, question: Question) -> Answer:
        raise EngineDown("Meilisearch does not answer", "See its log.")

    async def close(self) -> None:
        return None


async def test_an_engine_that_another_stands_in_for_is_named_with_its_trouble(
    odile: Person, settings: Settings, database: Database
) -> None:
    engine = FallingBack(database, PostgresSearch(database), cast("MeilisearchSearch", Away()))
    operator = Person(create_app(settings, database, engine=engine, sources={}), odile.user, odile.cookie or "")
    assert "The catalog is searched by Meilisearch." in (await operator.see(PAGE)).text
    await engine.search(Question(text="dune"))
    said = (await operator.see(PAGE)).at("search").text
    assert "Meilisearch does not search the catalog at the moment; Postgres does in its place." in said
    assert "Meilisearch does not answer. See its log." in said
    assert "Meilisearch lags bynothing" in said
    assert 'tastebuds_search_engine_healthy{engine="Meilisearch"} 0.0' in (await operator.get("/metrics")).text
    await engine.close()
