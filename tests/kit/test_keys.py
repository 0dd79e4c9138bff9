"""The key ring: a key for each purpose, the newest signs, any verifies, and a file that changes is seen."""

import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from app.kit import keys, secrets
from app.kit.keys import Key, Ring, mark
from app.kit.secrets import NAME

OLD, NEW = "o" * 32, "n" * 32


def ring(*given: str) -> Ring:
    return Ring(Path("/nowhere"), SecretStr(",".join(given)))


@given(st.text())
def test_what_we_signed_comes_back(text: str) -> None:
    assert ring(OLD).signed("flash", ring(OLD).sign("flash", text)) == text


@pytest.mark.parametrize("value", ["", ".", "text", "0" * 32 + ".text", "é.text", "." * 40])
def test_what_we_did_not_sign_does_not(value: str) -> None:
    assert ring(OLD).signed("flash", value) is None
    assert ring(OLD).signed("flash", ring(NEW).sign("flash", "text")) is None
    assert ring(OLD).signed("flash", ring(OLD).sign("flash", "text") + "x") is None


def test_what_is_signed_for_one_purpose_is_worth_nothing_for_another() -> None:
    assert ring(OLD).signed("covers", ring(OLD).sign("flash", "text")) is None


def test_the_newest_signs_and_any_verifies() -> None:
    both = ring(NEW, OLD)
    assert both.signed("flash", ring(OLD).sign("flash", "text")) == "text"
    assert both.sign("flash", "text") == ring(NEW).sign("flash", "text")
    assert ring(OLD).signed("flash", both.sign("flash", "text")) is None


def test_the_id_of_a_key_follows_secret_and_purpose_and_tells_neither() -> None:
    found = {ring(secret).newest(purpose) for secret in (OLD, NEW) for purpose in ("keys", "tokens")}
    assert len({key.id for key in found}) == len({key.key for key in found}) == 4
    assert all(len(key.id) == 8 and len(key.key) == 32 for key in found)
    assert not any(key.key.hex() in repr(key) or key.id in key.key.hex() for key in found)


def test_a_key_is_found_by_its_id() -> None:
    both = ring(NEW, OLD)
    assert both.find("keys", ring(OLD).newest("keys").id) == ring(OLD).newest("keys")
    assert both.find("keys", "00000000") is None


def test_a_change_of_the_file_is_seen_within_a_second(tmp_path: Path) -> None:
    running = Ring(tmp_path)
    before = running.keys("keys")
    secrets.add(tmp_path)
    time.sleep(keys.EVERY)
    assert running.keys("keys")[1:] == before


def test_a_file_that_goes_away_takes_no_key_from_who_runs(tmp_path: Path) -> None:
    running = Ring(tmp_path)
    before = running.keys("keys")
    (tmp_path / NAME).write_bytes(b"")
    running.look_again()
    assert running.keys("keys") == before


def test_a_mark_is_of_one_text_and_one_key() -> None:
    here, there = Key("", b"here"), Key("", b"there")
    assert len({mark(here, "a"), mark(here, "b"), mark(there, "a")}) == 3


def test_a_file_that_is_gone_leaves_what_is_known_and_makes_nothing_new(tmp_path: Path) -> None:
    ring = Ring(tmp_path)
    before = ring.keys("flash")
    (tmp_path / NAME).unlink()
    ring.look_again()
    assert ring.keys("flash") == before
    assert not (tmp_path / NAME).exists()
