"""Searching with a source in trouble: `python -m bench.fan_out`. Ratios are the result; the seconds are this machine's.

The product's pages, worker and stream in one process, without budgets and circuits: fresh words would soon use those
up, and a circuit that opened would make a source that hangs as quick as one that is not there. Turns with and without
trouble alternate, so that a slow minute of the machine slows both.
"""

import argparse
import asyncio
import itertools
import json
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import uvicorn

import sandbox
from app.accounts.models import User
from app.accounts.signing_in import start
from app.jobs.asking import Queued
from app.kit import embedded, logs
from app.kit.db import Database
from app.kit.ids import new_id
from app.kit.outbound import Outbound
from app.kit.settings import read_settings
from app.main import create_app
from app.ops.migrating import migrate
from app.ops.seeding import seed
from app.pages.searching import PAUSE
from app.search.engines import engine_of
from app.search.fan_out import AskedHere, FanOut
from app.serving import run_loop
from app.sources.registry import all_sources
from app.web.signed_in import COOKIE
from app.worker import queue_on, working
from sandbox.server import serving

PORT = 18_110
BASE = f"http://127.0.0.1:{PORT}"
START_WAIT = 60.0
CLIENTS = (1, 10)
TROUBLED = "tmdb"
TROUBLES: dict[str, dict[str, Any]] = {
    "hanging 30 s": {"mode": "delay", "ms": 30_000},
    "dropping": {"mode": "drop"},
    "500": {"mode": "500"},
}
TITLES = ("dune", "emma", "arrival", "twin peaks", "portal", "nevermind", "solaris", "hades")
WELL = "well"
EQUAL = 100
CROWD = 100
STATE = re.compile(rb'id="outside-([a-z_]+)"[^>]*data-state="([a-z]+)"')


def _fresh() -> Iterator[str]:
    """Nobody looks for signs, but with them it is another question."""
    for number in itertools.count():
        signs = "".join("!?.;"[number // len(TITLES) // 4**place % 4] for place in range(6))
        yield f"{TITLES[number % len(TITLES)]} {signs}"


fresh = _fresh()


@dataclass(frozen=True)
class Taken:
    """Seconds until the page's first byte, and from when the stream asked until the healthy ones were shown."""

    page: float
    healthy: float


async def serve(url: str, environment: Mapping[str, str]) -> None:
    """As `app.serving` does, with nothing between the questions and the sources but their seats."""
    logs.set_up("error")
    settings = read_settings(_env_file=None, **{name.lower(): value for name, value in environment.items()})
    database = Database(url)
    sources = all_sources(settings, Outbound(settings.contact))
    queue, engine = queue_on(url), engine_of(settings, database)
    fan_out = FanOut(database, sources, Queued(queue, AskedHere(database, sources)))
    app: Any = create_app(settings, database, engine=engine, fan_out=fan_out, queue=queue)
    config = uvicorn.Config(app, port=PORT, loop="none", http="httptools", access_log=False, log_config=None)
    async with working(database, engine, sources, queue):
        await uvicorn.Server(config).serve()


@contextmanager
def running(url: str, environment: Mapping[str, str]) -> Iterator[None]:
    child = subprocess.Popen([sys.executable, "-m", "bench.fan_out", "--serve", url, json.dumps(environment)])
    try:
        deadline = time.monotonic() + START_WAIT
        while child.poll() is None and time.monotonic() < deadline:
            try:
                httpx.get(f"{BASE}/health")
                break
            except httpx.TransportError:
                time.sleep(0.05)
        yield
    finally:
        child.terminate()
        child.wait(30)


async def people(database: Database, number: int) -> list[str]:
    """Cookies of so many who have asked nothing yet."""
    async with database.session() as session:
        users = [User(name="Guest", email=f"{new_id()}@example.org", password_hash="") for _ in range(number)]
        session.add_all(users)
        await session.flush()
        return [f"{COOKIE}={(await start(session, user, 'browser'))[0]}" for user in users]


async def search(client: httpx.AsyncClient, cookie: str, words: str) -> Taken:
    """The page, then its stream to the end."""
    asked: Any = {"params": {"q": words}, "headers": {"Cookie": cookie}}
    started = time.perf_counter()
    async with client.stream("GET", f"{BASE}/search", **asked) as answer:
        answer.raise_for_status()
        page = time.perf_counter() - started
        await answer.aread()
    began = healthy = 0.0
    rest = b""
    async with client.stream("GET", f"{BASE}/search/stream", **asked) as answer:
        began = time.perf_counter()
        async for chunk in answer.aiter_raw():
            *events, rest = (rest + chunk).split(b"\r\n\r\n")
            for event in events:
                states = dict(STATE.findall(event))
                states.pop(TROUBLED.encode(), None)
                if not healthy and states and b"asking" not in states.values():
                    healthy = time.perf_counter()
    return Taken(page, (healthy or time.perf_counter()) - began - PAUSE)


async def turns(client: httpx.AsyncClient, database: Database, base: str, clients: int, rounds: int) -> None:
    taken: dict[str, list[Taken]] = defaultdict(list)
    for _ in range(rounds):
        for trouble in (*TROUBLES, WELL):
            await client.delete(f"{base}/_faults")
            if trouble != WELL:
                await client.post(f"{base}/_faults", json={"source": TROUBLED, **TROUBLES[trouble]})
            cookies = await people(database, clients)
            taken[trouble] += await asyncio.gather(*(search(client, each, next(fresh)) for each in cookies))
    await client.delete(f"{base}/_faults")
    for trouble in TROUBLES:
        page, healthy = (
            [statistics.median(getattr(each, what) for each in taken[which]) for which in (WELL, trouble)]
            for what in ("page", "healthy")
        )
        print(
            f"| {trouble} | {clients} | {page[0] * 1000:.0f} | {page[1] * 1000:.0f} | {page[1] / page[0]:.2f} "
            f"| {healthy[0] * 1000:.0f} | {healthy[1] * 1000:.0f} | {healthy[1] / healthy[0]:.2f} |",
            flush=True,
        )


async def equal(client: httpx.AsyncClient, database: Database, base: str) -> None:
    calls = []
    for number in (1, EQUAL):
        await client.delete(f"{base}/_calls")
        words = next(fresh)
        await asyncio.gather(*(search(client, each, words) for each in await people(database, number)))
        counts = (await client.get(f"{base}/_calls")).json()
        calls.append({name: count for name, count in counts.items() if count and not name.endswith("covers")})
    print(f"\nrequests of one search: {calls[0]}\nof {EQUAL} equal ones by {EQUAL} people: {calls[1]}")


async def crowd(client: httpx.AsyncClient, database: Database, seconds: float) -> None:
    """Each asks again as soon as there is an answer, always something else, until the time or the quota is over."""
    answers: Counter[str] = Counter()
    started = time.perf_counter()

    async def asking(cookie: str) -> None:
        while time.perf_counter() - started < seconds:
            asked: Any = {"params": {"q": next(fresh)}, "headers": {"Cookie": cookie}}
            answer = await client.get(f"{BASE}/search/found", **asked)
            over = "You have asked a lot" in answer.text
            answers["over their quota" if over else str(answer.status_code)] += 1

    await asyncio.gather(*(asking(cookie) for cookie in await people(database, CROWD)))
    elapsed = time.perf_counter() - started
    print(f"\n{CROWD} people, fresh words each: {answers.total() / elapsed:.0f} searches/s, {dict(answers)}")


async def compare(url: str, base: str, rounds: int, seconds: float) -> None:
    database = Database(url)
    limits = httpx.Limits(max_connections=None)
    async with httpx.AsyncClient(timeout=60, limits=limits) as client:
        for words in TITLES:
            await search(client, (await people(database, 1))[0], words)
        print("\n| TMDB is | clients | page, ms | with | ratio | healthy sources, ms | with | ratio |")
        print("|---|---|---|---|---|---|---|---|")
        for clients in CLIENTS:
            await turns(client, database, base, clients, rounds if clients > 1 else 3 * rounds)
        await equal(client, database, base)
        await crowd(client, database, seconds)
    await database.close()


async def plant(url: str) -> None:
    database = Database(url)
    await migrate(database)
    await seed(database)
    await database.close()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=10)
    parser.add_argument("--seconds", type=float, default=15, help="how long the crowd asks")
    parser.add_argument("--serve", nargs=2, metavar=("URL", "SETTINGS"), help="what the bench itself starts")
    wanted = parser.parse_args()
    if wanted.serve:
        url, environment = wanted.serve
        run_loop(lambda: serve(url, json.loads(environment)))
        return
    with serving() as base, tempfile.TemporaryDirectory(dir="/var/tmp") as folder:
        Path(folder).chmod(0o755)
        data = Path(folder) / "data"
        with embedded.using(data) as url:
            asyncio.run(plant(url))
            with running(url, sandbox.settings(base) | {"TASTEBUDS_DATA": str(data)}):
                asyncio.run(compare(url, base, wanted.rounds, wanted.seconds))


if __name__ == "__main__":
    main()
