"""Who may look at what, asked of every page."""

from dataclasses import replace
from urllib.parse import quote

import pytest
from litestar.types import ASGIApp

from app.kit.ids import new_id
from tests.cast import Browser, MakeApp, Person
from tests.markup import Element, keyless, read
from tests.pages.conftest import Evening
from tests.pages.expected import VIEWS, View
from tests.pages.works import HYPERION, Shelf

EVERY = pytest.mark.parametrize("view", VIEWS, ids=str)
HERS = pytest.mark.parametrize("view", [view for view in VIEWS if not view.operator and view.stranger != 303], ids=str)
OF_THE_OPERATOR = pytest.mark.parametrize("view", [view for view in VIEWS if view.operator], ids=str)
WITH_A_REGION = pytest.mark.parametrize("view", [view for view in VIEWS if view.region], ids=str)


@pytest.fixture(scope="module")
def app(make_app: MakeApp) -> ASGIApp:
    return make_app({"books": Shelf("books", HYPERION)})


@HERS
async def test_alice_sees_it(alice: Person, evening: Evening, view: View) -> None:
    assert (await alice.get(evening.at(view.path))).status_code == 200


@EVERY
async def test_charlie_sees_what_is_everybodys(charlie: Person, evening: Evening, view: View) -> None:
    answer = await charlie.get(evening.at(view.path))
    assert answer.status_code == view.stranger
    if view.stranger == 404:
        assert "sand" not in answer.text
        absent = replace(evening, menu=new_id(), starters=new_id(), slug="no-such-menu")
        assert keyless(answer.text) == keyless((await charlie.get(absent.at(view.path))).text)
    if answer.headers["content-type"].startswith("text/html"):
        assert "alice" not in answer.text.lower()


@EVERY
async def test_nobody_is_sent_to_the_door_and_back(nobody: Browser, evening: Evening, view: View) -> None:
    path = evening.at(view.path)
    answer = await nobody.get(path)
    if view.operator:
        assert answer.status_code == 404
    elif view.signed_out == "login":
        assert answer.status_code == 303
        assert answer.headers["location"] == f"/login?next={quote(path, safe='/')}"
    elif view.handler in ("menu_cards.show", "offline_menus.show"):
        assert answer.status_code == 404  # a draft
    else:
        assert answer.status_code == 200


@pytest.mark.parametrize("view", [view for view in VIEWS if view.signed_out == "login" and not view.operator], ids=str)
async def test_htmx_is_told_that_nobody_is_signed_in_any_more(nobody: Browser, evening: Evening, view: View) -> None:
    answer = await nobody.get(evening.at(view.path), target=view.region or "content")
    assert answer.status_code == 401
    assert "log in, and it can be sent" in read(answer.text).roots[0].text
    assert "location" not in answer.headers


@WITH_A_REGION
async def test_htmx_gets_the_region_it_asks_for(alice: Person, evening: Evening, view: View) -> None:
    answer = await alice.get(evening.at(view.path), target=view.region)
    assert [element.attributes.get("id") for element in read(answer.text).roots] == [view.region]


@HERS
async def test_ids_are_given_once_and_everything_that_names_one_finds_it(
    alice: Person, evening: Evening, view: View
) -> None:
    answer = await alice.get(evening.at(view.path))
    if not answer.headers["content-type"].startswith("text/html"):
        return
    page = read(answer.text)
    names_are_found(page)
    if view.region != "found":  # a part
        assert len(list(page.every("h1"))) == 1


@OF_THE_OPERATOR
async def test_odile_sees_what_is_the_operator_s(odile: Person, view: View) -> None:
    page = await odile.see(view.path)
    names_are_found(page)
    assert len(list(page.every("h1"))) == 1


def names_are_found(page: Element) -> None:
    ids = [element.attributes["id"] for element in page.every() if "id" in element.attributes]
    assert len(ids) == len(set(ids))
    for element in page.every():
        for name in ("for", "aria-labelledby", "aria-describedby", "aria-controls"):
            for wanted in element.attributes.get(name, "").split():
                assert wanted in ids, (element.tag, name, wanted)
        target = element.attributes.get("hx-target", "")
        assert not target.startswith("#") or target[1:] in ids, target


async def test_operating_is_linked_for_the_operator_alone(odile: Person, alice: Person) -> None:
    assert (await odile.see("/")).has("a", href="/ops/sources")
    assert (await odile.see("/ops/sources")).has("a", href="/ops/patterns")
    assert not (await alice.see("/")).has("a", href="/ops/sources")


async def test_health_is_one_word_for_strangers(nobody: Browser) -> None:
    answer = await nobody.get("/health")
    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})
