"""The catalog searched with Postgres alone: a vocabulary that mends typos, and lexemes in two tiers.

docs/search.md tells the design and what it costs.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from heapq import nsmallest
from math import ceil
from typing import Any

import asyncpg

from app.catalog.candidates import ItemType
from app.kit.connections import Connection, Connections, Watch
from app.kit.db import Database
from app.kit.ids import UUID
from app.search import indexing, rebuilding
from app.search.contract import FACET_MAX, PAGES_MAX, PER_PAGE_MAX, TOTAL_MAX, Answer, Facets, Hit, Mark, Question
from app.search.matching import Match, all_words, some_words
from app.search.mending import mend
from app.search.numbers import BOUND
from app.search.ranking import DEEPEST, OF_TYPE, Tier, browsing, ranking
from app.search.reading import Reading, read, read_filters, tidy
from app.search.statements import filled

NAME = "postgres"
BATCH = 500
CONNECTIONS = 4
# the statements are long, and planning them anew costs more than running them: they are written so that one plan is
# right for rare and common words alike
SETTINGS = {
    "application_name": "tastebuds search",
    "jit": "off",
    "plan_cache_mode": "force_generic_plan",
    "enable_seqscan": "off",  # a plan made without knowing the words must not read the whole table for one of them
    "random_page_cost": "1.1",
    "work_mem": "32MB",
    "pg_trgm.similarity_threshold": "0.2",  # two edits leave a word of eight letters no more in common
}
DOWN = (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError)
PROBE = "SELECT search_key('a') = 'a' AND NOT EXISTS (SELECT FROM search_documents WHERE item_id IS NULL LIMIT 1)"


class PostgresSearch:
    """Raises `OSError`, `TimeoutError` or asyncpg's errors when Postgres does not answer."""

    def __init__(self, database: Database, *, connections: int = CONNECTIONS, watch: Watch | None = None) -> None:
        self._connections = Connections(database.engine, SETTINGS, at_most=connections, watch=watch)

    async def search(self, question: Question) -> Answer:
        question = _bounded(question)
        text = tidy(question.text)
        async with self._connections.one() as connection:
            if not text and not _is_filtered(question) and question.mark is None:
                return await _browsed(connection, question)
            return await _search(connection, text, question)

    async def index(self, item_ids: Sequence[UUID]) -> None:
        await self._put(item_ids, keep=True)

    async def remove(self, item_ids: Sequence[UUID]) -> None:
        await self._put(item_ids, keep=False)

    async def _put(self, item_ids: Sequence[UUID], *, keep: bool) -> None:
        ids = list(dict.fromkeys(item_ids))
        async with self._connections.one() as connection:
            for start in range(0, len(ids), BATCH):
                await indexing.put(connection, ids[start : start + BATCH], keep=keep)

    async def rebuild(self) -> int:
        async with self._connections.one() as connection:
            return await rebuilding.rebuild(connection)

    async def healthy(self) -> bool:
        try:
            async with self._connections.one() as connection:
                return bool(await connection.fetchval(PROBE))
        except DOWN:
            return False

    async def close(self) -> None:
        await self._connections.close()


async def _search(connection: Connection, text: str, question: Question) -> Answer:
    """All words first; if no item has them, any of them."""
    reading = await read(connection, text) if text else Reading("", ())
    filters = await read_filters(connection, question) if _is_filtered(question) else []
    mended = await mend(connection, reading)
    answer = await _ranked(connection, all_words(mended, filters), question)
    if answer.facets.types or not reading.words:
        return answer
    if mended is reading:
        mended = await mend(connection, reading, known=True)
    if not any(word.known for word in mended.required):
        return answer
    return await _ranked(connection, some_words(mended, filters), question)


async def _browsed(connection: Connection, question: Question) -> Answer:
    rare = False
    if question.type is not None and question.sort != "relevance":
        rare = await connection.fetchval(OF_TYPE, question.type) <= BOUND["sorted"]
    statement = browsing(question.sort, rare=rare)
    return _answer(question, await connection.fetch(*_filled(statement, {}, question)))


async def _ranked(connection: Connection, match: Match, question: Question) -> Answer:
    """From the most popular on to more of the catalog, until there is a page of hits."""
    asked, *more = _tiers(match, question)
    answer = await _asked(connection, match, question, asked)
    for tier in more:
        if answer.total >= BOUND["enough"]:
            break
        if tier == "whole":
            match = replace(match, lookup=match.resort, check="")
        answer = await _asked(connection, match, question, tier)
    return answer


async def _asked(connection: Connection, match: Match, question: Question, tier: Tier) -> Answer:
    statement = ranking(
        tier,
        question.sort,
        looked_up=bool(match.lookup),
        worded=match.keys != [""],
        filtered=_is_filtered(question),
        marked=question.mark is not None,
    )
    rows = await connection.fetch(*_filled(statement, match.values, question))
    return _answer(question, rows, partial=tier in ("top", "head"))


def _tiers(match: Match, question: Question) -> tuple[Tier, ...]:
    sorted_ = question.sort != "relevance"
    few = match.candidates <= BOUND["sorted" if sorted_ else "budget"]
    if question.mark is not None:
        return ("whole",) if few and match.lookup else ("library",)
    if match.candidates > BOUND["patience"]:
        return ("head",) if sorted_ else ("top", "head")
    if 0 < len(match.keys[0]) < BOUND["short"] and not _is_filtered(question):
        return ("top", "head", "whole")
    return ("whole",) if few else ("head", "whole")


def _filled(statement: str, values: Mapping[str, Any], question: Question) -> tuple[Any, ...]:
    offset, limit = _window(question)
    asked = {"type": question.type, "viewer": question.viewer, "mark": question.mark, "offset": offset, "limit": limit}
    sent, arguments = filled(statement, {**values, **asked, "first": question.years[0], "last": question.years[1]})
    return sent, *arguments


def _is_filtered(question: Question) -> bool:
    return bool(question.by or question.tag or question.source or question.years != (None, None))


def _bounded(question: Question) -> Question:
    per_page = min(max(question.per_page, 1), PER_PAGE_MAX)
    return replace(question, page=min(max(question.page, 1), _pages(DEEPEST, per_page) + 1), per_page=per_page)


def _window(question: Question) -> tuple[int, int]:
    """Offset and limit; what lies beyond the last page is empty."""
    beyond = question.page > _pages(DEEPEST, question.per_page)
    return (question.page - 1) * question.per_page, 0 if beyond else question.per_page


def _pages(total: int, per_page: int) -> int:
    return min(ceil(min(total, DEEPEST) / per_page), PAGES_MAX)


def _answer(question: Question, rows: Sequence[asyncpg.Record], *, partial: bool = False) -> Answer:
    types: dict[ItemType, int] = json.loads(rows[0]["types"] or "{}")
    total = sum(types.values()) if question.type is None else types.get(question.type, 0)
    return Answer(
        hits=[_hit(row) for row in rows if row["id"] is not None],
        total=min(total, TOTAL_MAX),
        total_is_exact=total <= TOTAL_MAX and not partial,
        facets=_facets(types, rows[0]),
        page=question.page,
        pages=_pages(total, question.per_page),
        engine=NAME,
    )


def _facets(types: Mapping[ItemType, int], row: asyncpg.Record) -> Facets:
    counted: dict[str, int] = json.loads(row["facets"] or "{}")
    kept: dict[Mark, int] = json.loads(row["marks"] or "{}")
    return Facets(
        types={type_: min(n, TOTAL_MAX) for type_, n in types.items() if n},
        sources=_most(counted, "@"),
        tags=_most(counted, "="),
        decades={int(decade): n for decade, n in _most(counted, "~").items()},
        marks={"library": sum(kept.values()), **kept} if kept else {},
    )


def _most(counted: Mapping[str, int], sign: str) -> dict[str, int]:
    ours = [(-n, value[1:]) for value, n in counted.items() if value[0] == sign]
    return {value: -n for n, value in nsmallest(FACET_MAX, ours)}


def _hit(row: asyncpg.Record) -> Hit:
    return Hit(**{name: row[name] for name in Hit.__slots__})
