"""Logging in where a second factor is on: what the first proof earns, what the second costs (MF-1, MF-2, MF-4)."""

import asyncio

import httpx
from litestar.types import ASGIApp
from sqlalchemy import text

from app.kit.db import Base, Database
from tests.authenticator import Phone, set_up
from tests.cast import PASSWORD, Browser, Person
from tests.markup import read

SECOND = "/login/second"


async def log_in(browser: Browser, person: Person, then: str = "/library") -> httpx.Response:
    answer = await browser.post(f"/login?next={then}", {"email": person.email, "password": PASSWORD, "remember": "1"})
    browser.forget_token()
    return answer


async def half_way(app: ASGIApp, person: Person) -> Browser:
    browser = Browser(app)
    answer = await log_in(browser, person)
    assert (answer.status_code, answer.headers["location"]) == (303, SECOND)
    return browser


async def is_signed_in(browser: Browser) -> bool:
    return (await browser.get("/library")).status_code == 200


async def say(browser: Browser, code: str) -> httpx.Response:
    answer = await browser.post(SECOND, {"code": code})
    browser.forget_token()
    return answer


def told(answer: httpx.Response) -> str:
    return read(answer.text).wrong()["code"]


async def test_the_password_alone_opens_nothing_and_the_code_opens_all(app: ASGIApp, alice: Person) -> None:
    phone, _ = await set_up(alice)
    browser = await half_way(app, alice)
    assert browser.cookie is None
    refused = await browser.get("/library")
    assert (refused.status_code, refused.headers["location"]) == (303, "/login?next=/library")
    field = (await browser.see(SECOND)).at("code").attributes
    assert (field["autocomplete"], field["inputmode"]) == ("one-time-code", "numeric")
    answer = await say(browser, phone.code())
    assert (answer.status_code, answer.headers["location"]) == (303, "/library")
    assert await is_signed_in(browser)
