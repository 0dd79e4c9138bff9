"""Meilisearch where it answers in time, Postgres where it does not: nobody waits, and nobody finds nothing.

Postgres follows the catalog at once; Meilisearch is brought up to date by `catch_up`, now or when it is back.
"""

import logging
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from app.kit import clock
from app.kit.connections import Connections
from app.kit.db import Database
from app.kit.ids import UUID
from app.search import lagging
from app.search.contract import Answer, Question
from app.search.errors import EngineDown, Unacceptable
from app.search.postgres import PostgresSearch

if TYPE_CHECKING:  # takes long to import, and whoever makes one has done so
    from app.search.meilisearch import MeilisearchSearch

REST = 5.0  # seconds in which Meilisearch is not asked again; then one question tries
BATCH = 1_000
CONNECTIONS = 2

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class EngineState:
    """Whether the engine that should answer did when it was last asked, since when that is so, and what was wrong."""

    name: str
    healthy: bool
    since: datetime
    last_error: str = ""
    advice: str = ""  # what to look at


class FallingBack:
    """Questions about a person's own marks go to Postgres in any case: Meilisearch knows nobody."""

    def __init__(
        self,
        database: Database,
        postgres: PostgresSearch,
        meilisearch: "MeilisearchSearch",
        *,
        rest: float = REST,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self._postgres, self._meilisearch = postgres, meilisearch
        self._connections = Connections(database.engine, {"application_name": "tastebuds search"}, at_most=CONNECTIONS)
        self._rest, self._now = rest, now
        self._state = EngineState("meilisearch", True, clock.now())
        self._rests_until = 0.0
        self._trying = False
        self._compared = False

    def state(self) -> EngineState:
        return self._state

    async def search(self, question: Question) -> Answer:
        if question.mark is not None:
            return await self._postgres.search(question)
        if self._may_be_asked():
            try:
                with self._judged():
                    return await self._meilisearch.search(question)
            except EngineDown as error:
                reason = str(error)
        else:
            reason = self._state.last_error
        answer = await self._postgres.search(question)
        return replace(answer, instead_of=f"{reason}; Postgres searched instead.")

    async def index(self, item_ids: Sequence[UUID]) -> None:
        await self._note(item_ids, keep=True)
        await self._postgres.index(item_ids)

    async def remove(self, item_ids: Sequence[UUID]) -> None:
        await self._note(item_ids, keep=False)
        await self._postgres.remove(item_ids)

    async def rebuild(self) -> int:
        """Raises `EngineDown` if only Postgres's could be."""
        rebuilt = await self._postgres.rebuild()
        await self._meilisearch.rebuild()
        async with self._connections.one() as connection:
            await lagging.unpark(connection)
        return rebuilt

    async def healthy(self) -> bool:
        """Whether there is an answer to be had, from either."""
        return await self._postgres.healthy()

    async def close(self) -> None:
        await self._meilisearch.close()
        await self._postgres.close()
        await self._connections.close()

    async def catch_up(self) -> int:
        """Hands Meilisearch what it has not taken in, or everything where it has nothing; returns how many items.

        While it is away this does nothing, and is to be called again.
        """
        try:
            with self._judged(only_failure=True):
                caught_up = await self._catch_up()
        except EngineDown:
            return 0
        if not self._state.healthy:
            await self.search(Question(text="", per_page=1))
        return caught_up

    async def _catch_up(self) -> int:
        caught_up = 0
        while True:
            async with self._connections.one() as connection, lagging.alone(connection) as is_ours:
                if not is_ours:
                    return caught_up
                if await self._meilisearch.is_bare():
                    caught_up += await self._meilisearch.rebuild()
                batches = await lagging.late(connection, BATCH)
                for batch in batches:
                    refused = await self._meilisearch.take(list(batch.versions), keep=batch.keep)
                    await lagging.done(connection, batch, refused)
                if not batches and not self._compared:
                    self._compared = True
                    caught_up += await self._meilisearch.rebuild() if await self._meilisearch.is_off() else 0
            if not batches:
                return caught_up
            caught_up += sum(len(batch.versions) for batch in batches)

    async def _note(self, item_ids: Sequence[UUID], *, keep: bool) -> None:
        """First of all: if anything fails after it, Meilisearch is merely told twice."""
        if item_ids:
            async with self._connections.one() as connection:
                await lagging.note(connection, item_ids, keep=keep)

    def _may_be_asked(self) -> bool:
        """Where it failed, one question at a time tries again after a rest."""
        if self._state.healthy:
            return True
        if self._trying or self._now() < self._rests_until:
            return False
        self._trying = True
        return True

    @contextmanager
    def _judged(self, *, only_failure: bool = False) -> Iterator[None]:
        try:
            yield
        except Unacceptable as error:  # the question is at fault
            log.warning("%s", error)
            raise
        except EngineDown as error:
            self._rests_until = self._now() + self._rest
            self._now_is(healthy=False, last_error=str(error), advice=error.advice)
            raise
        else:
            if not only_failure:
                self._now_is(healthy=True)
        finally:
            if not only_failure:
                self._trying = False

    def _now_is(self, *, healthy: bool, last_error: str = "", advice: str = "") -> None:
        was = self._state
        if was.healthy != healthy:
            log.warning("meilisearch is back") if healthy else log.warning("%s; Postgres searches instead", last_error)
        since = was.since if was.healthy == healthy else clock.now()
        told = (last_error, advice) if last_error else (was.last_error, was.advice)
        self._state = EngineState(was.name, healthy, since, *told)
