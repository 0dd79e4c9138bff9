"""Asking outside: whom, for what, and for how long."""

import asyncio
from collections.abc import Mapping

import pytest

from app.catalog.candidates import Candidate, ItemType
from app.kit.db import Database
from app.kit.ids import UUID
from app.search.contract import Question
from app.search.fan_out import AskedHere, FanOut
from app.sources.answers import Query
from app.sources.source import Source
from tests.fair_loop import lived
from tests.pages.works import HYPERION, Shelf
from tests.rows import a_user


class Games(Shelf):
    types = frozenset[ItemType]({"game"})


class Hurried(Shelf):
    """Busy for less time than its answer needs to be seen."""

    async def search(self, text: str, item_type: ItemType | None = None, page: int = 1) -> list[Candidate]:
        raise self.busy(0.02)


class Deaf:
    """An asker whose worker has died."""

    async def ask(self, query: Query, sources: object) -> bool:
        return True


def fan_out(database: Database, *shelves: Shelf) -> FanOut:
    sources: Mapping[str, Source] = {shelf.name: shelf for shelf in shelves}
    return FanOut(database, sources, AskedHere(database, sources))


@pytest.fixture
async def alice(database: Database) -> UUID:
    return await a_user(database, "Alice")


def test_those_who_may_know_are_asked(database: Database) -> None:
    asking = fan_out(database, Shelf("books"), Games("games"))

    def asked(question: Question) -> list[str]:
        return [source.name for source in asking.asked(question)]

    assert asked(Question(text="x")) == ["books", "games"]
    assert asked(Question(text="x", type="book")) == ["books"]
    assert asked(Question(text="x", source="games")) == ["games"]


@pytest.mark.parametrize(
    ("question", "words"),
    [
        (Question(text="dune"), "dune"),
        (Question(text="dune", by="herbert"), "dune herbert"),
        (Question(text="", by="herbert"), "herbert"),
        (Question(text=""), None),
        (Question(text="dune", mark="library"), None),
        (Question(text="dune", tag="fantasy"), None),
        (Question(text="dune", source="nowhere"), None),
    ],
)
def test_sources_are_asked_what_they_may_answer(database: Database, question: Question, words: str | None) -> None:
    query = fan_out(database, Shelf("books")).query_of(question)
    assert (query.text if query else None) == words


async def test_what_nobody_answers_is_given_up(database: Database, alice: UUID) -> None:
    asking = FanOut(database, {"books": Shelf("books")}, Deaf(), patience=0.3)
    *_, last = [outside async for outside in asking.arriving(Question(text="dune"), alice)]
    (report,) = last.reports
    assert (report.state, report.why, report.sentence) == ("failed", "too_slow", "books did not answer in time.")


async def test_when_we_stop_nobody_waits_any_longer(database: Database, alice: UUID) -> None:
    asking = fan_out(database, Shelf("books", HYPERION, delay=30))
    waiting = asyncio.create_task(asking.within(Question(text="never to be known"), alice, 20))
    await asyncio.sleep(0.3)
    before = lived()
    asking.stop()
    assert (await waiting).pending
    assert lived() - before < 1


async def test_ten_at_once_in_one_process_ask_once(database: Database, alice: UUID) -> None:
    books = Shelf("books", HYPERION, delay=0.1)
    asking = fan_out(database, books)
    seen = await asyncio.gather(*(asking.within(Question(text="hyperion"), alice, 5) for _ in range(10)))
    assert len(books.asked) == 1
    assert all([each.title for each in outside.told] == ["Hyperion"] for outside in seen)


async def test_what_holds_for_a_moment_only_is_still_told(database: Database, alice: UUID) -> None:
    """Else it would look as if the source had not answered yet, and nobody would ask it again."""
    asking = fan_out(database, Shelf("books", HYPERION, delay=1), Hurried("games"))
    async with asyncio.timeout(5):
        *_, last = [outside async for outside in asking.arriving(Question(text="hyperion"), alice)]
    assert [(report.state, report.why) for report in last.reports] == [("asked", ""), ("skipped", "busy")]


async def test_what_cannot_be_kept_is_one_line_in_the_log(caplog: pytest.LogCaptureFixture) -> None:
    nowhere = Database("postgresql+asyncpg://nobody@127.0.0.1:9/nothing")
    before = asyncio.all_tasks()
    await AskedHere(nowhere, {"books": Shelf("books")}).ask(Query("dune"), ["books"])
    (task,) = asyncio.all_tasks() - before
    await asyncio.wait({task})
    await asyncio.sleep(0)
    assert caplog.messages == ["books: what it told is lost (ConnectionRefusedError)"]
