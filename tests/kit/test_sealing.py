"""What is sealed opens with the same secret, for the same purpose, in the same place; else not at all."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.kit.sealing import Seal, Unsealable

SECRET = b"a secret of thirty-two bytes or more"
SEAL = Seal(SECRET, "keys")


@given(st.text(max_size=200))
def test_what_was_sealed_is_had_back(text: str) -> None:
    assert SEAL.open(SEAL.seal(text, "here"), "here") == text


def test_the_same_is_never_sealed_alike_twice_and_shows_nothing_of_itself() -> None:
    first, second = SEAL.seal("canary canary canary", "here"), SEAL.seal("canary canary canary", "here")
    assert first != second
    assert b"canary" not in first + second


def test_it_opens_after_a_restart() -> None:
    assert Seal(SECRET, "keys").open(SEAL.seal("x", "here"), "here") == "x"


@pytest.mark.parametrize(
    ("seal", "place"),
    [
        (Seal(SECRET, "keys"), "there"),
        (Seal(SECRET, "tokens"), "here"),
        (Seal(SECRET + b"!", "keys"), "here"),
    ],
    ids=["another place", "another purpose", "another secret"],
)
def test_it_does_not_open_elsewhere(seal: Seal, place: str) -> None:
    with pytest.raises(Unsealable):
        seal.open(SEAL.seal("x", "here"), place)


def test_what_is_damaged_does_not_open_and_is_no_fault() -> None:
    sealed = SEAL.seal("canary", "here")
    for damaged in (b"", sealed[:5], sealed[:-1], sealed[:-1] + bytes([sealed[-1] ^ 1]), b"\0" + sealed[1:] + b"\0"):
        with pytest.raises(Unsealable) as raised:
            SEAL.open(damaged, "here")
        assert "canary" not in repr(raised.value)


def test_the_id_of_a_key_follows_secret_and_purpose_and_tells_neither() -> None:
    ids = {Seal(secret, purpose).key_id for secret in (SECRET, SECRET + b"!") for purpose in ("keys", "tokens")}
    assert len(ids) == 4
    assert all(len(each) == 8 for each in ids)
