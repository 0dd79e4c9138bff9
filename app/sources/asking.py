"""Asking several sources at once, under one deadline: whatever happens to one is a row of its own, in words.

Here is also where a source's budget is kept to: a search takes its turn or is skipped, keeping something may wait.
"""

import asyncio
import logging
import time
from collections.abc import Iterable
from datetime import datetime
from typing import Literal

import msgspec

from app.catalog.candidates import Candidate, ItemType
from app.kit.text import storable
from app.sources.errors import Kind, SourceDown
from app.sources.source import Source

DEADLINE = 3.0  # seconds a person waits for the slowest
QUERY_MAX = 200
PATIENCE = 3.0  # seconds that keeping something waits for its turn

State = Literal["answered", "failed", "no_key", "too_slow", "busy"]

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


async def ask_all(
    sources: Iterable[Source],
    text: str,
    item_type: ItemType | None = None,
    deadline: float = DEADLINE,
    page: int = 1,
) -> list[Answer]:
    """One answer per source that knows the type, in the order of `sources`, whichever came first."""
    asked = [source for source in sources if item_type is None or item_type in source.types]
    return await asyncio.gather(*(ask(source, text, item_type, deadline, page) for source in asked))


async def ask(
    source: Source, text: str, item_type: ItemType | None = None, deadline: float = DEADLINE, page: int = 1
) -> Answer:
    """Never raises, except when it is cancelled. Nothing to look for is nothing found, without asking."""
    started = time.monotonic()
    wanted = " ".join(storable(text).split())[:QUERY_MAX]
    try:
        async with asyncio.timeout(deadline):
            candidates = await _search(source, wanted, item_type, page) if wanted else ()
        return _answer(source, "answered", _found(source, len(candidates)), started, candidates)
    except SourceDown as down:
        return _answer(source, _state(down), str(down), started, kind=down.kind, until=down.until)
    except TimeoutError:
        return _answer(source, "too_slow", str(source.down("too_slow")), started, kind="too_slow")
    except Exception:  # a fault in reading one source's answers must not cost the others theirs
        log.exception("%s: asking failed", source.name)
        said = f"We could not make sense of what {source.label} said."
        return _answer(source, "failed", said, started, kind="unreadable")


async def fetch(source: Source, external_id: str) -> Candidate:
    """All the source says about one work. Raises `SourceDown`."""
    await source.take_turn(source.budget.fetch, PATIENCE)
    return await source.fetch(external_id)


async def _search(source: Source, text: str, item_type: ItemType | None, page: int) -> tuple[Candidate, ...]:
    remembered = source.remembered.get(text, item_type, page)
    if remembered is not None:
        return remembered
    if source.seats.locked():
        raise source.busy()
    async with source.seats:
        await source.take_turn(source.budget.search)
        candidates = tuple(await source.search(text, item_type, page))
    source.remembered.put(text, item_type, page, candidates)
    return candidates


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
        case _:
            return "failed"


def _found(source: Source, number: int) -> str:
    return f"{source.label} found {number or 'nothing'}."
