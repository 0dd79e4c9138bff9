"""An app and its Postgres killed together, and started again before anybody has collected the dead."""

import asyncio
import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from app.kit import embedded
from app.kit.db import Database

HOLD = """
import pathlib, sys, time
from app.kit import embedded

embedded.start(pathlib.Path(sys.argv[1])).ready()
print('up', flush=True)
time.sleep(60)
"""


@pytest.mark.slow
def test_the_lock_files_of_a_dead_postgres_are_not_in_the_way() -> None:
    with tempfile.TemporaryDirectory() as folder:
        with subprocess.Popen([sys.executable, "-c", HOLD, folder], stdout=subprocess.PIPE, text=True) as app:
            assert app.stdout is not None
            assert app.stdout.readline() == "up\n"
            os.kill(int(Path(folder, "postgres", "postmaster.pid").read_text().split()[0]), signal.SIGKILL)
            app.kill()
        cluster = embedded.start(Path(folder), durable=False)
        try:
            cluster.ready()
        finally:
            cluster.stop()


@pytest.mark.slow
async def test_a_postgres_that_is_killed_is_started_again() -> None:
    with tempfile.TemporaryDirectory() as folder:
        cluster = embedded.start(Path(folder), durable=False)
        cluster.ready()
        keeping = asyncio.create_task(cluster.kept_up())
        database = Database(cluster.url)
        try:
            async with asyncio.timeout(30):
                await database.check()
                was = cluster.process.pid
                os.kill(was, signal.SIGKILL)
                while cluster.process.pid == was:  # noqa: ASYNC110 - another process
                    await asyncio.sleep(0.1)
                await asyncio.to_thread(cluster.ready)
                await database.check()
        finally:
            keeping.cancel()
            await database.close()
            cluster.stop()
