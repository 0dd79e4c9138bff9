"""Writing into Meilisearch: what it is told of the index, what it takes in, and the index built beside."""

import logging
from collections.abc import Sequence

from meilisearch_python_sdk import AsyncClient
from meilisearch_python_sdk.models.settings import (
    Faceting,
    MeilisearchSettings,
    MinWordSizeForTypos,
    Pagination,
    TypoTolerance,
)
from meilisearch_python_sdk.models.task import TaskInfo

from app.kit.connections import Connections
from app.kit.ids import UUID
from app.search.contract import FACET_MAX, TOTAL_MAX
from app.search.documents import Document, documents_of
from app.search.errors import IndexMissing, Unacceptable
from app.search.numbers import SAME, read_data
from app.search.talking import HOW_TO_FILL, NO_INDEX, TASK_WAIT, documents_in, finish, translated

KEY = "id"
BATCH, FILL = 1_000, 5_000
OFF_MIN, OFF_SHARE = 10, 0.01

WRITER, REBUILD = 0x7461_7374_0003, 0x7461_7374_0004
LOCK = f"SELECT pg_advisory_xact_lock({WRITER})"
ALONE = f"SELECT pg_advisory_xact_lock({REBUILD})"
IS_REBUILDING = f"SELECT NOT pg_try_advisory_xact_lock_shared({REBUILD})"
REBUILD_WAIT, WRITE_WAIT = 3600.0, 60.0
IDS_AFTER = "SELECT id FROM media_items WHERE id > $1 ORDER BY id LIMIT $2"
ITEMS = "SELECT count(*) FROM media_items"
ANY_ITEM = "SELECT EXISTS (SELECT FROM media_items)"

_told = read_data("meilisearch.toml")

SETTINGS = MeilisearchSettings(
    searchable_attributes=_told["searchable"],
    displayed_attributes=[KEY],
    filterable_attributes=_told["filterable"],
    sortable_attributes=_told["sortable"],
    ranking_rules=_told["ranking"],
    synonyms=dict(SAME),
    typo_tolerance=TypoTolerance(
        min_word_size_for_typos=MinWordSizeForTypos(one_typo=_told["one_typo"], two_typos=_told["two_typos"]),
        disable_on_numbers=True,
    ),
    faceting=Faceting(max_values_per_facet=FACET_MAX, sort_facet_values_by={"*": "count"}),
    pagination=Pagination(max_total_hits=TOTAL_MAX),
    search_cutoff_ms=_told["cutoff_ms"],
)

log = logging.getLogger(__name__)


class Filling:
    """Of the index `uid`; `uid` with `_next` is the one a rebuild makes beside it."""

    def __init__(self, connections: Connections, client: AsyncClient, uid: str) -> None:
        self._connections, self._client = connections, client
        self._live, self._next = uid, f"{uid}_next"
        self._has_settings = False

    async def create(self) -> None:
        await create(self._client, self._live)

    async def take(self, item_ids: Sequence[UUID], *, keep: bool = True) -> dict[UUID, str]:
        """As `index` or, if not `keep`, `remove`, where there is an index; returns those that were refused, and why."""
        await self._ready()
        ids = list(dict.fromkeys(item_ids))
        refused: dict[UUID, str] = {}
        for start in range(0, len(ids), BATCH):
            refused |= await self._take(ids[start : start + BATCH], keep=keep)
        return refused

    async def rebuild(self) -> int:
        """What is written meanwhile goes into both indexes, in the order it was read."""
        async with self._connections.one() as lock, lock.transaction():
            await lock.execute(ALONE, timeout=REBUILD_WAIT)
            await create(self._client, self._next)
            if await documents_in(self._client, self._live) is None:
                await create(self._client, self._live)
            last = UUID(int=0)
            while ids := [row["id"] for row in await lock.fetch(IDS_AFTER, last, FILL)]:
                refused = await self._take(ids, into=self._next)
                for item_id, reason in refused.items():
                    log.warning("Meilisearch refused %s: %s", item_id, reason)
                last = ids[-1]
            with translated():
                swapping = await self._client.swap_indexes([(self._live, self._next)])
            await finish(self._client, swapping)
            await delete(self._client, self._next)
            return await documents_in(self._client, self._live) or 0

    async def is_bare(self) -> bool:
        """Whether it has nothing though the catalog has something, or no index at all."""
        if documents := await documents_in(self._client, self._live):
            return False
        async with self._connections.one() as connection:
            return documents is None or bool(await connection.fetchval(ANY_ITEM))

    async def is_off(self) -> bool:
        """Whether it has far more or fewer documents than the catalog has items: one of them was replaced."""
        documents = await documents_in(self._client, self._live) or 0
        async with self._connections.one() as connection:
            items = int(await connection.fetchval(ITEMS))
        return abs(documents - items) > max(OFF_MIN, OFF_SHARE * items)

    async def _ready(self) -> None:
        if await documents_in(self._client, self._live) is None:
            raise IndexMissing(NO_INDEX, HOW_TO_FILL)
        if not self._has_settings:
            await apply_settings(self._client, self._live)
            self._has_settings = True

    async def _take(self, ids: list[UUID], *, keep: bool = True, into: str | None = None) -> dict[UUID, str]:
        """What is refused is halved until it is known which items are to blame."""
        try:
            for task in await self._send(ids, keep, into):
                await finish(self._client, task)
        except Unacceptable as error:
            if len(ids) == 1:
                return {ids[0]: str(error)}
            half = len(ids) // 2
            first = await self._take(ids[:half], keep=keep, into=into)
            return first | await self._take(ids[half:], keep=keep, into=into)
        return {}

    async def _send(self, ids: list[UUID], keep: bool, into: str | None) -> list[TaskInfo]:
        """Read and sent by one at a time: Meilisearch keeps the order, so what was read last is what stays."""
        async with self._connections.one() as connection, connection.transaction():
            await connection.execute(LOCK, timeout=WRITE_WAIT)
            documents = await documents_of(connection, ids) if keep else []
            there = {document["id"] for document in documents}
            gone = [str(item_id) for item_id in ids if str(item_id) not in there]
            tasks = await self._write(into or self._live, documents, gone)
            if into is None and await connection.fetchval(IS_REBUILDING):
                await self._write(self._next, documents, gone)
            return tasks

    async def _write(self, uid: str, documents: list[Document], gone: list[str]) -> list[TaskInfo]:
        index = self._client.index(uid)
        with translated():
            tasks = [await index.add_documents(documents)] if documents else []
            return tasks + ([await index.delete_documents(gone)] if gone else [])


async def create(client: AsyncClient, uid: str) -> None:
    """Anew and empty, with our settings."""
    await delete(client, uid)
    with translated():
        await client.create_index(uid, KEY, timeout_in_ms=int(TASK_WAIT * 1000))
    await apply_settings(client, uid)


async def apply_settings(client: AsyncClient, uid: str) -> None:
    """Costs next to nothing where they are so already."""
    with translated():
        task = await client.index(uid).update_settings(SETTINGS)
    await finish(client, task)


async def delete(client: AsyncClient, uid: str) -> None:
    if await documents_in(client, uid) is not None:
        with translated():
            task = await client.index(uid).delete()
        await finish(client, task)
