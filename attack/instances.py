"""Processes of the app as they run in earnest: any number on one database, each killed or stopped at will."""

import asyncio
import os
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from uuid import uuid4

import asyncpg
import httpx

from app.kit import embedded

ROOT = Path(__file__).resolve().parents[1]
PORTS = range(22_000, 31_000)  # below what the kernel hands out to clients
START_WAIT = 90.0  # seconds
STOP_WAIT = 20.0


class Instance:
    """One process. `log` has what it said, `settings` what it was started with."""

    def __init__(self, folder: Path, settings: dict[str, str], *, sample: bool) -> None:
        self.settings, self.sample = settings, sample
        self.log = folder / f"log-{settings['PORT']}"
        self.address = f"http://127.0.0.1:{settings['PORT']}"
        self.process: subprocess.Popen[bytes] | None = None

    async def start(self) -> None:
        arguments = ["run", *(["--sample"] if self.sample else [])]
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "app.cli", *arguments],
                cwd=ROOT,
                env=self._environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        await self._answers()

    def kill(self) -> None:
        """-9: nothing is put in order."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        self._end(signal.SIGTERM)

    async def command(self, *arguments: str, said: str = "", **settings: str) -> tuple[int, str]:
        """A `tastebuds` command on the same database: how it ended, and all it said."""
        process = await self.begin(*arguments, **settings)
        out, _ = await asyncio.wait_for(process.communicate(said.encode()), START_WAIT)
        return process.returncode or 0, out.decode()

    async def begin(self, *arguments: str, **settings: str) -> asyncio.subprocess.Process:
        """The same, to be waited for, or killed."""
        return await asyncio.create_subprocess_exec(
            sys.executable,
            *("-m", "app.cli", *arguments),
            cwd=ROOT,
            env=self._environment | settings,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )

    @property
    def data(self) -> Path:
        return Path(self.settings["TASTEBUDS_DATA"])

    @property
    def _environment(self) -> dict[str, str]:
        known = {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "VIRTUAL_ENV") if name in os.environ}
        return known | self.settings

    async def _answers(self) -> None:
        assert self.process
        async with httpx.AsyncClient(timeout=2) as client:
            for _ in range(round(START_WAIT / 0.1)):
                if self.process.poll() is not None:
                    break
                with suppress(httpx.HTTPError):
                    if (await client.get(f"{self.address}/health")).status_code == 200:
                        return
                await asyncio.sleep(0.1)
        raise RuntimeError(f"Tastebuds did not start:\n{self.log.read_text()[-4000:]}")

    def _end(self, how: signal.Signals) -> None:
        if self.process and self.process.poll() is None:
            self.process.send_signal(how)
            try:
                self.process.wait(STOP_WAIT)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()


class House:
    """One database and one data folder; `open()` starts a process on them."""

    def __init__(self, folder: Path, database_url: str) -> None:
        self.folder, self.database_url = folder, database_url
        self.instances: list[Instance] = []

    async def open(self, *, sample: bool = True, **settings: str) -> Instance:
        """`sample`: with its people and catalog. `settings` by their names in the environment."""
        given = {
            "HOST": "127.0.0.1",
            "PORT": str(free_port()),
            "TASTEBUDS_DATA": str(self.folder / "data"),
            "DATABASE_URL": self.database_url,
            "LOG_LEVEL": "info",
        }
        instance = Instance(self.folder, given | settings, sample=sample)
        self.instances.append(instance)
        await instance.start()
        return instance

    async def connect(self) -> "asyncpg.Connection[asyncpg.Record]":
        """To the database, past the app."""
        return await asyncpg.connect(self.database_url.replace("+asyncpg", ""))

    def close(self) -> None:
        for instance in self.instances:
            instance.stop()


@asynccontextmanager
async def a_house(cluster_url: str) -> AsyncIterator[House]:
    """On a database of its own in this cluster, gone with the house."""
    name = f"attack_{uuid4().hex[:12]}"
    server = await asyncpg.connect(cluster_url.replace("+asyncpg", ""))
    await server.execute(f"CREATE DATABASE {name}")
    with tempfile.TemporaryDirectory(prefix="tastebuds-attack-", ignore_cleanup_errors=True) as folder:
        house = House(Path(folder), cluster_url.replace("/postgres?", f"/{name}?"))
        try:
            yield house
        finally:
            house.close()
            await server.execute(f"DROP DATABASE {name} WITH (FORCE)")
            await server.close()


@asynccontextmanager
async def a_cluster() -> AsyncIterator[str]:
    """Its address."""
    with tempfile.TemporaryDirectory(prefix="tastebuds-attack-", ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o755)  # for root Postgres runs as another user, who must get in
        cluster = embedded.start(Path(folder), durable=False)
        try:
            cluster.ready()
            yield cluster.url
        finally:
            cluster.stop()


def free_port() -> int:
    for offset in range(len(PORTS)):
        port = PORTS[(os.getpid() * 7 + offset) % len(PORTS)]
        with suppress(OSError), socket.create_server(("127.0.0.1", port)):
            return port
    raise OSError("no free port")
