"""The instance's own secrets: one is made, another takes its place, and they are for nobody else's eyes."""

import stat
from pathlib import Path

import pytest

from app.kit.secrets import NAME, add, keep_newest, secrets_at
from app.kit.settings import Settings, read_settings


def at(folder: Path, secret: str | None = None) -> tuple[bytes, ...]:
    settings: Settings = read_settings(_env_file=None, tastebuds_data=folder, secret_key=secret)
    return secrets_at(settings.tastebuds_data, settings.secret_key)


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_a_secret_is_made_once_and_is_for_nobody_elses_eyes(tmp_path: Path) -> None:
    folder = tmp_path / "new"
    (key,) = at(folder)
    assert len(key) == 64
    assert at(folder) == (key,)
    assert (mode(folder / NAME), mode(folder)) == (0o600, 0o700)
    assert [path.name for path in folder.iterdir()] == [NAME]


def test_two_instances_have_two_secrets(tmp_path: Path) -> None:
    assert at(tmp_path / "a") != at(tmp_path / "b")


def test_a_given_secret_is_used_and_none_is_made(tmp_path: Path) -> None:
    assert at(tmp_path, "correct horse battery staple correct") == (b"correct horse battery staple correct",)
    assert list(tmp_path.iterdir()) == []


def test_several_are_given_newest_first(tmp_path: Path) -> None:
    new, old = "n" * 32, "o" * 32
    assert at(tmp_path, f"{new}, {old}") == (new.encode(), old.encode())


def test_a_comma_in_a_sentence_parts_nothing(tmp_path: Path) -> None:
    sentence = "a secret of one sentence, with a comma in it"
    assert at(tmp_path, sentence) == (sentence.encode(),)


def test_a_secret_that_was_never_written_is_no_secret(tmp_path: Path) -> None:
    """As a full disk or a power cut could leave it: an empty key would sign for everybody."""
    (tmp_path / NAME).touch()
    with pytest.raises(RuntimeError, match=r"secret\.key"):
        at(tmp_path)


def test_a_new_one_stands_before_the_old_until_that_is_dropped(tmp_path: Path) -> None:
    (old,) = at(tmp_path)
    add(tmp_path)
    new, after = at(tmp_path)
    assert after == old != new
    assert mode(tmp_path / NAME) == 0o600
    keep_newest(tmp_path)
    assert at(tmp_path) == (new,)
    assert [path.name for path in tmp_path.iterdir()] == [NAME]


def test_a_file_that_others_may_read_is_taken_away_from_them(tmp_path: Path) -> None:
    at(tmp_path)
    (tmp_path / NAME).chmod(0o644)
    at(tmp_path)
    assert mode(tmp_path / NAME) == 0o600
