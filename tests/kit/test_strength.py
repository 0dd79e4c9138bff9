"""A secret that can be guessed does not start where others can reach it."""

import secrets as random
from pathlib import Path

import pytest

from app.kit.secrets import NAME
from app.kit.settings import Settings, SettingsError, read_settings
from app.kit.strength import is_at_home, refuse_weak, why_weak

GOOD = "8c1f2ab94d0e7736b5c89a0f4e21d3678c1f0ab94d0e7736b5c89a0f4e21d367"
OPEN = {"host": "0.0.0.0"}


def given(tmp_path: Path, **values: str | None) -> Settings:
    return read_settings(_env_file=None, **{"tastebuds_data": str(tmp_path), "base_url": None} | values)


@pytest.mark.parametrize(
    "secret",
    [
        "short",
        "change me change me change me change me",
        "changeme-changeme-changeme-changeme",
        "a" * 64,
        "ab" * 32,
        "0123456789abcdef0123456789abcdef",
        "please-change-this-secret-key-to-a-random-value",
        "your-secret-key-here-your-secret-key-here!",
        "tastebuds-default-master-password-1234",
    ],
)
def test_what_can_be_guessed_is_weak(secret: str) -> None:
    assert why_weak(secret, 32)


def test_what_was_drawn_is_not() -> None:
    for _ in range(200):
        assert why_weak(random.token_hex(32), 32) is None
        assert why_weak(random.token_urlsafe(24), 16) is None
    assert why_weak("correct horse battery staple, and a few more", 32) is None


@pytest.mark.parametrize(
    ("values", "is_home"),
    [
        ({}, True),
        ({"host": "::1"}, True),
        ({"base_url": "http://localhost:8000"}, True),
        ({"host": "0.0.0.0"}, False),
        ({"host": "192.168.1.7"}, False),
        ({"base_url": "https://food.example"}, False),
        ({"base_url": "http://nas.local"}, False),
    ],
)
def test_at_home_is_where_only_this_machine_asks(tmp_path: Path, values: dict[str, str], is_home: bool) -> None:
    assert is_at_home(given(tmp_path, **values)) == is_home


def test_each_weak_secret_is_one_sentence_that_does_not_repeat_it(tmp_path: Path) -> None:
    weak = given(tmp_path, **OPEN, secret_key="changeme" * 4, metrics_token="a" * 20, meilisearch_key="masterKey")
    with pytest.raises(SettingsError) as refused:
        refuse_weak(weak)
    said = str(refused.value)
    for name in ("SECRET_KEY repeats itself.", "METRICS_TOKEN repeats itself.", "MEILISEARCH_KEY is shorter than 16"):
        assert name in said
    assert "changeme" not in said
    assert "masterKey" not in said


def test_a_weak_secret_in_the_file_counts_too(tmp_path: Path) -> None:
    (tmp_path / NAME).write_text("changeme")
    with pytest.raises(SettingsError, match=r"secret\.key is shorter than 32 bytes"):
        refuse_weak(given(tmp_path, **OPEN))


def test_on_a_laptop_nothing_is_refused_and_good_ones_are_nowhere(tmp_path: Path) -> None:
    refuse_weak(given(tmp_path, secret_key="changeme" * 4, metrics_token="a" * 20))
    refuse_weak(given(tmp_path, **OPEN))
    refuse_weak(given(tmp_path, **OPEN, secret_key=GOOD, metrics_token=GOOD[:32], meilisearch_key=GOOD[:20]))
