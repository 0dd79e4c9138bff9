"""What is sealed opens with the same secret, for the same purpose, in the same place; else not at all."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from app.kit import secrets
from app.kit.keys import Ring
from app.kit.sealing import KeyMissing, Seal, Unsealable

OLD, NEW, OTHER = "a secret of thirty-two bytes or more", "n" * 32, "another secret of as many bytes or more"


def ring(*given: str) -> Ring:
    return Ring(Path("/nowhere"), SecretStr(",".join(given)))


SEAL = Seal(ring(OLD), "keys")


@given(st.text(max_size=200))
def test_what_was_sealed_is_had_back(text: str) -> None:
    assert SEAL.open(SEAL.seal(text, "here"), "here") == text


def test_the_same_is_never_sealed_alike_twice_and_shows_nothing_of_itself() -> None:
    first, second = SEAL.seal("canary canary canary", "here"), SEAL.seal("canary canary canary", "here")
    assert first != second
    assert b"canary" not in first + second


def test_it_opens_after_a_restart() -> None:
    assert Seal(ring(OLD), "keys").open(SEAL.seal("x", "here"), "here") == "x"


@pytest.mark.parametrize(
    ("seal", "place"),
    [
        (Seal(ring(OLD), "keys"), "there"),
        (Seal(ring(OLD), "tokens"), "here"),
        (Seal(ring(OTHER), "keys"), "here"),
    ],
    ids=["another place", "another purpose", "another secret"],
)
def test_it_does_not_open_elsewhere(seal: Seal, place: str) -> None:
    with pytest.raises(Unsealable):
        seal.open(SEAL.seal("x", "here"), place)


def test_a_secret_that_is_not_there_is_told_from_what_was_tampered_with() -> None:
    with pytest.raises(KeyMissing):
        Seal(ring(OTHER), "keys").open(SEAL.seal("x", "here"), "here")


def test_what_is_damaged_does_not_open_and_is_no_fault() -> None:
    sealed = SEAL.seal("canary", "here")
    for damaged in (b"", sealed[:5], sealed[:9], sealed[:-1], sealed[:-1] + bytes([sealed[-1] ^ 1]), b"\0" + sealed):
        with pytest.raises(Unsealable) as raised:
            SEAL.open(damaged, "here")
        assert "canary" not in repr(raised.value)


def test_the_newest_seals_and_any_opens() -> None:
    both = Seal(ring(NEW, OLD), "keys")
    assert both.open(SEAL.seal("x", "here"), "here") == "x"
    assert both.seal("x", "here").startswith(both.prefix)
    assert Seal(ring(NEW), "keys").open(both.seal("x", "here"), "here") == "x"
    with pytest.raises(KeyMissing):
        SEAL.open(both.seal("x", "here"), "here")


def test_a_process_that_runs_opens_what_was_sealed_with_a_secret_made_since(tmp_path: Path) -> None:
    running = Seal(Ring(tmp_path), "keys")
    before = running.seal("x", "here")
    secrets.add(tmp_path)
    since = Seal(Ring(tmp_path), "keys").seal("y", "here")
    assert running.open(since, "here") == "y"
    assert running.open(before, "here") == "x"
    assert running.seal("z", "here").startswith(since[:5])
