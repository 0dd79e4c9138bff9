"""Who is told to come back later, without JavaScript, has what was typed on that page, and one button (RL-5, D1)."""

import asyncio

import httpx
import pytest
from litestar.types import ASGIApp

from app.kit.db import Database
from app.kit.settings import Settings
from app.main import create_app
from app.web.signed_in import COOKIE
from tests.cast import ADDRESS, HOST, Browser, MakeApp, Person
from tests.fair_loop import lived
from tests.markup import Element, read

TYPED = {"title": "Winter", "intent": "Long nights,\r\nwarm “lamps” & <b>.", "_key": "once.1"}
FORM = {"content-type": "application/x-www-form-urlencoded"}


@pytest.fixture(scope="module")
def away(settings: Settings) -> ASGIApp:
    """No Postgres listens on this port."""
    return create_app(settings, Database("postgresql+asyncpg://nobody@127.0.0.1:9/none"), sources={})


@pytest.fixture
def few(make_app: MakeApp, settings: Settings) -> ASGIApp:
    """Six writes and no more."""
    return make_app(settings=settings.model_copy(update={"rate_limits": 0.02}))


def at(app: ASGIApp, person: Person, **said: str) -> Browser:
    """Her browser, when it is the other app that answers."""
    browser = Browser(app, said=said or None)
    browser.carry(person.cookie or "")
    return browser


def again(answer: httpx.Response) -> Element | None:
    forms = [form for form in read(answer.text).every("form") if form.attributes["action"] != "/logout"]
    return forms[0] if forms else None


def fields(form: Element) -> dict[str, str]:
    return {each.attributes["name"]: each.attributes["value"] for each in form.every("input", type="hidden")}


async def press(browser: Browser, answer: httpx.Response) -> httpx.Response:
    form = again(answer)
    assert form
    assert form.one("button").text == "Send it again"
    return await browser.client.post(form.attributes["action"], data=fields(form), headers=browser.said)


async def test_a_form_sent_too_soon_says_when_and_goes_through_at_a_press(few: ASGIApp, alice: Person) -> None:
    token, hers = await alice.token(), at(few, alice)
    for _ in range(6):
        await hers.post("/menus", {"title": ""})
    refused = await hers.post("/menus", TYPED)
    assert refused.status_code == 429
    assert f"try again in {refused.headers['retry-after']} seconds" in refused.text
    assert refused.headers["cache-control"] == "no-store"
    form = again(refused)
    assert form
    assert fields(form) == TYPED | {"_csrf_token": token}
    assert (await press(hers, refused)).status_code == 429  # too soon: it goes on carrying
    done = [await press(alice, refused) for _ in range(2)]
    assert [answer.status_code for answer in done] == [303, 303]
    assert done[0].headers["location"] == done[1].headers["location"]
    menu = await alice.follow(done[0])
    assert (menu.value("title"), menu.value("intent")) == ("Winter", TYPED["intent"].replace("\r\n", "\n"))


async def test_a_form_sent_while_the_database_is_away_goes_through_when_it_is_back(
    away: ASGIApp, alice: Person
) -> None:
    """Nobody can be asked whose session it is: the token of the page that sent it stays good."""
    sent = TYPED | {"_csrf_token": await alice.token()}
    refused = await at(away, alice).client.post("/menus", data=sent, headers=alice.said)
    assert (refused.status_code, refused.headers["retry-after"]) == (503, "5")
    done = [await press(alice, refused) for _ in range(2)]
    assert done[0].status_code == 303
    assert done[0].headers["location"] == done[1].headers["location"]
    assert len(list((await alice.see("/menus")).every("h3"))) == 1


async def test_what_was_a_put_is_one_again(away: ASGIApp, alice: Person) -> None:
    path = "/settings?_method=PUT"
    refused = await at(away, alice).client.post(path, data={"name": "Al"}, headers=alice.said)
    form = again(refused)
    assert form
    assert form.attributes["action"] == path


async def test_passwords_and_codes_are_left_out_and_links_of_letters_are_not_sent_on(
    away: ASGIApp, alice: Person
) -> None:
    hers = at(away, alice)
    typed = {"password": "s3cret-one", "code": "s3cret-two", "other": "kept", "_sent": '{"kept": "too"}'}
    refused = await hers.client.post("/proof?next=/menus", data=typed, headers=alice.said)
    form = again(refused)
    assert (refused.status_code, "s3cret" in refused.text) == (503, False)
    assert form
    assert fields(form) == {"other": "kept", "_sent": '{"kept": "too"}'}
    assert form.attributes["action"] == "/proof?next=/menus"
    assert "Passwords and codes are not" in form.text
    typed = {"token": "s3cret-three", "password": "s3cret-one"}
    refused = await hers.client.post("/reset/password?_method=PUT", data=typed, headers=alice.said)
    assert (refused.status_code, "s3cret" in refused.text, again(refused)) == (503, False, None)


@pytest.mark.parametrize("said", [{"sec-fetch-site": "cross-site"}, {"origin": "https://evil.example"}, {"x": "y"}])
async def test_nothing_another_site_sent_is_carried(
    away: ASGIApp, few: ASGIApp, alice: Person, said: dict[str, str]
) -> None:
    for app in (away, few):
        browser = at(app, alice, **said)
        statuses = set()
        for _ in range(7):
            answer = await browser.client.post("/menus", data={"title": "planted"}, headers=said)
            statuses.add(answer.status_code)
            assert "planted" not in answer.text
        assert statuses <= {403, 429, 503}
        assert answer.status_code in (429, 503)


async def test_who_says_nothing_of_where_they_come_from_shows_the_token(few: ASGIApp, alice: Person) -> None:
    sent, hers = TYPED | {"_csrf_token": await alice.token()}, at(few, alice, x="y")
    for _ in range(6):
        await hers.client.post("/menus", data=sent | {"_key": "another"})
    assert again(await hers.client.post("/menus", data=sent))
    assert again(await hers.client.post("/menus", data=sent | {"_csrf_token": "another"})) is None


@pytest.mark.parametrize("length", ["13", "12"], ids=["and never ends", "and is cut"])
async def test_a_form_that_comes_in_part_is_not_waited_for(away: ASGIApp, alice: Person, length: str) -> None:
    """Half of what was typed is worse than to be asked to go back."""
    sent = b"title=Winter" if length == "13" else b"title=Wint"

    async def part() -> object:
        yield sent
        if length == "13":
            await asyncio.sleep(30)

    began = lived()
    transport = httpx.ASGITransport(app=away)  # type: ignore[arg-type]
    async with httpx.AsyncClient(transport=transport, base_url=ADDRESS) as client:
        client.cookies.set(COOKIE, alice.cookie or "", domain=HOST, path="/")
        headers = alice.said | FORM | {"content-length": length}
        answer = await client.post("/menus", content=part(), headers=headers)  # type: ignore[arg-type]
    assert (answer.status_code, again(answer)) == (503, None)
    assert lived() - began < 8
