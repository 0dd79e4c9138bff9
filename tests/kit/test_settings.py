"""Settings: a wrong value is one sentence that names it, and no secret is ever printed."""

from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from app.kit.settings import Settings, SettingsError, read_settings

OTHERWISE = ("database_url", "redis_url", "smtp_url")  # they speak something else
URLS = [name for name in Settings.model_fields if name.endswith("_url") and name not in OTHERWISE]
SECRETS = [name for name, field in Settings.model_fields.items() if "SecretStr" in str(field.annotation)]


def read(**given: Any) -> Settings:
    return read_settings(_env_file=None, **given)


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("port", "many", "this must be a whole number"),
        ("port", "-1", "this must be 0 or more"),
        ("port", "65536", "this must be 65535 or less"),
        ("port", "80.5", ""),
        ("log_level", "loud", "debug|info|warning|error"),
        ("secret_key", "short", "use 32 characters or more"),
        *((name, wrong, "http://") for name in URLS for wrong in ("nowhere", "ftp://example.org", "//x", "http://")),
    ],
)
def test_a_wrong_value_is_one_sentence_that_names_its_setting(name: str, value: str, says: str) -> None:
    with pytest.raises(SettingsError) as refused:
        read(**{name: value})
    said = str(refused.value)
    assert said.startswith(f"{name.upper()}: ")
    assert said.endswith(". See docs/settings.md.")
    assert says in said
    assert "\n" not in said
    assert "{" not in said
    assert "Value error" not in said
    if name == "secret_key":
        assert value not in said


@pytest.mark.parametrize("url", ["mysql://host/db", "host/db", "postgresql://", "://"])
def test_a_database_of_another_kind_is_refused_without_showing_its_password(url: str) -> None:
    with pytest.raises(SettingsError, match=r"^DATABASE_URL: this must begin with postgresql://") as refused:
        read(database_url=url.replace("host", "me:hunter2@host")).given_database()
    assert "hunter2" not in str(refused.value)


@pytest.mark.parametrize("port", ["port", "99999"])
def test_a_database_at_no_port_is_refused_without_showing_its_password(port: str) -> None:
    with pytest.raises(SettingsError, match=r"^DATABASE_URL: its port must be a number") as refused:
        read(database_url=f"postgresql://me:hunter2@host:{port}/db").given_database()
    assert "hunter2" not in str(refused.value)


@pytest.mark.parametrize(
    "url", ["host:6379", "http://host", "redis://", "redis:///0", "redis://host:port", "redis://[x"]
)
def test_a_redis_that_can_be_none_is_refused_without_showing_its_password(url: str) -> None:
    with pytest.raises(SettingsError, match=r"^REDIS_URL: .* See docs/settings.md.$") as refused:
        read(redis_url=url.replace("host", "me:hunter2@host")).given_redis()
    assert "hunter2" not in str(refused.value)


def test_a_redis_is_taken_as_it_is_written() -> None:
    for url in ("redis://127.0.0.1", "rediss://:hunter2@redis.example.org:6380/1"):
        assert read(redis_url=url).given_redis() == url
    assert read().given_redis() is None


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+asyncpg"])
def test_a_database_is_named_in_any_of_the_usual_ways(scheme: str) -> None:
    assert read(database_url=f"{scheme}://u@h/d").given_database() == "postgresql+asyncpg://u@h/d"


def test_there_are_secrets_and_none_is_shown() -> None:
    assert {"secret_key", "database_url", "tmdb_key", "igdb_client_secret"} <= set(SECRETS)
    hidden = "hunter2 " * 8
    settings = read(**dict.fromkeys(SECRETS, hidden))
    assert hidden not in f"{settings!r} {settings} {settings.model_dump()} {settings.model_dump_json()}"
    assert all(getattr(settings, name).get_secret_value() == hidden for name in SECRETS)


def test_keys_and_passwords_are_secrets() -> None:
    for name in Settings.model_fields:
        if name.endswith(("_key", "_secret", "_password", "_token")):
            assert name in SECRETS


def test_the_environment_names_settings_in_capitals_and_empty_is_unset(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORT", "8123")
    monkeypatch.setenv("TMDB_KEY", "")
    monkeypatch.setenv("BASE_URL", "https://menus.example.org/")
    settings = read()
    assert (settings.port, settings.tmdb_key, settings.address) == (8123, None, "https://menus.example.org")
    assert settings.is_secure


def test_a_file_beside_it_is_read_and_the_environment_counts_more(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    written = tmp_path / ".env"
    written.write_text("PORT=8200\nTMDB_KEY='from the file'\nNOT_OURS=1\n# a comment\n")
    monkeypatch.setenv("PORT", "8300")
    settings = read_settings(_env_file=written)
    assert (settings.port, settings.tmdb_key) == (8300, SecretStr("from the file"))


def test_unset_it_listens_on_loopback_and_keeps_its_data_at_an_absolute_place(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HOST", "PORT", "BASE_URL", "TASTEBUDS_DATA", "DATABASE_URL"):
        monkeypatch.delenv(name, raising=False)
    settings = read()
    assert (settings.address, settings.is_secure) == ("http://127.0.0.1:8000", False)
    assert settings.tastebuds_data.is_absolute()
    assert settings.database_url is None


@pytest.mark.parametrize("given", ["data", "./data", "~/data"])
def test_a_data_folder_is_one_place_wherever_a_program_stands(given: str) -> None:
    """Postgres is started in the root folder, and the shell does not unfold a tilde in `.env`."""
    folder = read(tastebuds_data=given).tastebuds_data
    assert folder.is_absolute()
    assert folder in (Path.cwd() / "data", Path.home() / "data")


def test_settings_do_not_change_once_read() -> None:
    with pytest.raises(ValueError, match="frozen"):
        read().port = 1
