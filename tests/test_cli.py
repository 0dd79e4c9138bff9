"""The commands as they are typed, each a process on an embedded Postgres of its own."""

import asyncio
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import urllib.request
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import psutil
import pytest
from sqlalchemy import select

from app.accounts import signing_in
from app.accounts.factor_models import TotpSecret
from app.accounts.models import User
from app.kit import clock, embedded
from app.kit.db import Database

WELL = "abcdefgh1 is long enough\n"


@pytest.fixture(scope="module")
def folder() -> Iterator[str]:
    with tempfile.TemporaryDirectory() as folder:
        yield folder


def _environment(folder: str, **settings: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.endswith(("_KEY", "_URL"))}
    return kept | {"TASTEBUDS_DATA": folder} | settings


def typed(folder: str, *words: str, said: str = "", **settings: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "app.cli", *words],
        env=_environment(folder, **settings),
        input=said,
        capture_output=True,
        text=True,
        timeout=180,
        cwd=tempfile.gettempdir(),  # where no .env of ours lies
        check=False,
    )


@pytest.mark.slow
def test_an_empty_folder_is_made_ready_and_well(folder: str) -> None:
    migrated = typed(folder, "migrate")
    assert (migrated.returncode, migrated.stderr) == (0, "")
    assert migrated.stdout.startswith("The database is at revision ")
    doctor = typed(folder, "doctor")
    assert doctor.returncode == 0
    assert "FAIL" not in doctor.stdout
    assert "TMDB needs a key: set TMDB_KEY." in doctor.stdout


@pytest.mark.slow
def test_the_first_account_operates_and_the_second_does_not(folder: str) -> None:
    assert typed(folder, "create-user", "odile@example.org", "Odile", said=WELL).stdout == (
        "odile@example.org may log in, as the operator.\n"
    )
    assert typed(folder, "create-user", "bob@example.org", "Bob", said=WELL).stdout == "bob@example.org may log in.\n"
    again = typed(folder, "create-user", "bob@example.org", "Bob", said="short\n")
    assert again.returncode == 1
    assert again.stderr == "tastebuds: password: Use 10 characters or more.\n"


@pytest.mark.slow
def test_the_host_turns_a_second_factor_off(folder: str) -> None:
    typed(folder, "create-user", "nora@example.org", "Nora", said=WELL)
    nobody = typed(folder, "second-factor-off", "nobody@example.org")
    assert nobody.stderr == "tastebuds: Nobody has an account with the address nobody@example.org.\n"
    with embedded.using(Path(folder)) as url:
        asyncio.run(_give_a_factor(url))
    off = typed(folder, "second-factor-off", "Nora@example.org")
    assert off.stdout.startswith("The second factor of nora@example.org is off")
    again = typed(folder, "second-factor-off", "nora@example.org")
    assert (again.returncode, again.stderr) == (1, "tastebuds: nora@example.org has no second factor.\n")


async def _give_a_factor(url: str) -> None:
    database = Database(url)
    async with database.session() as session:
        user_id = await session.scalar(select(User.id).where(User.email == "nora@example.org"))
        session.add(TotpSecret(user_id=user_id, sealed=b"sealed", confirmed_at=clock.now()))
    await database.close()


@pytest.mark.slow
def test_the_host_ends_one_account_s_sessions_or_everybody_s(folder: str) -> None:
    for name in ("first", "second"):
        typed(folder, "create-user", f"{name}@example.org", name, said=WELL)
    with embedded.using(Path(folder)) as url:
        asyncio.run(_log_everybody_in(url))
        one = typed(folder, "sessions", "flush", "First@example.org")
        assert (one.returncode, one.stdout) == (0, "Sessions ended: 1.\n")
        assert typed(folder, "sessions", "flush").stdout == f"Sessions ended: {asyncio.run(_how_many(url)) - 1}.\n"
        assert typed(folder, "sessions", "flush").stdout == "Sessions ended: 0.\n"
    nobody = typed(folder, "sessions", "flush", "nobody@example.org")
    assert (nobody.returncode, nobody.stderr) == (1, "tastebuds: Nobody has the address nobody@example.org.\n")


async def _log_everybody_in(url: str) -> None:
    database = Database(url)
    async with database.session() as session:
        for user in (await session.scalars(select(User))).all():
            await signing_in.start(session, user, "browser")
    await database.close()


async def _how_many(url: str) -> int:
    """People, each with one session."""
    database = Database(url)
    async with database.session() as session:
        people = len((await session.scalars(select(User.id))).all())
    await database.close()
    return people


@pytest.mark.slow
def test_the_sample_is_planted_when_asked_for_and_once(folder: str) -> None:
    assert typed(folder, "seed").stdout.startswith("Planted: ")
    assert typed(folder, "seed").stdout == "Everything of the sample is there already.\n"


@pytest.mark.slow
def test_all_of_an_account_goes_into_a_file_and_out_of_it_in_another_house(folder: str, tmp_path: Path) -> None:
    typed(folder, "seed")
    file, hers = str(tmp_path / "hers.zip"), ("--for", "Alice@tastebuds.example")
    written = typed(folder, "export", file, *hers)
    assert (written.returncode, written.stdout) == (0, f"Everything of Alice@tastebuds.example is in {file}.\n")
    over = typed(folder, "export", file, *hers)
    assert (over.returncode, over.stderr) == (1, f"tastebuds: {file}: File exists.\n")
    nobodys = typed(folder, "export", str(tmp_path / "nobody.zip"), "--for", "nobody@example.org")
    assert nobodys.stderr == "tastebuds: Nobody has an account with the address nobody@example.org.\n"
    assert [each.name for each in tmp_path.iterdir()] == ["hers.zip"]
    with tempfile.TemporaryDirectory() as house:
        typed(house, "create-user", "alice@example.org", "Alice", said=WELL)
        for counted in ("added", "there"):
            read = typed(house, "import", file, "--for", "alice@example.org")
            assert (read.returncode, read.stderr) == (0, "")
            assert re.search(rf"^library: \d+ {counted}$", read.stdout, re.MULTILINE)
        (tmp_path / "broken.zip").write_bytes(b"no file of ours")
        broken = typed(house, "import", str(tmp_path / "broken.zip"), "--for", "alice@example.org")
        assert broken.returncode == 1
        assert broken.stderr.startswith(f"tastebuds: {tmp_path / 'broken.zip'}: This ")


@pytest.mark.slow
def test_a_new_secret_takes_the_place_of_the_old_in_two_steps(folder: str) -> None:
    rotated = typed(folder, "rotate-secrets")
    assert rotated.returncode == 0, rotated.stderr
    assert "source_keys.sealed: 0 sealed anew." in rotated.stdout
    new, old = (Path(folder) / "secret.key").read_text().split()
    waits = typed(folder, "rotate-secrets", "--retire")
    assert waits.returncode == 1
    assert "for another 15 minutes" in waits.stderr
    assert typed(folder, "rotate-secrets", "--retire", "--now").returncode == 0
    assert (Path(folder) / "secret.key").read_text() == new != old


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"SECRET_KEY": "changeme" * 4}, "SECRET_KEY repeats itself."),
        ({"METRICS_TOKEN": "please-change-this-token"}, "METRICS_TOKEN is made of well-known words."),
        ({"MEILISEARCH_KEY": "masterKey"}, "MEILISEARCH_KEY is shorter than 16 bytes."),
    ],
)
def test_with_a_secret_that_can_be_guessed_it_does_not_open_itself_to_others(
    tmp_path: Path, settings: dict[str, str], said: str
) -> None:
    refused = typed(str(tmp_path), "run", HOST="0.0.0.0", PORT="0", **settings)
    assert refused.returncode == 1
    assert refused.stderr.startswith(f"tastebuds: {said}")
    assert not (tmp_path / "postgres").exists()


@pytest.mark.slow
def test_a_reindex_says_how_many_items_there_are(folder: str) -> None:
    typed(folder, "seed")
    for _ in range(2):
        done = typed(folder, "reindex")
        assert (done.returncode, done.stderr) == (0, "")
        assert re.fullmatch(r"The index has [1-9]\d\d items\.\n", done.stdout)


@pytest.mark.parametrize(
    ("name", "value"),
    [("PORT", "99999"), ("SECRET_KEY", "short"), ("DATABASE_URL", "mysql://here"), ("TMDB_URL", "nowhere")],
)
def test_a_wrong_setting_is_one_sentence_that_names_it(name: str, value: str) -> None:
    failed = typed("/nonexistent", "migrate", **{name: value})
    assert failed.returncode == 1
    assert failed.stderr.startswith(f"tastebuds: {name}: ")
    assert failed.stderr.count("\n") == 1


@pytest.mark.slow
def test_it_serves_until_it_is_told_to_stop_and_leaves_nothing_behind(folder: str) -> None:
    port = _free_port()
    with subprocess.Popen(
        [sys.executable, "-m", "app.cli", "run"],
        env=_environment(folder, PORT=str(port)),
        cwd=tempfile.gettempdir(),
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        assert any("Ctrl-C stops it" in line for line in process.stdout)
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/health", timeout=60) as answer:
            assert (answer.status, answer.read()) == (200, b'{"status":"ok"}')
        servers = _servers(folder)
        assert servers
        second = typed(folder, "run", PORT=str(_free_port()))
        assert (second.returncode, second.stdout) == (1, "")
        assert second.stderr.startswith(f"tastebuds: Another Tastebuds (pid {process.pid}) already uses {folder}.")
        assert second.stderr.count("\n") == 1
        beside = typed(folder, "migrate")  # commands use the Postgres that runs
        assert (beside.returncode, beside.stderr) == (0, "")
        process.send_signal(signal.SIGTERM)
        assert process.wait(60) == 0
    assert _servers(folder) == []
    assert not any(psutil.pid_exists(pid) for pid in servers)


@pytest.mark.slow
def test_a_port_that_is_taken_is_said_before_anything_is_started() -> None:
    with socket.create_server(("127.0.0.1", _free_port())) as taken:
        port = taken.getsockname()[1]
        failed = typed("/nonexistent", "run", PORT=str(port))
    assert failed.returncode == 1
    assert failed.stderr.startswith(f"tastebuds: HOST, PORT: cannot listen on 127.0.0.1:{port}")
    assert failed.stderr.count("\n") == 1


@pytest.mark.slow
def test_a_redis_that_is_away_is_one_sentence(folder: str) -> None:
    failed = typed(folder, "run", REDIS_URL="redis://me:hunter2@127.0.0.1:1/0", PORT=str(_free_port()))
    assert failed.returncode == 1
    assert failed.stderr.startswith("tastebuds: REDIS_URL: Redis does not answer")
    assert failed.stderr.count("\n") == 1
    assert "hunter2" not in failed.stderr
    assert _servers(folder) == []


@pytest.mark.parametrize("url", ["http://here", "redis://"])
def test_a_redis_that_can_be_none_is_said_before_anything_is_started(url: str) -> None:
    failed = typed("/nonexistent", "run", REDIS_URL=url, PORT=str(_free_port()))
    assert failed.returncode == 1
    assert failed.stderr.startswith("tastebuds: REDIS_URL: ")
    assert failed.stderr.count("\n") == 1


@pytest.mark.slow
@pytest.mark.parametrize("command", ["run", "migrate", "reindex"])
def test_a_database_that_is_away_is_one_sentence(command: str) -> None:
    failed = typed(
        "/nonexistent", command, DATABASE_URL="postgresql://me:hunter2@127.0.0.1:1/db", PORT=str(_free_port())
    )
    assert failed.returncode == 1
    assert failed.stderr.startswith("tastebuds: DATABASE_URL: the database does not answer")
    assert failed.stderr.count("\n") == 1
    assert "hunter2" not in failed.stderr


@pytest.mark.slow
def test_an_account_that_cannot_be_made_says_why_in_one_line(folder: str) -> None:
    typed(folder, "create-user", "eve@example.org", "Eve", said=WELL)
    for words, said in (
        (("eve@example.org", "Eve"), "email: This address has an account already."),
        (("eve", ""), "email: This is no e-mail address. name: This is needed."),
    ):
        failed = typed(folder, "create-user", *words, said=WELL)
        assert failed.returncode == 1
        assert set(said.split()) <= set(failed.stderr.split())
        assert failed.stderr.count("\n") == 1


def _servers(folder: str) -> list[int]:
    """The processes of a Postgres that stands in this folder."""
    here = str(Path(folder, "postgres").resolve())
    return [each.pid for each in psutil.process_iter(["name", "cwd"]) if each.info["cwd"] == here]


def _free_port() -> int:
    for port in range(20_000 + os.getpid() % 10_000, 32_000):
        with suppress(OSError), socket.create_server(("127.0.0.1", port)):
            return port
    raise AssertionError("no port is free")
