"""A Redis of this run's own: on loopback, in memory only, gone with the run."""

import contextlib
import ctypes
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from redis import Redis

PORTS = range(21_000, 32_000, 7)  # each process of a run begins at another, or two would take one at once
START_WAIT = 60.0  # seconds
NOT_HERE = "no redis-server is installed here; tests on Redis need one"


class RedisServer:
    def __init__(self, folder: str, port: int) -> None:
        self.folder, self.port = folder, port
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}/0"

    def start(self) -> None:
        bare = ["--save", "", "--appendonly", "no", "--daemonize", "no", "--logfile", "redis.log"]
        where = ["--bind", "127.0.0.1", "--port", str(self.port), "--dir", self.folder]
        self.process = subprocess.Popen(
            ["redis-server", *where, *bare],
            stdout=subprocess.DEVNULL,
            cwd=self.folder,
            preexec_fn=_end_with_the_run,
        )
        ends = time.monotonic() + START_WAIT
        while time.monotonic() < ends and self.process.poll() is None:
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.port), 1) as connection:
                connection.sendall(b"PING\r\n")
                if connection.recv(16).startswith(b"+PONG"):
                    return
            time.sleep(0.02)
        self.stop()
        raise RuntimeError("redis-server does not start")

    def empty(self) -> None:
        with Redis.from_url(self.url) as redis:
            redis.flushall()

    def hang(self) -> None:
        assert self.process is not None
        self.process.send_signal(signal.SIGSTOP)

    def go_on(self) -> None:
        assert self.process is not None
        self.process.send_signal(signal.SIGCONT)

    def stop(self) -> None:
        """With all it knows: nothing is written down."""
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self.process = None


@contextmanager
def redis_server() -> Iterator[RedisServer]:
    """Skips the test where none is installed."""
    if shutil.which("redis-server") is None:
        pytest.skip(NOT_HERE)
    with tempfile.TemporaryDirectory() as folder:
        server = RedisServer(folder, _free_port())
        server.start()
        try:
            yield server
        finally:
            server.stop()


def _free_port() -> int:
    start = os.getpid() % len(PORTS)
    ports: list[int] = [*PORTS[start:], *PORTS[:start]]
    for port in ports:
        with contextlib.suppress(OSError), socket.create_server(("127.0.0.1", port)):
            return port
    raise RuntimeError("no port is free for Redis")


def _end_with_the_run() -> None:
    """However that ends, a kill included."""
    if sys.platform == "linux":
        pr_set_pdeathsig = 1
        ctypes.CDLL(None).prctl(pr_set_pdeathsig, signal.SIGKILL)
