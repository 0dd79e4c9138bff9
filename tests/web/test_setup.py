"""The first account: for who can read the terminal, and for nobody else (PW-10)."""

import asyncio

import pytest
from litestar.types import ASGIApp
from sqlalchemy import text

from app.accounts import setting_up
from app.kit.db import Database
from app.kit.keys import ring_of
from app.kit.settings import Settings
from tests.cast import PASSWORD, Browser, Person

FORM = {"email": "olga@example.org", "name": "Olga", "password": PASSWORD}


@pytest.fixture
def path(settings: Settings) -> str:
    return setting_up.link(ring_of(settings))


async def people(database: Database) -> list[tuple[str, bool]]:
    async with database.session() as session:
        return [tuple(row) for row in await session.execute(text("SELECT email, is_operator FROM users"))]


async def test_while_nobody_has_an_account_registering_says_how_the_first_is_made(nobody: Browser) -> None:
    page = await nobody.see("/register")
    assert "by the link that it printed in its terminal" in page.text
    assert not list(page.every("input", name="password"))
    assert (await nobody.post("/register", FORM)).status_code == 403


@pytest.mark.parametrize("wrong", ["/setup", "/setup?token=", "/setup?token=" + "0" * 32, "/setup?token=%00é"])
async def test_without_its_token_there_is_no_setting_up(nobody: Browser, database: Database, wrong: str) -> None:
    assert (await nobody.get(wrong)).status_code == 403
    token = wrong.partition("token=")[2]
    assert (await nobody.post("/setup", FORM | {"token": token})).status_code == 403
    assert await people(database) == []


async def test_the_link_of_the_terminal_makes_the_operator_and_is_gone_then(
    nobody: Browser, database: Database, path: str
) -> None:
    answer = await nobody.get(path)
    assert (answer.status_code, answer.headers["referrer-policy"]) == (200, "no-referrer")
    assert answer.headers["cache-control"] == "no-store"
    form = FORM | {"token": path.partition("=")[2]}
    weak = await nobody.post("/setup", form | {"password": "Tastebuds2026!"})
    assert weak.status_code == 422
    assert "the name of this site" in weak.text
    page = await nobody.follow(await nobody.post("/setup", form))
    assert "You operate this Tastebuds" in page.text
    assert await people(database) == [("olga@example.org", True)]
    nobody.forget_token()
    assert (await nobody.get(path)).status_code == 404
    assert (await nobody.post("/setup", form | {"email": "eve@example.org"})).status_code == 404


async def test_of_four_with_the_link_one_sets_up(app: ASGIApp, database: Database, path: str) -> None:
    token = path.partition("=")[2]
    asked = [Browser(app).post("/setup", FORM | {"email": f"{n}@example.org", "token": token}) for n in range(4)]
    answers = [answer.status_code for answer in await asyncio.gather(*asked)]
    assert sorted(answers) == [303] + [404] * 3
    assert [is_operator for _, is_operator in await people(database)] == [True]


async def test_once_there_is_an_account_the_page_is_not_there(odile: Person, nobody: Browser, path: str) -> None:
    for asked in (path, "/setup", "/setup?token=x"):
        assert (await nobody.get(asked)).status_code == 404
