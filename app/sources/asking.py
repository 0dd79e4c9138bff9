"""Asking one source, under a deadline: whatever happens is an answer in words. The fan-out asks several at once.

Here is also where a source's budget is kept to: a search takes its turn or is skipped, keeping something may wait.
"""

import asyncio
import logging
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Literal

import msgspec

from app.catalog.candidates import Candidate, ItemType
from app.catalog.episodes import Episode
from app.kit import metrics
from app.kit.text import storable
from app.sources.attempts import on_behalf_of
from app.sources.circuits import Outcome, Shut
from app.sources.errors import Kind, SourceDown
from app.sources.source import Source

DEADLINE = 3.0  # seconds a person waits for the slowest
QUERY_MAX = 200
PATIENCE = 1.5  # seconds that keeping something waits for its turn
FETCH_WAIT = 3.0  # and then for the answer: a page has 5.5 in all
JOB_PATIENCE, JOB_WAIT = 3.0, 20.0  # where nobody waits
SLOW = 2.5  # seconds; an answer that took longer came nearly too late

State = Literal["answered", "failed", "no_key", "too_slow", "busy", "resting"]

ANSWERS = metrics.counter("source_answers", "What came of asking sources for searches.", "source", "state")

log = logging.getLogger(__name__)


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """What came of asking one source. `until` is when it may be asked again, where it said so."""

    source: str
    label: str
    state: State
    sentence: str
    kind: Kind | None = None  # of what went wrong
    candidates: tuple[Candidate, ...] = ()
    milliseconds: int = 0
    until: datetime | None = None


async def ask(
    source: Source, text: str, item_type: ItemType | None = None, deadline: float = DEADLINE, page: int = 1
) -> Answer:
    """Never raises, except when it is cancelled. Nothing to look for is nothing found, without asking."""
    started = time.monotonic()
    wanted = " ".join(storable(text).split())[:QUERY_MAX]
    ends = asyncio.get_running_loop().time() + deadline
    try:
        candidates = await _search(source, wanted, item_type, page, deadline, ends) if wanted else ()
        return _answer(source, "answered", _found(source, len(candidates)), started, candidates)
    except SourceDown as down:
        return _answer(source, _state(down), str(down), started, kind=down.kind, until=down.until)
    except TimeoutError:
        return _answer(source, "too_slow", str(source.down("too_slow")), started, kind="too_slow")
    except Exception:  # a fault in reading one source's answers must not cost the others theirs
        log.exception("%s: asking failed", source.name)
        said = f"We could not make sense of what {source.label} said."
        return _answer(source, "failed", said, started, kind="unreadable")


async def fetch(
    source: Source, external_id: str, *, patience: float = PATIENCE, seconds: float = FETCH_WAIT
) -> Candidate:
    """All the source says about one work. Raises `SourceDown`."""
    async with _asking(source, patience, seconds):
        return await source.fetch(external_id)


async def episodes(source: Source, external_id: str) -> list[Episode]:
    """Of a series, which takes several requests where it has many seasons. Raises `SourceDown`."""
    async with _asking(source, JOB_PATIENCE, JOB_WAIT):
        return await source.episodes(external_id)


@asynccontextmanager
async def _asking(source: Source, patience: float, seconds: float) -> AsyncIterator[None]:
    async with _let_in(source, source.budget.fetch, seconds, patience):
        try:
            async with asyncio.timeout(seconds):
                with on_behalf_of("fetch"):
                    yield
        except TimeoutError:
            raise source.down("too_slow") from None


async def _search(
    source: Source, text: str, item_type: ItemType | None, page: int, deadline: float, ends: float
) -> tuple[Candidate, ...]:
    if source.seats.locked():
        raise source.busy()
    async with source.seats, _let_in(source, source.budget.search, deadline), asyncio.timeout_at(ends):
        with on_behalf_of("search"):
            return tuple(await source.search(text, item_type, page))


@asynccontextmanager
async def _let_in(source: Source, requests: int, seconds: float, patience: float = 0.0) -> AsyncIterator[None]:
    """Past the circuit and the budget, for a question of at most `seconds`; what comes of it is told to the circuit.

    Raises `SourceDown` at the gate. Whoever is cancelled says nothing about the source.
    """
    if not source.ready:
        raise source.down("not_configured")
    gate = await source.circuits.admit(source.name, patience + seconds)
    if isinstance(gate, Shut):
        raise source.down(gate.kind, gate.until)
    outcome: Outcome = "unsaid"
    try:
        await source.take_turn(requests, patience)
        started = time.monotonic()
        yield
        outcome = "slow" if time.monotonic() - started > SLOW else "answered"
    except SourceDown as down:
        outcome = _outcome(down)
        raise
    except TimeoutError:
        outcome = "failed"
        raise
    finally:
        await source.circuits.record(source.name, gate, outcome)


def _outcome(down: SourceDown) -> Outcome:
    match down.kind:
        case "down" | "too_slow" | "unreadable" | "certificate":
            return "failed"
        case "not_found" | "bad_request" | "bad_credentials":  # it is well, and said no
            return "answered"
        case _:
            return "unsaid"


def _answer(
    source: Source,
    state: State,
    sentence: str,
    started: float,
    candidates: tuple[Candidate, ...] = (),
    *,
    kind: Kind | None = None,
    until: datetime | None = None,
) -> Answer:
    ANSWERS.labels(source.name, state).inc()
    return Answer(
        source=source.name,
        label=source.label,
        state=state,
        sentence=sentence,
        kind=kind,
        candidates=candidates,
        milliseconds=round((time.monotonic() - started) * 1000),
        until=until,
    )


def _state(down: SourceDown) -> State:
    match down.kind:
        case "not_configured":
            return "no_key"
        case "too_slow":
            return "too_slow"
        case "busy":
            return "busy"
        case "resting" | "stopped" | "rate_limited" | "quota_exhausted":
            return "resting"
        case _:
            return "failed"


def _found(source: Source, number: int) -> str:
    return f"{source.label} found {number or 'nothing'}."
