"""The commands as they are typed, each a process on an embedded Postgres of its own."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator

import pytest

WELL = "abcdefgh1 is long enough\n"


@pytest.fixture(scope="module")
def folder() -> Iterator[str]:
    with tempfile.TemporaryDirectory() as folder:
        yield folder


def typed(folder: str, *words: str, said: str = "", **settings: str) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if not name.endswith(("_KEY", "_URL"))}
    return subprocess.run(
        [sys.executable, "-m", "app.cli", *words],
        env=environment | {"TASTEBUDS_DATA": folder} | settings,
        input=said,
        capture_output=True,
        text=True,
        timeout=60,
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
def test_the_sample_is_planted_when_asked_for_and_once(folder: str) -> None:
    assert typed(folder, "seed").stdout.startswith("Planted: ")
    assert typed(folder, "seed").stdout == "Everything of the sample is there already.\n"


@pytest.mark.parametrize(
    ("name", "value"),
    [("PORT", "99999"), ("SECRET_KEY", "short"), ("DATABASE_URL", "mysql://here"), ("TMDB_URL", "nowhere")],
)
def test_a_wrong_setting_is_one_sentence_that_names_it(name: str, value: str) -> None:
    failed = typed("/nonexistent", "migrate", **{name: value})
    assert failed.returncode == 1
    assert failed.stderr.startswith(f"tastebuds: {name}: ")
    assert failed.stderr.count("\n") == 1
