"""Which engine the settings choose, and what the choice costs."""

import subprocess
import sys

import pytest

from app.kit.db import Database
from app.kit.settings import SettingsError, read_settings
from app.search.contract import Question
from app.search.engines import engine_of
from app.search.falling_back import FallingBack
from app.search.postgres import PostgresSearch
from app.search.talking import REQUEST_WAIT, connect

NOWHERE = "http://127.0.0.1:9"


async def test_postgres_searches_alone_unless_there_is_a_meilisearch(database: Database) -> None:
    engine = engine_of(read_settings(_env_file=None), database)
    assert isinstance(engine, PostgresSearch)
    await engine.close()


async def test_a_meilisearch_that_is_not_there_costs_a_sentence(database: Database) -> None:
    engine = engine_of(read_settings(_env_file=None, meilisearch_url=NOWHERE, meilisearch_key="a-key"), database)
    assert isinstance(engine, FallingBack)
    answer = await engine.search(Question(text="dune"))
    assert (answer.engine, answer.instead_of) == (
        "postgres",
        "Meilisearch cannot be reached (ConnectError); Postgres searched instead.",
    )
    assert await engine.healthy()
    await engine.close()


async def test_the_client_gives_up_and_asks_for_plain_answers() -> None:
    client = connect(NOWHERE, "a-key")
    assert client.http_client.timeout.read == REQUEST_WAIT
    assert client.http_client.headers["accept-encoding"] == "identity"
    assert client.http_client.headers["authorization"] == "Bearer a-key"
    await client.aclose()


def test_an_address_that_is_none_stops_the_start() -> None:
    with pytest.raises(SettingsError, match="MEILISEARCH_URL"):
        read_settings(_env_file=None, meilisearch_url="meilisearch:7700")


def test_who_has_no_meilisearch_does_not_wait_for_its_client() -> None:
    looked = "import sys, app.main, app.serving; sys.exit('meilisearch_python_sdk' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", looked], check=False, timeout=180).returncode == 0
