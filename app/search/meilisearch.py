"""The catalog searched with Meilisearch: it finds and counts, Postgres folds the question and tells what a card shows.

Imported only where `MEILISEARCH_URL` is set, because its client takes long to import. docs/search.md tells more.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from math import ceil

from meilisearch_python_sdk import AsyncClient
from meilisearch_python_sdk.models.search import FederationMerged, SearchParams

from app.catalog.reading import CARD
from app.kit.connections import Connections
from app.kit.db import Database
from app.kit.ids import UUID
from app.search.contract import EXCERPT, PAGES_MAX, PER_PAGE_MAX, TOTAL_MAX, Answer, Facets, Hit, Mark, Question
from app.search.documents import required, spelled
from app.search.errors import EngineDown, IndexMissing, Refused
from app.search.filling import Filling
from app.search.indexing import TAG_KEY
from app.search.queries import Asked, Found, Merged, Results, filters_of, found_in, ids_of
from app.search.reading import tidy
from app.search.talking import HOW_TO_FILL, translated

NAME = "meilisearch"
BARE = "Meilisearch has nothing of the catalog yet"
UID = "tastebuds_items"
CONNECTIONS = 4
ANSWER_WAIT = 0.3
MARKED = 100  # foremost hits whose marks are counted; each costs Meilisearch some 0.1 ms
WORDS = 10  # of a question; Meilisearch ignores what comes after
SETTINGS = {"application_name": "tastebuds meilisearch", "jit": "off"}

FOLD = f"""
SELECT search_lexemes($1, true) AS words, search_key($1) AS key, search_lexemes($2, true) AS by,
       {TAG_KEY.format(tag="$3::text")} AS tag
"""
CARDS = f"""
SELECT {CARD}, left(i.description, {EXCERPT}) AS description, i.popularity
FROM media_items i WHERE i.id = ANY ($1::uuid[])
"""
MARKS = """
SELECT status, count(*) AS n FROM user_item_states WHERE user_id = $1 AND item_id = ANY ($2::uuid[]) GROUP BY status
"""


class MeilisearchSearch:
    """Raises `EngineDown` when Meilisearch does not answer as it should. Takes no notice of `mark`: it knows nobody."""

    def __init__(
        self, database: Database, client: AsyncClient, *, uid: str = UID, answer_wait: float = ANSWER_WAIT
    ) -> None:
        self._connections = Connections(database.engine, SETTINGS, at_most=CONNECTIONS)
        self._client, self._uid, self._answer_wait = client, uid, answer_wait
        self._filling = Filling(self._connections, client, uid)

    async def search(self, question: Question) -> Answer:
        asked = await self._read(_bounded(question))
        with translated():
            async with asyncio.timeout(self._answer_wait):
                found = await self._all(asked)
                if not found.types and " " in asked.text:
                    found = await self._some(asked)
                if not found.types and await self._filling.is_bare():
                    raise IndexMissing(BARE, HOW_TO_FILL)
        hits, marks = await self._cards(found.ids), await self._marks(question.viewer, found.foremost)
        return _answer(asked.question, found, hits, marks)

    async def _read(self, question: Question) -> Asked:
        async with self._connections.one() as connection:
            folded = await connection.fetchrow(FOLD, tidy(question.text), tidy(question.by), tidy(question.tag))
        assert folded is not None, "a SELECT without FROM has one row"  # noqa: S101
        words, by = ([word for word in folded[name] if word] for name in ("words", "by"))
        text = required(words[:WORDS], unfinished=True) or spelled(folded["key"])
        return Asked(self._uid, text, filters_of(question, by, folded["tag"]), question)

    async def _all(self, asked: Asked) -> Found:
        """What has all words. Each query is a search of its own, so none is asked for what another tells."""
        types = [asked.types()] if asked.question.type else []
        marked = [asked.foremost(MARKED)] if asked.question.viewer else []
        page = [] if marked and asked.shown.stop <= MARKED else [asked.page()]
        answers = await self._each(*types, *page, *marked)
        shown, foremost = answers[len(types)], ids_of(*answers[-len(marked) :]) if marked else []
        found = found_in(asked.question, shown, answers[0], shown.total_hits, foremost)
        return found if page else replace(found, ids=foremost[asked.shown])

    async def _some(self, asked: Asked) -> Found:
        page = types = await self._merged(asked.any_words(), asked.merged())
        if asked.question.type is not None:
            of_any_type = replace(asked, question=replace(asked.question, type=None))
            types = await self._merged(of_any_type.any_words(), asked.merged(count_only=True))
        return found_in(asked.question, page, types, page.estimated_total_hits)

    async def _each(self, *queries: SearchParams) -> list[Results]:
        found = await self._client.multi_search(list(queries))
        assert isinstance(found, list), "federated answers are one"  # noqa: S101
        return found

    async def _merged(self, queries: list[SearchParams], federation: FederationMerged) -> Merged:
        found = await self._client.multi_search(queries, federation=federation)
        assert not isinstance(found, list), "federated answers are one"  # noqa: S101
        return found

    async def _marks(self, viewer: UUID | None, ids: Sequence[UUID]) -> dict[Mark, int]:
        if not ids:
            return {}
        async with self._connections.one() as connection:
            kept = {row["status"]: row["n"] for row in await connection.fetch(MARKS, viewer, ids)}
        return {"library": sum(kept.values()), **kept} if kept else {}

    async def _cards(self, ids: list[UUID]) -> list[Hit]:
        """In this order; those that the catalog lost meanwhile are left out."""
        if not ids:
            return []
        async with self._connections.one() as connection:
            rows = {row["id"]: row for row in await connection.fetch(CARDS, ids)}
        return [Hit(**dict(rows[item_id])) for item_id in ids if item_id in rows]

    async def index(self, item_ids: Sequence[UUID]) -> None:
        """Raises `Refused` once all are in that Meilisearch takes."""
        try:
            refused = await self.take(item_ids)
        except IndexMissing:
            await self._filling.create()
            refused = await self.take(item_ids)
        if refused:
            raise Refused(refused)

    async def remove(self, item_ids: Sequence[UUID]) -> None:
        await self.take(item_ids, keep=False)

    async def take(self, item_ids: Sequence[UUID], *, keep: bool = True) -> dict[UUID, str]:
        """As `index` or, if not `keep`, `remove`, where there is an index; returns those that were refused, and why."""
        return await self._filling.take(item_ids, keep=keep)

    async def rebuild(self) -> int:
        return await self._filling.rebuild()

    async def healthy(self) -> bool:
        try:
            return not await self.is_bare()
        except EngineDown:
            return False

    async def is_bare(self) -> bool:
        """Whether it has nothing though the catalog has something, or no index at all."""
        return await self._filling.is_bare()

    async def is_off(self) -> bool:
        """Whether it has far more or fewer documents than the catalog has items: one of them was replaced."""
        return await self._filling.is_off()

    async def close(self) -> None:
        await self._client.aclose()
        await self._connections.close()


def _answer(question: Question, found: Found, hits: list[Hit], marks: dict[Mark, int]) -> Answer:
    return Answer(
        hits=hits,
        total=min(found.total, TOTAL_MAX),
        total_is_exact=found.total < TOTAL_MAX,
        facets=Facets(types=found.types, sources=found.sources, tags=found.tags, decades=found.decades, marks=marks),
        page=question.page,
        pages=min(ceil(found.total / question.per_page), PAGES_MAX),
        engine=NAME,
    )


def _bounded(question: Question) -> Question:
    per_page = min(max(question.per_page, 1), PER_PAGE_MAX)
    return replace(question, page=min(max(question.page, 1), PAGES_MAX + 1), per_page=per_page)
