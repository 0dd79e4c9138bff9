"""Menus: the editor, courses and items in order, and the page where the public reads them."""

import asyncio
import re

import pytest
from sqlalchemy import text

from app.catalog.candidates import MovieFacts
from app.kit.db import Database
from tests.cast import Browser, Person
from tests.markup import Element, read
from tests.pages.conftest import Evening, Stock
from tests.pages.works import work


def courses(page: Element) -> list[str]:
    return [heading.text for heading in page.at("courses").every("h3") if heading.attributes["id"].endswith("-name")]


def served(page: Element, course: object) -> list[str]:
    return [heading.text for heading in page.at(f"course-{course}").every("h4")]


async def test_publishing_opens_it_to_anyone_and_unpublishing_closes_it(
    alice: Person, charlie: Person, nobody: Browser, evening: Evening
) -> None:
    public = evening.at("/menus/{slug}")
    for opens in (True, False, True):
        await alice.send("POST" if opens else "DELETE", evening.at("/menus/{menu}/publication"))
        for reader in (charlie, nobody):
            assert (await reader.get(public)).status_code == (200 if opens else 404)
        assert (await alice.get(public)).status_code == 200


async def test_the_public_reads_courses_items_and_notes_and_nothing_of_the_owner(
    alice: Person, nobody: Browser, evening: Evening
) -> None:
    await alice.post(evening.at("/menus/{menu}/publication"))
    answer = await nobody.get(evening.at("/menus/{slug}"))
    page = read(answer.text)
    for words in (
        "An evening of sand",
        "Slow and hot.",
        "a menu by Alice",
        "Starters",
        "Dune",
        "Read it first.",
        "Mains",
    ):
        assert words in page.text
    for private in (alice.email, str(alice.id), str(evening.menu), "The spice.", "Edit"):
        assert private not in answer.text
    assert "no-store" not in answer.headers.get("cache-control", "")


async def test_the_address_stays_once_published_and_follows_the_title_before(alice: Person, evening: Evening) -> None:
    async def renamed(title: str) -> str:
        await alice.put(evening.at("/menus/{menu}"), {"title": title})
        page = await alice.see(evening.at("/menus/{menu}/edit"))
        hrefs = (link.attributes["href"] for link in page.at("publication").every("a"))
        return next(href for href in hrefs if href.startswith("/menus/"))

    assert await renamed("Before dawn") == "/menus/before-dawn"
    await alice.post(evening.at("/menus/{menu}/publication"))
    assert await renamed("After dark") == "/menus/before-dawn"
    await alice.delete(evening.at("/menus/{menu}/publication"))
    assert await renamed("Long after dark") == "/menus/before-dawn"


async def test_two_menus_of_one_title_have_two_addresses(alice: Person, bob: Person) -> None:
    for person in (alice, bob):
        await person.token()
    answers = await asyncio.gather(*(person.post("/menus", {"title": "Winter"}) for person in (alice, bob, alice, bob)))
    assert {answer.status_code for answer in answers} == {303}
    assert len({answer.headers["location"] for answer in answers}) == 4


@pytest.mark.parametrize("title", ["new", "New!", "Menu", "🍷", "שולחן", "a" * 200, "--- ---", "discover"])
async def test_every_title_has_an_address_of_its_own(alice: Person, title: str) -> None:
    for _ in range(2):
        edit = (await alice.post("/menus", {"title": title})).headers["location"]
        page = await alice.follow(await alice.post(edit.removesuffix("/edit") + "/publication"))
        hrefs = [link.attributes["href"] for link in page.at("publication").every("a")]
        (public,) = [href for href in hrefs if not href.endswith("/share")]
        assert re.fullmatch(r"/menus/[a-z0-9]+(-[a-z0-9]+)*", public)
        assert public not in ("/menus/new", "/menus/menu", "/menus/discover")
        assert title in (await alice.see(public)).text


async def test_protected_fields_are_not_set_by_a_form(
    alice: Person, bob: Person, evening: Evening, database: Database
) -> None:
    stolen = {"owner_id": str(bob.id), "slug": "stolen", "version": "99", "published_at": "2026-01-01", "id": "1"}
    await alice.put(evening.at("/menus/{menu}"), {"title": "An evening of sand"} | stolen)
    async with database.session() as session:
        row = (await session.execute(text("SELECT owner_id, slug, version, published_at FROM menus"))).one()
    assert (row.owner_id, row.slug, row.published_at) == (alice.id, evening.slug, None)
    assert row.version < 99


async def test_items_and_courses_move_a_step_and_stop_at_the_ends(alice: Person, evening: Evening) -> None:
    order, edit = evening.at("/menus/{menu}/order"), evening.at("/menus/{menu}/edit")
    item = {"item": str(evening.served_dune)}
    for move, then in (("down", ["Arrival", "Dune"]), ("down", ["Arrival", "Dune"]), ("up", ["Dune", "Arrival"])):
        await alice.put(order, item | {"move": move})
        assert served(await alice.see(edit), evening.starters) == then
    await alice.put(order, {"course": str(evening.starters), "move": "down"})
    assert courses(await alice.see(edit)) == ["Mains", "Starters"]


async def test_without_javascript_move_to_puts_it_in_any_course_and_place(alice: Person, evening: Evening) -> None:
    edit = evening.at("/menus/{menu}/edit")
    page = await alice.see(evening.at("/menus/{menu}/order/edit?item={served_dune}"))
    form = page.at("choices").one("form")
    assert (form.value("course_to"), form.value("to")) == (str(evening.starters), "1")
    sent = {"item": form.value("item") or "", "course_to": str(evening.mains), "to": ""}
    answer = await alice.post(form.attributes["action"], sent)
    assert answer.headers["location"] == f"{edit}#item-{evening.served_dune}"
    page = await alice.follow(answer)
    assert "Moved to 1 of 1 in Mains." in page.text
    assert served(page, evening.mains) == ["Dune"]
    page = await alice.see(evening.at("/menus/{menu}/order/edit?course={mains}"))
    form = page.at("choices").one("form")
    page = await alice.follow(
        await alice.post(form.attributes["action"], {"course": form.value("course") or "", "to": "1"})
    )
    assert courses(page) == ["Mains", "Starters"]


async def test_without_javascript_undo_stands_where_the_thing_was(alice: Person, evening: Evening) -> None:
    answer = await alice.post(evening.at("/menus/{menu}/removals"), {"item": str(evening.served_dune)})
    page = await alice.follow(answer)
    assert served(page, evening.starters) == ["Arrival"]
    row = page.at(answer.headers["location"].rpartition("#")[2])
    assert row in list(page.at(evening.at("course-{starters}")).every("form"))
    assert row.one("button").attributes["id"] == "undo"
    page = await alice.follow(await alice.post(row.attributes["action"]))
    assert served(page, evening.starters) == ["Dune", "Arrival"]
    assert "Dune is back." in page.text
    assert "Read it first." in page.text


async def test_two_of_one_title_have_buttons_of_other_names(alice: Person, evening: Evening, stock: Stock) -> None:
    def named(page: Element) -> list[str]:
        below = [page.at(evening.at(f"course-{{{course}}}")).one("ol") for course in ("starters", "mains")]
        buttons = [button for each in below for button in (*each.every("button"), *each.every("summary"))]
        return [button.attributes.get("aria-label") or button.text for button in buttons if button.text != "Save note"]

    (film,) = await stock(work("Dune", MovieFacts(kind="film"), source="other", year=2021))
    page = await alice.follow(
        await alice.post(evening.at("/menus/{menu}/courses/{mains}/items"), {"item": str(film)}),
    )
    names = named(page)
    assert len(names) == len(set(names))
    assert {"Move Dune (book) up", "Reorder Dune (film)", "Take Dune (film) off this course"} <= set(names)
    assert "Move Arrival up" in names
    said = {button.attributes.get("data-grab") for button in page.at("courses").every("button")}
    assert {"Dune (book)", "Dune (film)", "Mains"} <= said  # by what is dragged
    assert (await alice.see(evening.at("/menus/{slug}"))).has("button", **{"aria-label": "Keep Dune (film)"})
    page = await alice.follow(
        await alice.post(evening.at("/menus/{menu}/removals"), {"item": str(evening.served_dune)}),
    )
    assert page.at("undo").attributes["aria-label"] == "Undo: bring back Dune (book)"
    assert "Move Dune up" in named(page)


async def test_what_was_taken_off_earlier_waits_below(alice: Person, evening: Evening) -> None:
    page = await alice.see(evening.at("/menus/{menu}/edit"))
    assert "Coffee is off the menu." in page.at("removals").text
    form = page.at("removals").one("form")
    assert courses(await alice.follow(await alice.post(form.attributes["action"]))) == ["Starters", "Mains", "Coffee"]
    assert not (await alice.see(evening.at("/menus/{menu}/edit"))).has(id="removals")


async def test_the_editor_says_once_that_what_is_written_there_is_plain(alice: Person, evening: Evening) -> None:
    page = await alice.see(evening.at("/menus/{menu}/edit"))
    described = page.one("section", **{"aria-labelledby": "courses-title"}).attributes["aria-describedby"]
    assert page.at(described).text == "Intents and notes are plain text: your guests read them as you type them."


async def test_the_editor_stays_small(alice: Person, evening: Evening, stock: Stock) -> None:
    """Bytes of a row: what is drawn, noted, moved and taken off, without script."""
    sizes = []
    for end in (0, 20):
        for item in await stock(*(work(f"Dish {number}") for number in range(end))):
            await alice.post(evening.at("/menus/{menu}/courses/{mains}/items"), {"item": str(item)})
        sizes.append(len((await alice.get(evening.at("/menus/{menu}/edit"))).content))
    assert sizes[1] - sizes[0] < 20 * 4_500


async def test_the_buttons_that_lead_nowhere_say_so_and_can_still_be_reached(alice: Person, evening: Evening) -> None:
    page = await alice.see(evening.at("/menus/{menu}/edit"))
    disabled = [element.attributes["id"] for element in page.every("button", **{"aria-disabled": "true"})]
    assert f"course-{evening.starters}-up" in disabled
    assert f"course-{evening.mains}-down" in disabled
    assert f"item-{evening.served_dune}-up" in disabled
    assert f"item-{evening.served_arrival}-down" in disabled
    assert not page.has("button", disabled="")


async def test_children_must_agree_with_their_parents(alice: Person, bob: Person, evening: Evening) -> None:
    """ID-2: hers under his menu, one course's item under another's, his course in her order."""
    his = (await bob.post("/menus", {"title": "His"})).headers["location"].removesuffix("/edit")
    hers = evening.at("/menus/{menu}")
    page = await alice.follow(await alice.post("/menus", {"title": "Her other"}))
    other = page.at("menu-head").one("form").attributes["action"].partition("?")[0]
    attempts = [
        (bob, "PUT", his + evening.at("/courses/{starters}"), {"title": "Stolen"}),
        (bob, "POST", his + "/removals", {"course": str(evening.starters)}),
        (bob, "POST", his + "/removals", {"item": str(evening.served_dune)}),
        (bob, "DELETE", his + evening.at("/removals/{removal}"), {}),
        (bob, "POST", his + "/courses/copies", {"course": str(evening.starters)}),
        (bob, "POST", his + evening.at("/courses/{starters}/items"), {"item": str(evening.disco)}),
        (bob, "PUT", his + "/order", {"item": str(evening.served_dune), "move": "down"}),
        (bob, "PUT", his + "/order", {"course": str(evening.starters), "move": "down"}),
        (alice, "PUT", hers + evening.at("/courses/{mains}/items/{served_dune}"), {"note": "Wrong course"}),
        (alice, "PUT", other + evening.at("/courses/{starters}"), {"title": "Wrong menu"}),
        (alice, "PUT", other + "/order", {"item": str(evening.served_dune), "move": "down"}),
        (alice, "POST", other + "/removals", {"item": str(evening.served_dune)}),
        (alice, "DELETE", other + evening.at("/removals/{removal}"), {}),
    ]
    for person, method, path, form in attempts:
        assert (await person.send(method, path, form)).status_code == 404, (method, path)
    page = await alice.see(hers + "/edit")
    assert courses(page) == ["Starters", "Mains"]
    assert served(page, evening.starters) == ["Dune", "Arrival"]
    assert "Read it first." in page.text


async def test_an_item_is_served_once_in_a_course_however_often_it_is_added(alice: Person, evening: Evening) -> None:
    path = evening.at("/menus/{menu}/courses/{mains}/items")
    answers = await asyncio.gather(*(alice.post(path, {"item": str(evening.disco)}) for _ in range(5)))
    assert {answer.status_code for answer in answers} == {303}
    assert served(await alice.see(evening.at("/menus/{menu}/edit")), evening.mains) == ["Disco Elysium"]


async def test_many_hands_at_one_menu_leave_it_in_order(alice: Person, evening: Evening, database: Database) -> None:
    order = evening.at("/menus/{menu}/order")
    moves = [
        {"item": str(item), "move": move}
        for item in (evening.served_dune, evening.served_arrival)
        for move in ("up", "down")
    ]
    await alice.token()
    answers = await asyncio.gather(
        *(alice.put(order, moves[number % 4]) for number in range(12)),
        *(alice.post(evening.at("/menus/{menu}/courses"), {"title": f"Course {number}"}) for number in range(4)),
    )
    assert {answer.status_code for answer in answers} == {303}
    async with database.session() as session:
        positions = (await session.scalars(text("SELECT position FROM courses ORDER BY position"))).all()
    assert positions == [1, 2, 3, 4, 5, 6]


async def test_a_course_that_is_full_says_so(alice: Person, evening: Evening, stock: Stock, database: Database) -> None:
    items = await stock(*(work(f"Dish {number}") for number in range(101)))
    async with database.session() as session:
        rows = [{"course": evening.mains, "item": item, "position": at} for at, item in enumerate(items[:100], 1)]
        columns = "(id, course_id, item_id, position, created_at, updated_at)"
        values = "(gen_random_uuid(), :course, :item, :position, now(), now())"
        await session.execute(text(f"INSERT INTO course_items {columns} VALUES {values}"), rows)
    path = evening.at("/menus/{menu}/courses/{mains}/items")
    for target in ("", "courses"):
        answer = await alice.post(path, {"item": str(items[100])}, target=target)
        assert answer.status_code == 422
        assert "A course holds 100 items at most." in read(answer.text).text


async def test_what_was_added_from_the_adder_shows_there_as_chosen(alice: Person, evening: Evening) -> None:
    page = await alice.see(evening.at("/menus/{menu}/courses/{starters}/items/new"), q="dune")
    assert "In this course" in page.at("hits").text
    page = await alice.see(evening.at("/menus/{menu}/courses/{mains}/items/new"), q="dune")
    form = page.at("hits").one("form")
    assert form.attributes["hx-target"] == "#courses"
    assert (
        "Dune"
        in read(
            (await alice.post(form.attributes["action"], {"item": form.value("item") or ""}, target="courses")).text
        ).text
    )


async def test_only_an_adder_without_scripts_waits_for_the_sources(alice: Person, evening: Evening) -> None:
    path = evening.at("/menus/{menu}/courses/{mains}/items/new")
    page = await alice.see(path)
    assert page.one("noscript").one("input", name="outside").attributes["form"] == "adding"
    assert page.at("adding").tag == "form"
    assert not read((await alice.get(path, target="choices")).text).has("input", name="outside")


async def test_two_are_paired_where_two_are_served(alice: Person, evening: Evening) -> None:
    path = evening.at("/menus/{menu}/pairings")
    assert (await alice.see(path)).at("pairing-add").text == "Pair two items"
    asked = await alice.see(path + "/new", first=str(evening.served_dune))
    assert asked.value("first") == str(evening.served_dune)
    offered = [option.attributes["value"] for option in asked.at("pairing-new-second").every("option")]
    assert offered == ["", str(evening.served_arrival)]
    await alice.post(evening.at("/menus/{menu}/removals"), {"item": str(evening.served_arrival)})
    assert not (await alice.see(path)).has(id="pairing-add")
    assert "Pair with…" not in (await alice.see(evening.at("/menus/{menu}/edit"))).text


async def test_deleting_asks_first_and_keeps_what_was_served(alice: Person, evening: Evening) -> None:
    page = await alice.see(evening.at("/menus/{menu}/delete"))
    assert "Delete this menu?" in page.text
    await alice.delete(evening.at("/menus/{menu}"))
    assert (await alice.get(evening.at("/menus/{slug}"))).status_code == 404
    assert (await alice.get(evening.at("/items/{dune}"))).status_code == 200


async def test_what_is_said_of_a_long_title_fits_the_cookie(alice: Person, evening: Evening, stock: Stock) -> None:
    (item,) = await stock(work("🍷" * 500))
    await alice.put(evening.at("/menus/{menu}/courses/{mains}"), {"title": "🍞" * 200})
    answer = await alice.post(evening.at("/menus/{menu}/courses/{mains}/items"), {"item": str(item)})
    (cookie,) = answer.headers.get_list("set-cookie")
    assert len(cookie.partition(";")[0]) <= 4096
    assert "🍷🍷🍷" in (await alice.follow(answer)).text
