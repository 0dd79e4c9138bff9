"""What is guessed first is no password here, and it is said why (PW-5)."""

import gzip

import pytest

from app.accounts.forms import PASSWORD_MIN, RegisterForm, why_guessed
from app.kit.common_passwords import COMMON, LIST, PATTERN, PERSONAL
from app.kit.errors import Invalid
from app.ops.sample import personas
from tests.fair_loop import costs_less_than

ALICE = ("Alice Smith", "alice.smith@example.org")


def test_the_list_has_thousands_that_are_long_enough_to_be_tried_here() -> None:
    words = gzip.decompress(LIST.read_bytes()).decode().split()
    assert sum(len(word) >= PASSWORD_MIN for word in words) >= 3_000
    assert words == sorted(set(words))


@pytest.mark.parametrize(
    ("password", "reason"),
    [
        ("password123", COMMON),
        ("P4$$w0rd2026!", COMMON),
        ("dragonfly1987!", COMMON),
        ("iloveyou2024", COMMON),
        ("Basketball7", COMMON),
        ("Tastebuds2026!", PERSONAL),
        ("T@stebud$99!!", PERSONAL),
        ("spotify!2026", PERSONAL),
        ("alice.smith@example.org", PERSONAL),
        ("AliceSmith1990", PERSONAL),
        ("smith-alice-99", PERSONAL),
        ("qwertyuiop12", PATTERN),
        ("1q2w3e4r5t6y", PATTERN),
        ("zaq12wsxcde3", PATTERN),
        ("0987654321", PATTERN),
        ("12.03.1987", PATTERN),
        ("abcabcabcabc", PATTERN),
        ("passwordpassword", PATTERN),
        ("monkey monkey monkey", PATTERN),
        ("aaaaaaaaaaaaaaaaaaaa", PATTERN),
        ("a table by the window", None),
        ("correct horse battery staple", None),
        ("y7Gk2!pQz9Lm", None),
        ("пароль с пробелами", None),
    ],
)
def test_what_is_tried_early_is_refused_with_the_reason(password: str, reason: str | None) -> None:
    assert why_guessed(password, *ALICE) == reason


def test_what_is_said_of_it_stands_beside_the_password_with_all_that_is_wrong() -> None:
    with pytest.raises(Invalid) as refused:
        RegisterForm.read({"name": "N" * 81, "email": "nora@example.org", "password": "nora-example-2026"})
    assert refused.value.errors == {
        "name": "Use 80 characters or fewer (this has 81).",
        "password": PERSONAL,
    }


@pytest.mark.parametrize(
    "password",
    ["abcd" * 250, "a" * 999 + "b", "ab" * 499 + "cd", "qwert" * 200, "ü" * 1000, "".join(map(chr, range(33, 1033)))],
)
def test_a_thousand_characters_are_judged_in_no_time(password: str) -> None:
    with costs_less_than(0.1):
        why_guessed(password, "Alice " * 13, "alice" * 40 + "@example.org")


def test_the_password_of_the_sample_would_be_taken() -> None:
    assert why_guessed(personas.cast().password) is None
