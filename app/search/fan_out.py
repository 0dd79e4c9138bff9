"""Asking outside: what is remembered at once, the rest as each source answers.

Whoever wants an answer looks it up (`sources/answers.py`). What is not there an `Asker` has asked, once for all who
want it at the same time; what comes of it is remembered, and a notification wakes those who wait for it.
"""

import asyncio
import logging
from collections.abc import AsyncGenerator, Collection, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import Literal, Protocol

from app.catalog.candidates import Candidate
from app.kit import clock
from app.kit.db import Database
from app.kit.ids import UUID
from app.search import quota
from app.search.contract import Question
from app.search.members import Ref
from app.search.quota import Quota
from app.sources import answers, asking
from app.sources.answers import CHANNEL, Known, Query
from app.sources.source import Source

WAIT = 3.0  # seconds for whom waiting is all they can do
GIVE_UP = 8.0  # seconds after which an answer is not to be waited for: its worker must have died
LOOK = 2.0  # seconds between looks without a wake-up
SETTLE = 0.1  # seconds in which answers that come together are shown together
FRESH = timedelta(seconds=15)  # an answer this young was asked for just now, by whomever

log = logging.getLogger(__name__)

State = Literal["asked", "cached", "asking", "skipped", "failed"]


class Asker(Protocol):
    async def ask(self, query: Query, sources: Sequence[str]) -> bool:
        """Has each asked soon. Whether any of them was not being asked this very question already."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """How it went with one source. `why` is a kind where it was skipped or failed; the sentence is for people."""

    source: str
    state: State
    why: str = ""
    sentence: str = ""
    hits: int = 0
    milliseconds: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Outside:
    """What the sources have told so far: `told` in the order of sources, `previews` by what they tell of."""

    reports: Sequence[Report] = ()
    told: Sequence[Candidate] = ()
    previews: Mapping[Ref, UUID] = field(default_factory=dict)
    quota: Quota | None = None

    @property
    def pending(self) -> bool:
        return any(report.state == "asking" for report in self.reports)


NOTHING = Outside()


class FanOut:
    def __init__(
        self, database: Database, sources: Mapping[str, Source], asker: Asker, *, patience: float = GIVE_UP
    ) -> None:
        self.database, self.sources, self.asker, self.patience = database, sources, asker, patience
        self.stopped = False

    def stop(self) -> None:
        """Who still waits is sent home with what there is."""
        self.stopped = True
        self.database.listening.wake()

    def query_of(self, question: Question) -> Query | None:
        """None where sources cannot help: they know nothing of tags here and of who keeps what."""
        words = " ".join(f"{question.text} {question.by}".split())
        if not words or question.mark or question.tag or not self.asked(question):
            return None
        return Query(words, question.type, question.page)

    def asked(self, question: Question) -> list[Source]:
        """Those that may know, in the order people see them, with or without their keys."""
        return [
            source
            for source in self.sources.values()
            if question.type in (None, *source.types) and question.source in ("", source.name)
        ]

    async def remembered(self, question: Question, *, lost: bool = False) -> Outside:
        """What is known already, without asking. What is `lost` is not to be waited for any more."""
        query = self.query_of(question)
        if query is None:
            return NOTHING
        known = await self._known(query)
        young = clock.now() - FRESH
        asked = {name for name, each in known.items() if each.asked_at > young}
        return self._seen(question, known, asked, lost=lost)

    async def told_before(self, question: Question) -> set[Ref]:
        """What the pages before this one showed of it."""
        query = self.query_of(question)
        if query is None or query.page == 1:
            return set()
        async with self.database.direct.one() as connection:
            return await answers.told_before(connection, query)

    async def begin(self, question: Question, user_id: UUID) -> Outside:
        """Has asked what is not known, and does not wait for it."""
        async with aclosing(self.arriving(question, user_id)) as arriving:
            return await anext(arriving, NOTHING)

    async def within(self, question: Question, user_id: UUID, seconds: float = WAIT) -> Outside:
        """What there is when all have answered, or the time is up."""
        outside = NOTHING
        try:
            async with asyncio.timeout(seconds), aclosing(self.arriving(question, user_id)) as arriving:
                async for arrived in arriving:
                    outside = arrived
        except TimeoutError:
            pass
        return outside

    async def arriving(self, question: Question, user_id: UUID) -> AsyncGenerator[Outside, None]:
        """What is known at once, and again after each change, until nothing more is to be waited for."""
        query = self.query_of(question)
        if query is None:
            return
        began, ends = clock.now(), asyncio.get_running_loop().time() + self.patience
        async with self.database.listening.to(CHANNEL, query.key) as waiter:
            known = await self._known(query, began)
            missing = [each.name for each in self.asked(question) if each.ready and each.name not in known]
            taken = await self._ask(query, missing, user_id) if missing else None
            if taken and taken.wait:
                yield self._seen(question, known, (), taken)
                return
            before: Collection[str] = ()
            while True:
                left = ends - asyncio.get_running_loop().time()
                outside = self._seen(question, known, missing, taken, lost=left <= 0)
                if not before or not outside.pending or len(known) > len(before):
                    yield outside
                if not outside.pending or self.stopped:
                    return
                before = known
                await waiter.wait(min(LOOK, max(left, 0)))
                await asyncio.sleep(SETTLE)
                known = known | await self._known(query, began)  # what held as we began, or came since, is told

    async def _ask(self, query: Query, missing: Sequence[str], user_id: UUID) -> Quota:
        """Costs nothing where others are asking this very question already."""
        async with self.database.direct.one() as connection:
            taken = await quota.take(connection, user_id)
        if taken.wait or await self.asker.ask(query, missing):
            return taken
        async with self.database.direct.one() as connection:
            return await quota.give_back(connection, user_id)

    async def _known(self, query: Query, now: datetime | None = None) -> dict[str, Known]:
        async with self.database.direct.one() as connection:
            return await answers.known(connection, query, now)

    def _seen(
        self,
        question: Question,
        known: Mapping[str, Known],
        asked: Collection[str],
        taken: Quota | None = None,
        *,
        lost: bool = False,
    ) -> Outside:
        sources = self.asked(question)
        there = [known[source.name] for source in sources if source.name in known]
        return Outside(
            reports=[_report(source, known.get(source.name), asked, taken, lost=lost) for source in sources],
            told=[candidate for each in there for candidate in each.found.values()],
            previews={(of.source, of.external_id): id_ for each in there for id_, of in each.found.items()},
            quota=taken,
        )


async def answer(database: Database, source: Source, query: Query) -> None:
    """Asks, unless somebody just did, and remembers what came of it."""
    async with database.direct.one() as connection:
        if await answers.is_known(connection, query, source.name):
            return
    said = await asking.ask(source, query.text, query.type, page=query.page)
    async with database.session() as session:
        await answers.remember(session, query, said)


class AskedHere:
    """Asks in this process, where there is no queue: in tests, and to measure."""

    def __init__(self, database: Database, sources: Mapping[str, Source]) -> None:
        self.database, self.sources = database, sources
        self._under_way: dict[tuple[str, str], asyncio.Task[None]] = {}

    async def ask(self, query: Query, sources: Sequence[str]) -> bool:
        new = [name for name in sources if (name, query.key) not in self._under_way]
        for name in new:
            key = (name, query.key)
            task = asyncio.create_task(answer(self.database, self.sources[name], query))
            self._under_way[key] = task
            task.add_done_callback(partial(self._done, key))
        return bool(new)

    def _done(self, key: tuple[str, str], task: asyncio.Task[None]) -> None:
        self._under_way.pop(key, None)
        if not task.cancelled() and (error := task.exception()):
            log.warning("%s: what it told is lost (%s)", key[0], type(error).__name__)


def _report(source: Source, known: Known | None, asked: Collection[str], taken: Quota | None, *, lost: bool) -> Report:
    name = source.name
    if not source.ready:
        return Report(source=name, state="skipped", why="not_configured", sentence=source.advice or "")
    if known is None and taken and taken.wait:
        return Report(source=name, state="skipped", why="over_quota", sentence=taken.sentence)
    if known is None and lost:
        return Report(source=name, state="failed", why="too_slow", sentence=str(source.down("too_slow")))
    if known is None:
        return Report(source=name, state="asking")
    state: State = "asked" if name in asked else "cached"
    match known.state:
        case "no_key" | "busy" | "resting":
            state = "skipped"
        case "failed" | "too_slow":
            state = "failed"
    return Report(
        source=name,
        state=state,
        why=known.kind or "",
        sentence="" if known.found else known.sentence,
        hits=len(known.found),
        milliseconds=known.milliseconds,
    )
