"""What the terminal says once it listens."""

import sandbox
from app.kit.settings import Settings, read_settings
from app.ops.greeting import greeting
from app.ops.sample import personas


def settings(**given: str) -> Settings:
    return read_settings(_env_file=None, **given)


def test_it_says_where_as_whom_and_which_sources_lack_a_key() -> None:
    said = greeting(settings(port="8123", tastebuds_data="/srv/taste"), has_sample=True)
    assert "http://127.0.0.1:8123" in said
    assert personas.cast().password in said
    assert any(persona.email in said for persona in personas.cast().persona)
    assert "set TMDB_KEY" in said
    assert "set IGDB_CLIENT_ID and IGDB_CLIENT_SECRET" in said
    assert "paste keys at http://127.0.0.1:8123/ops/sources/keys" in said
    assert "/srv/taste" in said
    assert "Ctrl-C stops it" in said


def test_without_the_sample_there_is_no_login_to_tell() -> None:
    said = greeting(settings(), has_sample=False)
    assert personas.cast().password not in said


def test_it_says_the_address_people_reach_it_at() -> None:
    assert "https://menus.example.org\n" in greeting(settings(base_url="https://menus.example.org"), has_sample=False)


def test_it_says_who_wants_to_know_whom_to_write_to_until_that_is_set() -> None:
    assert "Wikidata and MusicBrainz want to know" in greeting(settings(), has_sample=False)
    assert "CONTACT" not in greeting(settings(contact="host@example.org"), has_sample=False)


def test_no_secret_is_told() -> None:
    secrets = {"secret_key": "hunter2 " * 5, "database_url": "postgresql://me:hunter2@there/db"}
    keys = {name.lower(): value.replace("sandbox", "hunter2") for name, value in sandbox.settings("http://x").items()}
    keys = {name: value for name, value in keys.items() if not name.endswith("_url")}
    said = greeting(settings(**secrets | keys), has_sample=False)
    assert "hunter2" not in said
    assert "at DATABASE_URL" in said
    assert "no key" not in said
