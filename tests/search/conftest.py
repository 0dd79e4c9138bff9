"""The engines under contract, each on an empty catalog."""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterable

import pytest

from app.kit.db import Database
from app.search.contract import CatalogSearch, Question
from app.search.engines import SearchEngine
from app.search.postgres import PostgresSearch
from tests.search.in_step import in_step
from tests.search.works import WORKS, Work

Store = Callable[[Iterable[Work]], Awaitable[None]]
Ask = Callable[..., Awaitable[list[str]]]


@pytest.fixture(params=["postgres", "meilisearch"])
async def engine(request: pytest.FixtureRequest, database: Database) -> AsyncIterator[CatalogSearch]:
    engine: SearchEngine = PostgresSearch(database) if request.param == "postgres" else await in_step(database)
    yield engine
    await engine.close()


@pytest.fixture
def store(database: Database, engine: CatalogSearch) -> Store:
    """Puts works into the catalog and tells the engine, as the consumer of events does."""

    async def store(works: Iterable[Work]) -> None:
        works = list(works)
        rows = [work.rows() for work in works]
        async with database.session() as session:
            session.add_all(item for item, _ in rows)
            await session.flush()
            session.add_all(facts for _, facts in rows)
            session.add_all(told for work, (item, _) in zip(works, rows, strict=True) for told in work.told(item))
        await engine.index([item.id for item, _ in rows])

    return store


@pytest.fixture
async def catalog(engine: CatalogSearch, store: Store) -> CatalogSearch:
    """The engine, with all of `WORKS` in it."""
    await store(WORKS)
    return engine


@pytest.fixture
def ask(engine: CatalogSearch) -> Ask:
    """The titles found, best first."""

    async def ask(words: str, **more: object) -> list[str]:
        answer = await engine.search(Question(text=words, **more))  # type: ignore[arg-type]
        return [hit.title for hit in answer.hits]

    return ask
