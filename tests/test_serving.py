"""The whole program as a process: what a terminal, a supervisor or a container does to it."""

import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest


@pytest.mark.slow
@pytest.mark.parametrize("told", [signal.SIGINT, signal.SIGTERM])
def test_it_stops_in_order_when_told(told: signal.Signals) -> None:
    with tempfile.TemporaryDirectory() as folder:
        environment = os.environ | {"TASTEBUDS_DATA": folder, "PORT": "0"}
        command = [sys.executable, "-m", "app.cli", "run"]
        with subprocess.Popen(command, env=environment, cwd=folder, stdout=subprocess.PIPE, text=True) as process:
            assert process.stdout is not None
            assert any("Ctrl-C stops it" in line for line in process.stdout)
            process.send_signal(told)
            assert process.wait(60) == 0  # how soon, tests/jobs/test_worker.py says
        assert not Path(folder, "postgres", "postmaster.pid").exists()  # Postgres took it away when it ended
