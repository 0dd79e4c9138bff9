"""Numbers are for the operator and for whoever brings the token; nobody else learns that there are any."""

import pytest
from litestar.types import ASGIApp
from sqlalchemy import text

from app.kit import events
from app.kit.db import Database
from app.kit.ids import new_id
from app.kit.settings import read_settings
from app.sources.circuits import SharedCircuits
from tests.cast import Browser, MakeApp, Person
from tests.pages.works import HYPERION, Shelf

TOKEN = "a token that measures"


@pytest.fixture(scope="module")
def app(make_app: MakeApp, migrated: Database) -> ASGIApp:
    given = read_settings(_env_file=None, secret_key="s" * 32, metrics_token=TOKEN)
    shelf = Shelf("books", HYPERION)
    shelf.circuits = SharedCircuits(migrated)
    return make_app({"books": shelf}, given)


def bearing(browser: Browser, token: str) -> Browser:
    browser.said = {"authorization": f"Bearer {token}"}
    return browser


async def test_the_operator_reads_them(odile: Person) -> None:
    answer = await odile.get("/metrics")
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")
    assert answer.headers["cache-control"] == "no-store"
    assert 'tastebuds_source_state{source="books",state="asked"} 1.0' in answer.text
    assert 'tastebuds_source_budget_left{source="books"} 10.0' in answer.text
    assert 'tastebuds_search_engine_healthy{engine="Postgres"} 1.0' in answer.text
    assert "tastebuds_search_lag_waiting 0.0" in answer.text


async def test_so_does_whoever_brings_the_token(nobody: Browser) -> None:
    assert (await bearing(nobody, TOKEN).get("/metrics")).status_code == 200


@pytest.mark.parametrize("token", ["", "a token that measure", TOKEN + "!"])
async def test_a_wrong_token_is_told_of_nothing(nobody: Browser, token: str) -> None:
    assert (await bearing(nobody, token).get("/metrics")).status_code == 404


async def test_strangers_are_told_of_nothing(charlie: Person, nobody: Browser) -> None:
    for browser in (charlie, nobody):
        answer = await browser.get("/metrics")
        assert answer.status_code == 404
        assert "tastebuds_" not in answer.text


async def test_without_a_token_set_none_opens_it(make_app: MakeApp, nobody: Browser) -> None:
    stranger = Browser(make_app())
    for token in ("", "None"):
        assert (await bearing(stranger, token).get("/metrics")).status_code == 404


async def test_they_say_what_is_true_now(odile: Person, database: Database) -> None:
    async with database.session() as session:
        await events.record(session, "item", "stored", new_id())
        await SharedCircuits(database).hold(session, "books")
    said = (await odile.get("/metrics")).text
    assert 'tastebuds_events_waiting{topic="item"} 1.0' in said
    assert 'tastebuds_events_parked{topic="item"} 0.0' in said
    assert 'tastebuds_source_state{source="books",state="off"} 1.0' in said
    assert 'tastebuds_source_state{source="books",state="asked"} 0.0' in said
    async with database.session() as session:
        await SharedCircuits(database).close(session, "books")
        await session.execute(text("DELETE FROM events"))
    said = (await odile.get("/metrics")).text
    assert 'tastebuds_events_waiting{topic="item"} 0.0' in said
    assert 'tastebuds_events_lag_seconds{topic="item"} 0.0' in said
    assert 'tastebuds_source_state{source="books",state="off"} 0.0' in said
