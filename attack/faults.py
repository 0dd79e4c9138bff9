"""Writers who note what was acknowledged, and what the database says of it afterwards (§ "what must never be lost").

Each writes one menu after the other over /api, with a key for each: what is not answered, or answered 503, it sends
again with the same key. What was acknowledged must be there, and nothing twice.
"""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from uuid import uuid4

import asyncpg
import httpx
import psutil

from app.kit import embedded
from attack.instances import Instance, free_port

EMAIL, PASSWORD = "writer@tastebuds.example", "a table by the window"
WRITERS = 4
PAUSE = 0.3  # seconds between two of a writer's, which keeps all of them below what one account may write
SETTLE = 40.0  # seconds for what was begun to be acknowledged, once all is well


@dataclass
class Ledger:
    """What writers were told: `acknowledged` by key with when, everything else by what it was."""

    acknowledged: dict[str, float] = field(default_factory=dict)
    told: Counter[str] = field(default_factory=Counter)

    @property
    def unexpected(self) -> dict[str, int]:
        """Neither 503 nor a lost connection."""
        return {what: times for what, times in self.told.items() if what != "503" and not what.startswith("lost")}

    def pause(self, since: float) -> float:
        """The longest time after `since` in which nothing was acknowledged, in seconds."""
        times = [since, *sorted(at for at in self.acknowledged.values() if at > since)]
        return max((after - before for before, after in pairwise(times)), default=0.0)


@dataclass(frozen=True)
class Verdict:
    acknowledged: int
    lost: int
    twice: int

    def __str__(self) -> str:
        return f"{self.acknowledged} acknowledged, {self.lost} lost, {self.twice} twice"


@asynccontextmanager
async def a_laptop(folder: Path) -> AsyncIterator[Instance]:
    """One process with a Postgres of its own that waits for the disk, and an account for the writers."""
    settings = {"HOST": "127.0.0.1", "PORT": str(free_port()), "TASTEBUDS_DATA": str(folder / "data")}
    instance = Instance(folder, settings | {"LOG_LEVEL": "warning"}, sample=False)
    try:
        await instance.start()
        ended, said = await instance.command("create-user", EMAIL, "Writer", said=PASSWORD + "\n")
        assert ended == 0, said
        yield instance
    finally:
        instance.stop()


@asynccontextmanager
async def writing(address: str, via: str = "") -> AsyncIterator[Ledger]:
    """Four at it while the block runs, over `via` if given; afterwards each is answered for what it has begun."""
    async with httpx.AsyncClient(base_url=address, timeout=30) as client:
        answer = await client.post("/api/auth/login", json={"email": EMAIL, "password": PASSWORD})
        assert answer.status_code == 200, answer.text
    headers = {"authorization": f"Bearer {answer.json()['access_token']}"}
    ledger, stop = Ledger(), asyncio.Event()
    writers = [asyncio.create_task(_write(via or address, headers, ledger, stop)) for _ in range(WRITERS)]
    try:
        yield ledger
    finally:
        stop.set()
        async with asyncio.timeout(SETTLE):
            await asyncio.gather(*writers)


async def judged(instance: Instance, ledger: Ledger) -> Verdict:
    connection = await asyncpg.connect(embedded.url_of(instance.data).replace("+asyncpg", ""))
    try:
        rows = await connection.fetch("SELECT title, count(*) AS times FROM menus GROUP BY title")
    finally:
        await connection.close()
    times = {row["title"]: row["times"] for row in rows}
    return Verdict(
        acknowledged=len(ledger.acknowledged),
        lost=sum(key not in times for key in ledger.acknowledged),
        twice=sum(number > 1 for number in times.values()),
    )


def postmaster(instance: Instance) -> psutil.Process:
    return psutil.Process(int((instance.data / "postgres" / "postmaster.pid").read_text().split()[0]))


@asynccontextmanager
async def frozen(instance: Instance) -> AsyncIterator[None]:
    """Postgres and all its processes stand still while the block runs."""
    there = [postmaster(instance), *postmaster(instance).children()]
    for process in there:
        process.suspend()
    try:
        yield
    finally:
        for process in there:
            process.resume()


async def _write(address: str, headers: dict[str, str], ledger: Ledger, stop: asyncio.Event) -> None:
    async with httpx.AsyncClient(base_url=address, headers=headers, timeout=15) as client:
        while not stop.is_set():
            await _one(client, ledger)
            await asyncio.sleep(PAUSE)


async def _one(client: httpx.AsyncClient, ledger: Ledger) -> None:
    """Until it is acknowledged."""
    key = uuid4().hex
    while True:
        try:
            answer = await client.post("/api/menus", json={"title": key}, headers={"idempotency-key": key})
        except httpx.TransportError as error:
            ledger.told[f"lost: {type(error).__name__}"] += 1
        else:
            if answer.status_code == 201:
                ledger.acknowledged[key] = asyncio.get_running_loop().time()
                return
            ledger.told[str(answer.status_code)] += 1
        await asyncio.sleep(PAUSE)
