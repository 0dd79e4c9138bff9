"""The instance's own secret, and what is signed with it."""

import stat
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.kit.secrets import NAME, key_for, secret_key, sign, signed
from app.kit.settings import Settings, read_settings


def settings(folder: Path, secret: str | None = None) -> Settings:
    return read_settings(_env_file=None, tastebuds_data=folder, secret_key=secret)


def test_a_secret_is_made_once_and_is_for_nobody_elses_eyes(tmp_path: Path) -> None:
    folder = tmp_path / "new"
    key = secret_key(settings(folder))
    assert len(key) == 64
    assert secret_key(settings(folder)) == key
    assert stat.S_IMODE((folder / NAME).stat().st_mode) == 0o600
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert [path.name for path in folder.iterdir()] == [NAME]


def test_two_instances_have_two_secrets(tmp_path: Path) -> None:
    assert secret_key(settings(tmp_path / "a")) != secret_key(settings(tmp_path / "b"))


def test_a_given_secret_is_used_and_none_is_made(tmp_path: Path) -> None:
    given_one = "correct horse battery staple correct"
    assert secret_key(settings(tmp_path, given_one)) == given_one.encode()
    assert list(tmp_path.iterdir()) == []


def test_a_secret_that_was_never_written_is_no_secret(tmp_path: Path) -> None:
    """As a full disk or a power cut could leave it: an empty key would sign for everybody."""
    (tmp_path / NAME).touch()
    with pytest.raises(RuntimeError, match=r"secret\.key"):
        secret_key(settings(tmp_path))


@given(st.text(), st.binary(min_size=1))
def test_what_we_signed_comes_back(text: str, key: bytes) -> None:
    assert signed(key, sign(key, text)) == text


@pytest.mark.parametrize("value", ["", ".", "text", "0" * 32 + ".text", "é.text", "." * 40])
def test_what_we_did_not_sign_does_not(value: str) -> None:
    assert signed(b"key", value) is None
    assert signed(b"other", sign(b"key", "text")) is None
    assert signed(b"key", sign(b"key", "text") + "x") is None


def test_what_is_signed_for_one_purpose_is_worth_nothing_for_another() -> None:
    covers, others = key_for("covers", b"secret"), key_for("others", b"secret")
    assert signed(covers, sign(covers, "text")) == "text"
    assert signed(others, sign(covers, "text")) is None
    assert signed(b"secret", sign(covers, "text")) is None
    assert covers == key_for("covers", b"secret") != key_for("covers", b"another")
