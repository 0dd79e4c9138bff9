"""The two programs every story needs: the outside world in a box, and the app that asks it."""

import os
import re
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import psycopg

import sandbox
from app.kit.embedded import url_of

ROOT = Path(__file__).resolve().parents[1]
PORTS = range(20_000, 32_000)  # below what the kernel hands out to clients
DATA: dict[str, Path] = {}  # the folder of each app, by its address
START_WAIT = 150.0  # seconds; the first start makes a Postgres cluster and plants the sample
STOP_WAIT = 20.0


@contextmanager
def world() -> Iterator[str]:
    """The sandbox's address."""
    with _program("-m", "sandbox", "--port", "0") as process:
        assert process.stdout
        said = process.stdout.readline()
        found = re.search(r"http://\S+", said)
        assert found, f"The sandbox did not start: {said}"
        yield found[0]


@contextmanager
def tastebuds(outside: str) -> Iterator[str]:
    """The address of an app of its own, with the sample planted, whose sources are at `outside`."""
    port = _free_port()
    address = f"http://127.0.0.1:{port}"
    with tempfile.TemporaryDirectory(prefix="tastebuds-e2e-", ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o755)  # for root Postgres runs as another user, who must get in
        settings = sandbox.settings(outside) | {
            "HOST": "127.0.0.1",
            "PORT": str(port),
            "TASTEBUDS_DATA": f"{folder}/data",
            "LOG_LEVEL": "warning",
            "TRUSTED_PROXIES": "127.0.0.1",  # who visits says from where, so that each has limits of their own
        }
        with (Path(folder) / "log").open("w+") as log:
            DATA[address] = Path(settings["TASTEBUDS_DATA"])
            with _program("-m", "e2e.fair_app", "run", "--sample", log=log, **settings) as process:
                _wait_until_it_answers(f"{address}/health", process, Path(log.name))
                _wait_for_no_disk(DATA[address])
                yield address
            log.seek(0)
            # what it warns of, as a database that answers late, it tries again
            complaints = [line for line in log if '"level": "error"' in line or line.startswith("Traceback")]
            if complaints:  # pytest would cut a long line of an assertion
                raise AssertionError("The app logged errors:\n" + "".join(complaints[:20]))


@contextmanager
def _program(*arguments: str, log: IO[str] | None = None, **settings: str) -> Iterator[subprocess.Popen[str]]:
    dropped = {"DATABASE_URL", "BASE_URL", "SECRET_KEY", "MEILISEARCH_URL"}
    environment = {name: value for name, value in os.environ.items() if name not in dropped} | settings
    process = subprocess.Popen(
        [sys.executable, *arguments],
        cwd=ROOT,
        env=environment,
        text=True,
        stdout=log or subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(STOP_WAIT)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        if process.stdout:
            process.stdout.close()


def _free_port() -> int:
    for offset in range(len(PORTS)):
        port = PORTS[(os.getpid() + offset) % len(PORTS)]
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) != 0:
                return port
    raise OSError("no free port")


def _wait_for_no_disk(data: Path) -> None:
    """What is saved need not outlive a power cut here, and the disk of a busy machine keeps one waiting."""
    with psycopg.connect(url_of(data).replace("+asyncpg", ""), autocommit=True) as database:
        database.execute("ALTER SYSTEM SET fsync = off")
        database.execute("ALTER SYSTEM SET synchronous_commit = off")
        database.execute("SELECT pg_reload_conf()")


def _wait_until_it_answers(url: str, process: subprocess.Popen[str], log: Path) -> None:
    deadline = time.monotonic() + START_WAIT
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with urllib.request.urlopen(url, timeout=2):
                return
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            time.sleep(0.1)
    raise RuntimeError(f"Tastebuds did not start:\n{log.read_text()[-4000:]}")
