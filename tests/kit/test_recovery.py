"""What a killed app and a power cut leave behind does not keep the next start from its data."""

import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.kit import embedded

HOLD = """
import pathlib, sys, time
from app.kit import embedded

embedded.start(pathlib.Path(sys.argv[1])).ready()
print('up', flush=True)
time.sleep(60)
"""


@pytest.fixture
def folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as folder:
        yield Path(folder)


def killed(folder: Path, *, with_postgres: bool) -> int:
    """The number Postgres had when the app that owned it was killed."""
    with subprocess.Popen([sys.executable, "-c", HOLD, str(folder)], stdout=subprocess.PIPE, text=True) as app:
        assert app.stdout is not None
        assert app.stdout.readline() == "up\n"
        server = int((folder / "postgres" / "postmaster.pid").read_text().split()[0])
        if with_postgres:
            os.kill(server, signal.SIGKILL)
        app.kill()
    return server


def starts(folder: Path) -> bool:
    cluster = embedded.start(folder, durable=False)
    try:
        cluster.ready()
        return cluster.process.poll() is None
    finally:
        cluster.stop()


@pytest.mark.slow
@pytest.mark.parametrize("with_postgres", [False, True])
def test_it_starts_at_once_after_a_kill(folder: Path, with_postgres: bool) -> None:
    killed(folder, with_postgres=with_postgres)
    assert starts(folder)


@pytest.mark.slow
def test_a_stranger_who_has_the_old_number_is_left_alone(folder: Path) -> None:
    server = killed(folder, with_postgres=True)
    left = folder / "postgres" / "postmaster.pid"
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as stranger:
        left.write_text(left.read_text().replace(str(server), str(stranger.pid), 1))
        assert starts(folder)
        assert stranger.poll() is None
        stranger.kill()
