"""An app and its Postgres killed together, and started again before anybody has collected the dead."""

import os
import signal
import subprocess
import sys
import tempfile
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
