"""Meilisearch in front of Postgres: whatever happens to it, there is an answer, and afterwards nothing is missing."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from sqlalchemy import delete, select, update

from app.catalog import storing
from app.catalog.models import BookItem, MediaItem
from app.jobs.following import EVERY
from app.kit.db import Database
from app.kit.ids import new_id
from app.search import lagging
from app.search.contract import Question
from app.search.falling_back import REST, FallingBack
from app.search.meilisearch import ANSWER_WAIT, UID, MeilisearchSearch
from app.search.postgres import PostgresSearch
from app.worker import queue_on, working
from tests.fair_loop import lived
from tests.rows import a_candidate
from tests.search.conftest import Ask, Store
from tests.search.fake_meilisearch import FakeMeilisearch, Fault
from tests.search.openapi import published
from tests.search.test_contract import ids_of
from tests.search.test_meilisearch import FAULTS
from tests.search.works import WORKS, book


class Clock:
    def __init__(self) -> None:
        self.seconds = 1000.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def fake() -> FakeMeilisearch:
    return FakeMeilisearch(published())


@pytest.fixture
async def engine(database: Database, fake: FakeMeilisearch, clock: Clock) -> AsyncIterator[FallingBack]:
    engine = FallingBack(database, PostgresSearch(database), MeilisearchSearch(database, fake.client()), now=clock)
    yield engine
    await engine.close()


@pytest.fixture
async def caught_up(engine: FallingBack, store: Store) -> FallingBack:
    await store(WORKS)
    await engine.catch_up()
    return engine


async def lag(database: Database) -> lagging.Lag:
    async with database.session() as session:
        return await lagging.lag(session)


async def catalog(database: Database) -> dict[str, str]:
    async with database.session() as session:
        rows = await session.execute(select(MediaItem.id, MediaItem.sort_title))
        return {str(row.id): row.sort_title for row in rows}


def indexed(fake: FakeMeilisearch) -> dict[str, str]:
    return {item_id: document["sort_title"] for item_id, document in fake.indexes[UID].items()}


async def test_meilisearch_answers_while_it_can(caught_up: FallingBack) -> None:
    answer = await caught_up.search(Question(text="dune"))
    assert (answer.engine, answer.instead_of) == ("meilisearch", "")
    assert answer.hits
    assert caught_up.state().healthy


@pytest.mark.parametrize("fault", sorted(set(FAULTS) - {"refusing"}))
async def test_postgres_answers_when_it_cannot_and_says_so(
    caught_up: FallingBack, fake: FakeMeilisearch, fault: Fault
) -> None:
    fake.fault = fault
    before = lived()
    answer = await caught_up.search(Question(text="dune"))
    assert lived() - before < ANSWER_WAIT + 3
    assert answer.engine == "postgres"
    assert answer.instead_of.endswith("; Postgres searched instead.")
    assert FAULTS[fault] in answer.instead_of
    assert answer.hits
    state = caught_up.state()
    assert (state.name, state.healthy) == ("meilisearch", False)
    assert FAULTS[fault] in state.last_error


async def test_one_that_failed_is_left_alone_and_comes_back_by_itself(
    caught_up: FallingBack, fake: FakeMeilisearch, clock: Clock
) -> None:
    fake.fault = "gone"
    await caught_up.search(Question(text="dune"))
    asked = len(fake.searched)
    fake.fault = ""
    for _ in range(20):
        assert "cannot be reached" in (await caught_up.search(Question(text="dune"))).instead_of
    assert len(fake.searched) == asked
    clock.seconds += REST
    assert (await caught_up.search(Question(text="dune"))).engine == "meilisearch"
    assert caught_up.state().healthy


async def test_after_the_rest_one_question_tries_and_the_others_do_not_wait(
    caught_up: FallingBack, fake: FakeMeilisearch, clock: Clock
) -> None:
    fake.fault = "slow"
    await caught_up.search(Question(text="dune"))
    clock.seconds += REST
    asked = fake.seen.count("POST /multi-search")
    await asyncio.gather(*(caught_up.search(Question(text="dune")) for _ in range(20)))
    assert fake.seen.count("POST /multi-search") == asked + 1


async def test_a_question_that_is_given_up_does_not_keep_the_others_from_trying(
    caught_up: FallingBack, fake: FakeMeilisearch, clock: Clock
) -> None:
    fake.fault = "slow"
    await caught_up.search(Question(text="dune"))
    clock.seconds += REST
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.05):
            await caught_up.search(Question(text="dune"))
    fake.fault = ""
    assert (await caught_up.search(Question(text="dune"))).engine == "meilisearch"


async def test_one_question_it_will_not_take_costs_only_itself(caught_up: FallingBack, fake: FakeMeilisearch) -> None:
    fake.fault = "refusing"
    assert (await caught_up.search(Question(text="dune"))).engine == "postgres"
    assert caught_up.state().healthy
    fake.fault = ""
    assert (await caught_up.search(Question(text="dune"))).engine == "meilisearch"


async def test_questions_about_marks_are_for_postgres(caught_up: FallingBack, fake: FakeMeilisearch) -> None:
    asked = len(fake.seen)
    answer = await caught_up.search(Question(text="dune", mark="done"))
    assert (answer.engine, answer.instead_of) == ("postgres", "")
    assert len(fake.seen) == asked


async def test_an_empty_index_is_noticed_filled_and_used(
    engine: FallingBack, fake: FakeMeilisearch, store: Store, clock: Clock
) -> None:
    await store(WORKS)
    answer = await engine.search(Question(text="dune"))
    assert (answer.engine, "no index" in answer.instead_of) == ("postgres", True)
    assert answer.hits
    fake.indexes[UID], fake.settings[UID] = {}, {}
    clock.seconds += REST
    assert "nothing of the catalog" in (await engine.search(Question(text="dune"))).instead_of
    clock.seconds += REST
    assert await engine.catch_up() >= len(WORKS)
    assert (await engine.search(Question(text="dune"))).engine == "meilisearch"


async def test_an_index_that_got_lost_is_built_anew(caught_up: FallingBack, fake: FakeMeilisearch) -> None:
    fake.indexes.clear()
    fake.settings.clear()
    await caught_up.catch_up()
    assert len(fake.indexes[UID]) == len(WORKS)
    assert fake.settings[UID]["rankingRules"]


async def test_an_index_of_another_catalog_is_noticed_at_the_start(
    engine: FallingBack, fake: FakeMeilisearch, store: Store, database: Database
) -> None:
    """As after the database was made anew."""
    others = {
        str(id_): {"id": str(id_), "title": "ghost", "sort_title": "ghost"} for id_ in (new_id() for _ in range(50))
    }
    fake.indexes[UID], fake.settings[UID] = others, {}
    await store(WORKS)
    await engine.catch_up()
    assert indexed(fake) == await catalog(database)


async def test_an_empty_catalog_is_no_fault(engine: FallingBack, fake: FakeMeilisearch) -> None:
    await engine.catch_up()
    answer = await engine.search(Question(text="dune"))
    assert (answer.engine, answer.hits, engine.state().healthy) == ("meilisearch", [], True)


async def test_postgres_follows_at_once_and_meilisearch_when_it_is_back(
    caught_up: FallingBack, fake: FakeMeilisearch, store: Store, database: Database, clock: Clock
) -> None:
    """200 edits while it is gone: changed, changed back, made and deleted, some many times."""
    fake.fault = "gone"
    ids = [item_id for _, item_id in sorted((title, item_id) for item_id, title in (await catalog(database)).items())]
    for n in range(200):
        one = ids[n % 50]
        async with database.session() as session:
            match n % 4:
                case 0 | 1:
                    await session.execute(
                        update(MediaItem).where(MediaItem.id == one).values(title=f"Edit {n}", sort_title=f"edit {n}")
                    )
                case 2:
                    await session.execute(delete(BookItem).where(BookItem.item_id == one))
                    await session.execute(
                        delete(MediaItem).where(MediaItem.id == one, ~MediaItem.id.in_(select(BookItem.item_id)))
                    )
        if n % 4 == 3:
            await store([book(f"New {n}", "Someone")])
        else:
            await caught_up.index([one])  # type: ignore[list-item]
        if n % 20 == 0:
            assert await caught_up.catch_up() == 0
    newest = await caught_up.search(Question(text="new 199"))
    assert (newest.hits[0].title, newest.engine) == ("New 199", "postgres")
    assert (await lag(database)).waiting > 50
    fake.fault = ""
    clock.seconds += REST
    await caught_up.catch_up()
    assert indexed(fake) == await catalog(database)
    assert (await lag(database)).waiting == 0
    assert caught_up.state().healthy


async def test_a_document_that_is_refused_is_parked_and_the_others_proceed(
    caught_up: FallingBack, fake: FakeMeilisearch, store: Store, database: Database
) -> None:
    fake.refuses = lambda document: document["title"] == "bad"
    await store([*(book(f"Good {n}", "Someone") for n in range(30)), book("Bad", "Someone")])
    await caught_up.catch_up()
    assert sum(title.startswith("good") for title in fake.titles()) == 30
    assert "bad" not in fake.titles()
    parked = await lag(database)
    assert (parked.waiting, parked.refused) == (0, 1)
    assert caught_up.state().healthy
    asked = len(fake.tasks)
    await caught_up.catch_up()
    assert len(fake.tasks) == asked  # it is not tried again …
    async with database.session() as session:
        await session.execute(update(MediaItem).where(MediaItem.title == "Bad").values(title="Better"))
    await caught_up.index(await ids_of(database, "Better"))
    await caught_up.catch_up()  # … until it changes
    assert "better" in fake.titles()
    assert (await lag(database)).refused == 0


async def test_a_rebuild_tries_what_was_refused_once_more(
    caught_up: FallingBack, fake: FakeMeilisearch, store: Store, database: Database
) -> None:
    fake.refuses = lambda document: document["title"] == "bad"
    await store([book("Bad", "Someone")])
    await caught_up.catch_up()
    fake.refuses = lambda _: False
    assert await caught_up.rebuild() == len(WORKS) + 1
    await caught_up.catch_up()
    assert ("bad" in fake.titles(), await lag(database)) == (True, lagging.Lag(waiting=0, refused=0, since=None))


async def test_an_edit_while_its_item_is_sent_is_not_lost(
    caught_up: FallingBack, fake: FakeMeilisearch, database: Database
) -> None:
    ids = await ids_of(database, "Dune Messiah")
    edits = iter(["Rocky Two", "Rocky the Second"])

    async def edit() -> None:
        if title := next(edits, None):
            async with database.session() as session:
                await session.execute(update(MediaItem).where(MediaItem.id == ids[0]).values(title=title))
            await caught_up.index(ids)

    await edit()
    fake.before_task = edit
    await caught_up.catch_up()
    assert "rocky second" in fake.titles()
    assert (await lag(database)).waiting == 0


async def test_only_one_catches_up_at_a_time(
    caught_up: FallingBack, fake: FakeMeilisearch, store: Store, database: Database
) -> None:
    await store([book(f"Good {n}", "Someone") for n in range(50)])
    other = FallingBack(database, PostgresSearch(database), MeilisearchSearch(database, fake.client()))
    before = fake.seen.count(f"POST /indexes/{UID}/documents")
    assert sorted(await asyncio.gather(caught_up.catch_up(), other.catch_up())) in ([0, 50], [0, 51])
    assert fake.seen.count(f"POST /indexes/{UID}/documents") == before + 1
    await other.close()


async def test_what_is_removed_leaves_both(
    caught_up: FallingBack, fake: FakeMeilisearch, database: Database, ask: Ask
) -> None:
    ids = await ids_of(database, "Barry Lyndon")
    await caught_up.remove(ids)
    await caught_up.catch_up()
    assert "barry lyndon" not in fake.titles()
    assert "Barry Lyndon" not in await ask("barry lyndon")


async def test_what_happens_is_noted_even_if_postgres_then_fails(database: Database, fake: FakeMeilisearch) -> None:
    """So the event is dealt with again, and Meilisearch is merely told twice."""

    class Broken(PostgresSearch):
        async def _put(self, item_ids: object, *, keep: bool) -> None:
            raise ConnectionError

    engine = FallingBack(database, Broken(database), MeilisearchSearch(database, fake.client()))
    with pytest.raises(ConnectionError):
        await engine.index([new_id()])
    await engine.close()
    assert (await lag(database)).waiting == 1


async def test_what_is_stored_while_the_worker_works_reaches_both_within_moments(
    caught_up: FallingBack, fake: FakeMeilisearch, database: Database
) -> None:
    async with working(database, caught_up, {}, queue_on(database.url)):
        await asyncio.sleep(0.3)
        async with database.session() as session:
            await storing.store(session, a_candidate("a", "1", "Persuasion"))
        async with asyncio.timeout(EVERY - 1):
            while "persuasion" not in fake.titles():  # noqa: ASYNC110 - the stand-in knows no one to tell
                await asyncio.sleep(0.02)
    fake.fault = "gone"
    answer = await caught_up.search(Question(text="persuasion"))
    assert ([hit.title for hit in answer.hits], answer.engine) == (["Persuasion"], "postgres")
