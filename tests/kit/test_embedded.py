"""The laptop's Postgres: found again, never shared, never left behind, whatever happened before."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import psycopg
import pytest

from app.kit import embedded
from app.kit.db import Database
from app.kit.embedded import AlreadyRunning, Cluster

ROOT = Path(__file__).resolve().parents[2]
NOBODY = 65534
IS_ROOT = os.geteuid() == 0


def ask(url: str, statement: str) -> object:
    with psycopg.connect(url.replace("+asyncpg", ""), autocommit=True) as connection:
        found = connection.execute(statement.encode())
        return found.fetchone() if found.description else None


def remember(url: str) -> None:
    ask(url, "CREATE TABLE IF NOT EXISTS kept AS SELECT 42 AS answer")


def remembers(url: str) -> bool:
    return ask(url, "SELECT answer FROM kept") == (42,)


def is_over(pid: int, within: float = 60) -> bool:
    """Whether it has ended, or ends in time; a process nobody has asked after counts as ended."""
    deadline = time.monotonic() + within
    while time.monotonic() < deadline:
        try:
            if psutil.Process(pid).status() == psutil.STATUS_ZOMBIE:
                return True
        except psutil.NoSuchProcess:
            return True
        time.sleep(0.02)
    return False


def started(folder: Path) -> Cluster:
    cluster = embedded.start(folder, durable=False)
    cluster.ready()
    return cluster


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    """A folder with data in it that remembers; no server runs on it."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        cluster = started(folder)
        remember(cluster.url)
        cluster.stop()
        yield folder


@pytest.fixture
def cluster(folder: Path) -> Iterator[Cluster]:
    cluster = started(folder)
    yield cluster
    cluster.stop()


def test_what_was_kept_is_there_at_the_next_start_and_nothing_runs_in_between(folder: Path) -> None:
    for _ in range(2):
        cluster = started(folder)
        assert remembers(cluster.url)
        cluster.stop()
        assert cluster.process.poll() == 0


def test_stopping_twice_is_safe(cluster: Cluster) -> None:
    cluster.stop()
    cluster.stop()


def test_a_second_app_on_the_same_folder_is_told_who_is_first(cluster: Cluster) -> None:
    with pytest.raises(AlreadyRunning) as refused:
        embedded.start(cluster.folder)
    said = str(refused.value)
    assert f"pid {os.getpid()}" in said
    assert str(cluster.folder) in said
    assert "TASTEBUDS_DATA" in said
    assert "\n" not in said
    assert remembers(cluster.url)


def test_a_command_uses_the_server_an_app_runs_and_leaves_it_running(cluster: Cluster) -> None:
    with embedded.using(cluster.folder) as url:
        assert url == cluster.url
        assert remembers(url)
    assert remembers(cluster.url)


def test_a_command_starts_a_server_where_none_runs_and_stops_it(folder: Path) -> None:
    with embedded.using(folder) as url:
        assert remembers(url)
    assert not (folder / "postgres" / "postmaster.pid").exists()


async def test_text_is_compared_as_the_search_expects(folder: Path) -> None:
    cluster = started(folder)
    database = Database(cluster.url)
    try:
        await database.check()
        assert ask(cluster.url, "SELECT lower('ÉCOLE'), 'é' ~ '^[[:alpha:]]$', 'b' < 'É'") == ("école", True, True)
        ask(cluster.url, "CREATE EXTENSION IF NOT EXISTS pg_trgm")
        # with LC_CTYPE C it would be three: every letter that is not ASCII would be dropped
        assert ask(cluster.url, "SELECT cardinality(show_trgm('École 東京'))") == (9,)
    finally:
        await database.close()
        cluster.stop()


def test_strangers_on_the_machine_cannot_reach_it(cluster: Cluster) -> None:
    assert ask(cluster.url, "SHOW listen_addresses") == ("",)
    for inner in ("postgres", "run", "postgres.log"):
        assert (cluster.folder / inner).stat().st_mode & 0o077 == 0
    if IS_ROOT:
        assert psutil.Process(cluster.process.pid).uids().real != 0
        assert 0 not in (
            psutil.Process(cluster.process.pid).gids().real,
            psutil.Process(cluster.process.pid).gids().effective,
        )


def test_it_ends_when_its_app_is_killed_and_starts_again_with_its_data(folder: Path) -> None:
    program = (
        "import sys, time; from pathlib import Path; from app.kit import embedded;"
        "cluster = embedded.start(Path(sys.argv[1]), durable=False); cluster.ready();"
        "print(cluster.process.pid, flush=True); time.sleep(60)"
    )
    with subprocess.Popen([sys.executable, "-c", program, folder], cwd=ROOT, stdout=subprocess.PIPE) as app:
        assert app.stdout is not None
        pid = int(app.stdout.readline())
        app.kill()
    if sys.platform == "linux":
        assert is_over(pid)
    cluster = started(folder)
    assert remembers(cluster.url)
    cluster.stop()


def test_a_server_whose_app_is_gone_makes_way(folder: Path) -> None:
    """Where the kernel does not end it with its app."""
    orphan = started(folder)
    orphan.lock.close()
    cluster = started(folder)
    assert remembers(cluster.url)
    assert orphan.process.wait(60) == 0
    cluster.stop()


def test_it_recovers_when_the_server_itself_was_killed(folder: Path) -> None:
    cluster = started(folder)
    ask(cluster.url, "CREATE TABLE IF NOT EXISTS later AS SELECT 1")
    cluster.process.kill()
    cluster.stop()
    again = started(folder)
    assert remembers(again.url)
    again.stop()


def test_a_pid_that_another_program_has_now_is_no_server(folder: Path) -> None:
    _leave_pid(folder, os.getpid())
    cluster = started(folder)
    assert remembers(cluster.url)
    cluster.stop()


@pytest.mark.parametrize("left", ["", "no number\n", "-1\n", "99999999\n"])
def test_a_pid_file_that_is_damaged_is_not_in_the_way(folder: Path, left: str) -> None:
    (folder / "postgres" / "postmaster.pid").write_text(left)
    cluster = started(folder)
    assert remembers(cluster.url)
    cluster.stop()


@pytest.mark.parametrize("name", ["a folder with spaces, 'quotes' and ünïcode", "é" * 60, "x" * 120])
def test_any_folder_will_do(name: str) -> None:
    with tempfile.TemporaryDirectory() as outer:
        Path(outer).chmod(0o711)
        cluster = started(Path(outer) / name)
        try:
            assert ask(cluster.url, "SELECT 1") == (1,)
        finally:
            cluster.stop()


def test_why_it_did_not_start_is_said_and_the_folder_is_free_again(folder: Path) -> None:
    control = folder / "postgres" / "global" / "pg_control"
    kept = control.read_bytes()
    control.write_bytes(b"\0" * len(kept))
    try:
        cluster = embedded.start(folder, durable=False)
        with pytest.raises(RuntimeError, match=r"did not start in .*\n(.*\n)*.*files are incompatible"):
            cluster.ready()
    finally:
        control.write_bytes(kept)
    again = started(folder)
    assert remembers(again.url)
    again.stop()


@pytest.mark.skipif(not IS_ROOT, reason="only root hands Postgres to another user")
def test_root_is_told_of_a_door_postgres_may_not_pass() -> None:
    with tempfile.TemporaryDirectory() as closed, pytest.raises(RuntimeError, match=f"may not enter {closed}"):
        embedded.start(Path(closed) / "inner")


@pytest.mark.skipif(not IS_ROOT, reason="the other tests run as an ordinary user already")
def test_an_ordinary_user_runs_it_too() -> None:
    """From nothing, twice, the second time over a pid file whose pid is another program's of theirs."""
    python = _python_of_nobody()
    if python is None:
        pytest.skip("this Python, or the project, lies where other users may not enter")
    home = Path(tempfile.mkdtemp(dir="/var/tmp"))
    os.chown(home, NOBODY, NOBODY)
    program = (
        "import os, subprocess; from pathlib import Path; from app.kit import embedded\n"
        "stranger = subprocess.Popen(['sleep', '60'])\n"
        "folder = Path(os.environ['HOME']) / 'data'\n"
        "for _ in range(2):\n"
        "    cluster = embedded.start(folder, durable=False); cluster.ready()\n"
        "    left = (folder / 'postgres' / 'postmaster.pid').read_text().splitlines()\n"
        "    cluster.stop()\n"
        "    left[0] = str(stranger.pid)\n"
        "    (folder / 'postgres' / 'postmaster.pid').write_text('\\n'.join(left) + '\\n')\n"
        "assert stranger.poll() is None; stranger.kill(); stranger.wait()\n"
        "print('ran as', os.geteuid())\n"
    )
    try:
        done = _as_nobody(python, program, home)
    finally:
        shutil.rmtree(home)
    assert (done.stdout, done.stderr) == (f"ran as {NOBODY}\n", "")


def _leave_pid(folder: Path, pid: int) -> None:
    """As a power cut leaves it, once the machine gave the number to another program."""
    cluster = started(folder)
    path = folder / "postgres" / "postmaster.pid"
    left = path.read_text().splitlines()
    cluster.process.send_signal(signal.SIGQUIT)
    cluster.stop()
    path.write_text("\n".join([str(pid), *left[1:]]) + "\n")


def _python_of_nobody() -> str | None:
    same = f"/usr/bin/python{sys.version_info.major}.{sys.version_info.minor}"
    for python in (sys.executable, same):
        try:
            if _as_nobody(python, "import app.kit.embedded as e; e._binaries()", Path("/")).returncode == 0:
                return python
        except OSError:
            continue
    return None


def _as_nobody(python: str, program: str, home: Path) -> "subprocess.CompletedProcess[str]":
    site = str(Path(psutil.__file__).parents[1])
    return subprocess.run(
        [python, "-c", program],
        user=NOBODY,
        group=NOBODY,
        extra_groups=[],
        cwd="/",
        env={"HOME": str(home), "PATH": os.environ["PATH"], "PYTHONPATH": f"{ROOT}:{site}"},
        capture_output=True,
        text=True,
        timeout=180,
        check=False,
    )
