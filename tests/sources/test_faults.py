"""What each source in trouble costs: its own rows, a sentence, and soon not even a request."""

import asyncio

import httpx
import pytest

from app.kit.db import Database
from app.kit.outbound import Outbound
from app.kit.settings import read_settings
from app.sources import circuits
from app.sources.asking import DEADLINE, State, ask
from app.sources.attempts import KeptAttempts
from app.sources.circuits import SharedCircuits
from app.sources.registry import SOURCES, all_sources
from app.sources.source import Source
from sandbox import settings
from tests.fair_loop import lived
from tests.sources.conftest import KEYS
from tests.sources.test_attempts import kept
from tests.sources.together import ask_all

PATIENT = 20.0  # seconds: the sandbox is another process, on a machine that may stall
NAMES = [source.name for source in SOURCES]
EVERY = pytest.mark.parametrize("name", NAMES)
FAULTS: list[tuple[str, dict[str, int], State, str]] = [
    ("hang", {}, "too_slow", "did not answer in time"),
    ("drop", {}, "failed", "is not working"),
    ("429", {}, "resting", "asked us to wait until"),
    ("429", {"retry_after": 30}, "resting", "asked us to wait until"),
    ("500", {}, "failed", "is not working"),
    ("503", {}, "failed", "is not working"),
    ("malformed", {}, "failed", "an answer we cannot read"),
    ("huge", {}, "failed", "an answer we cannot read"),
    ("loop", {}, "failed", "is not working"),
    ("wrong", {}, "failed", "an answer we cannot read"),
    ("html", {}, "failed", "an answer we cannot read"),
    ("empty", {}, "failed", "an answer we cannot read"),
]


@pytest.fixture
def boxed(address: str, outbound: Outbound, database: Database) -> dict[str, Source]:
    """Without budgets: those are small, and tried elsewhere."""
    environment = {name.lower(): value for name, value in settings(address).items()}
    return all_sources(read_settings(**environment | KEYS), outbound, circuits=SharedCircuits(database))


async def broken(wire: httpx.AsyncClient, name: str, mode: str, **more: int) -> None:
    (await wire.post("/_faults", json={"source": name, "mode": mode, **more})).raise_for_status()


async def calls(wire: httpx.AsyncClient, name: str) -> int:
    return int((await wire.get("/_calls")).json()[name])


@EVERY
@pytest.mark.parametrize(("mode", "more", "state", "words"), FAULTS, ids=lambda value: str(value).replace(" ", "-"))
async def test_each_fault_costs_a_source_its_own_rows_and_nobody_else_s(
    boxed: dict[str, Source],
    wire: httpx.AsyncClient,
    name: str,
    mode: str,
    more: dict[str, int],
    state: State,
    words: str,
) -> None:
    await broken(wire, name, mode, **more)
    beside = boxed["open_library" if name != "open_library" else "tmdb"]
    deadline = 0.6 if mode == "hang" else PATIENT
    started = lived()
    troubled, healthy = await asyncio.gather(
        ask(boxed[name], "dune", None, deadline), ask(beside, "dune", None, PATIENT)
    )
    assert lived() - started < DEADLINE + 0.5
    assert (troubled.state, troubled.candidates) == (state, ())
    assert words in troubled.sentence
    assert healthy.state == "answered"
    assert healthy.candidates


@EVERY
@pytest.mark.parametrize("more", [{}, {"retry_after": 30}], ids=["unsaid", "said"])
async def test_while_it_asked_us_to_wait_it_is_not_asked(
    boxed: dict[str, Source], wire: httpx.AsyncClient, name: str, more: dict[str, int]
) -> None:
    await broken(wire, name, "429", **more)
    assert (await ask(boxed[name], "dune", None, PATIENT)).state == "resting"
    await wire.delete("/_calls")
    if name in ("tmdb", "igdb") and not more:
        return  # theirs is over in a second
    answers = [await ask(boxed[name], f"dune {number}") for number in range(5)]
    assert {answer.state for answer in answers} == {"resting"}
    assert await calls(wire, name) == 0


@EVERY
async def test_one_that_keeps_failing_is_left_alone_and_found_again(
    boxed: dict[str, Source], wire: httpx.AsyncClient, database: Database, name: str
) -> None:
    source = boxed[name]
    await broken(wire, name, "malformed")
    for number in range(circuits.LEAST):
        assert (await ask(source, f"dune {number}", None, PATIENT)).state == "failed"
    await wire.delete("/_calls")
    answers = await asyncio.gather(*(ask(source, f"arrival {number}") for number in range(20)))
    assert {answer.state for answer in answers} <= {"resting", "busy"}
    assert await calls(wire, name) == 0
    await broken(wire, name, "ok")
    async with database.session() as session:
        await source.circuits.close(session, name)
    assert (await ask(source, "dune again", None, PATIENT)).state == "answered"


async def test_all_in_trouble_at_once_are_ten_sentences(boxed: dict[str, Source], wire: httpx.AsyncClient) -> None:
    await broken(wire, "all", "500")
    answers = await ask_all(boxed.values(), "dune")
    assert [answer.source for answer in answers] == NAMES
    assert {answer.state for answer in answers} == {"failed"}


async def test_one_that_hangs_costs_the_others_no_time(boxed: dict[str, Source], wire: httpx.AsyncClient) -> None:
    await broken(wire, "tmdb", "hang")
    asking = asyncio.create_task(ask(boxed["tmdb"], "dune"))
    finished = [await each for each in asyncio.as_completed([ask(s, "dune") for n, s in boxed.items() if n != "tmdb"])]
    assert {answer.state for answer in finished} == {"answered"}
    assert not asking.done()
    assert (await asking).state == "too_slow"


async def test_a_body_of_thirty_megabytes_is_not_read_to_its_end(
    boxed: dict[str, Source], wire: httpx.AsyncClient, database: Database
) -> None:
    attempts = KeptAttempts(database)
    tvmaze = boxed["tvmaze"]
    tvmaze.attempts = attempts
    await broken(wire, "tvmaze", "huge")
    assert (await ask(tvmaze, "dune", None, PATIENT)).state == "failed"
    await attempts.close()
    assert [row.outcome for row in await kept(database)] == ["unreadable"]
