"""The library: its address says what is shown, what was looked at last comes back, and many are changed at once."""

import base64
from typing import Any
from urllib.parse import urlencode

import pytest

from app.kit.db import Database
from app.kit.ids import new_id
from app.library import keeping, shelving
from app.menus import composing
from app.menus.forms import TitleForm
from app.pages.places import GONE
from tests.cast import Browser, Person
from tests.counting import statements
from tests.markup import Element, read
from tests.pages.conftest import Evening
from tests.rows import items


def titles(page: Element) -> list[str]:
    return [link.text for link in page.one("main").every("a") if "data-title" in link.attributes]


async def both(alice: Person, evening: Evening, database: Database) -> None:
    async with database.session() as session:
        await keeping.keep(session, alice.id, evening.arrival)


def many(evening: Evening, *names: str, **more: str) -> dict[str, str]:
    return {f"item.{getattr(evening, name)}": "1" for name in names} | {"look": "view=grid&sort=title"} | more


async def test_the_address_says_what_is_shown(alice: Person, evening: Evening, database: Database) -> None:
    await both(alice, evening, database)
    assert titles(await alice.see("/library")) == ["Arrival", "Dune"]
    assert titles(await alice.see("/library?view=grid&sort=title&order=down")) == ["Dune", "Arrival"]
    assert titles(await alice.see("/library?view=grid&type=movie")) == ["Arrival"]
    assert titles(await alice.see(f"/library?view=grid&tag={evening.tag}")) == ["Dune"]
    assert titles(await alice.see(f"/library?view=grid&not_tag={evening.tag}&status=wanted,done")) == ["Arrival"]
    assert titles(await alice.see("/library?view=grid&year_from=soon&sort=mood&after=there")) == ["Arrival", "Dune"]


async def test_a_bare_address_leads_to_what_was_looked_at_last(alice: Person, evening: Evening) -> None:
    await alice.see("/library?view=table&status=done")
    answer = await alice.get("/library")
    assert (answer.status_code, answer.headers["location"]) == (303, "/library?view=table&status=done")
    await alice.see("/library?view=grid")
    assert (await alice.get("/library")).status_code == 200


async def test_a_link_from_elsewhere_is_not_remembered(alice: Person, evening: Evening) -> None:
    for said in ({"sec-fetch-site": "cross-site"}, {}, alice.said | {"sec-purpose": "prefetch"}):
        await alice.client.get("/library?view=table", headers=said)
    assert (await alice.get("/library")).status_code == 200


async def test_looking_again_writes_nothing(alice: Person, evening: Evening, database: Database) -> None:
    for address, written in (("/library?view=table", True), ("/library?view=table", False), ("/library", False)):
        with statements(database) as sent:
            await alice.get(address)
        assert any("INSERT INTO user_preferences" in each for each in sent) is written


async def test_the_form_that_narrows_leads_to_an_address_that_says_it(alice: Person, evening: Evening) -> None:
    asked = {"narrow": "1", "view": "table", "by": "year.up", "title": "", "status.done": "1", "rating_from": "none"}
    answer = await alice.get("/library?" + urlencode(asked | {f"tag.{evening.tag}": "with", f"tag.{evening.warm}": ""}))
    said = f"/library?view=table&status=done&tag={evening.tag}&unrated=1&sort=year&order=up"
    assert (answer.status_code, answer.headers["location"]) == (303, said)


async def test_creators_lead_to_what_of_theirs_is_kept(alice: Person, evening: Evening, database: Database) -> None:
    await both(alice, evening, database)
    page = await alice.see(f"/items/{evening.dune}")
    shelf = await alice.see(page.one("a", href="/library?creator=Frank+Herbert").attributes["href"])
    assert titles(shelf) == ["Dune"]
    assert shelf.one("input", id="narrow-creator").attributes["value"] == "Frank Herbert"
    answer = await alice.get(
        "/library?" + urlencode({"narrow": "1", "view": "grid", "by": "added.down", "creator": "HERB"})
    )
    assert titles(await alice.follow(answer)) == ["Dune"]


async def test_of_many_tags_those_asked_for_and_most_used_come_before_the_rest(alice: Person, evening: Evening) -> None:
    for number in range(14):
        await alice.post("/tags", {"name": f"Aa {number:02}"})
    form = (await alice.see(f"/library?not_tag={evening.warm}")).at("narrowing")
    (more,) = form.every("details")
    folded = [label.text for label in more.every("label")]
    assert more.one("summary").text == "4 more tags"
    assert folded == ["Aa 10", "Aa 11", "Aa 12", "Aa 13"]
    assert form.value(f"tag.{evening.warm}") == "without"
    assert form.has(name=f"tag.{evening.tag}")


async def test_stars_are_narrowed_and_given_in_stars(alice: Person, evening: Evening) -> None:
    page = await alice.see("/library?view=grid&rating_from=8.5&rating_to=9")
    assert "rated 8.5 of 10 or more" in page.text
    assert "rated 4½ stars or less" in page.text
    assert (page.value("rating_from"), page.value("rating_to")) == ("8.5", "9")
    page = await alice.see("/library?view=grid")
    assert page.at("bulk-action").one("option", value="rating:9").text == "4½ stars"
    assert not page.has("option", value="rating:9.5")


async def test_the_table_says_what_it_is_sorted_by(alice: Person, evening: Evening) -> None:
    page = await alice.see("/library?view=table&sort=title")
    heads = {head.text: head.attributes.get("aria-sort") for head in page.every("th", scope="col")}
    assert heads["Title"] == "ascending"
    assert heads["Year"] is None
    assert "Cosy" in page.one("table").text


@pytest.mark.parametrize("target", ["", "shelf"])
async def test_many_are_changed_by_one_form(alice: Person, evening: Evening, database: Database, target: str) -> None:
    await both(alice, evening, database)
    answer = await alice.put(
        "/library/entries", many(evening, "dune", "arrival", action="status:paused"), target=target
    )
    if target:
        assert (answer.status_code, "2 entries changed." in answer.text) == (200, True)
    else:
        assert answer.headers["location"].startswith("/library?view=grid&sort=title&undo=")
        assert "2 entries changed." in (await alice.follow(answer)).text
    async with database.session() as session:
        rows = await shelving.recent(session, alice.id, 5)
    assert [row.status for row in rows] == ["paused", "paused"]


async def test_one_is_told_by_its_title(alice: Person, evening: Evening) -> None:
    for now, said in (
        ("favourite:1", "Dune is a favourite."),
        ("favourite:0", "Dune is no longer a favourite."),
        ("status:active", "Dune: Reading."),
    ):
        answer = await alice.put("/library/entries", many(evening, "dune", now=now), target="shelf")
        assert said in answer.text


@pytest.mark.parametrize(
    "form", [{}, {"action": "status:paused"}, {"item.x": "1", "action": "status:paused"}, {"action": "eat:1"}]
)
async def test_what_says_nothing_to_do_changes_nothing(alice: Person, evening: Evening, form: dict[str, str]) -> None:
    for target in ("", "shelf"):
        answer = await alice.put("/library/entries", form, target=target)
        assert (answer.status_code, "Choose what is to change" in answer.text) == (422, True)


async def test_leaving_is_asked_about_first(alice: Person, charlie: Person, evening: Evening) -> None:
    asked = await alice.put("/library/entries", many(evening, "dune", action="remove:1"))
    assert "Take 1 entry out of the library?" in asked.text
    assert titles(await alice.see("/library?view=grid")) == ["Dune"]
    await charlie.send("DELETE", "/library/entries", many(evening, "dune"))
    assert titles(await alice.see("/library?view=grid")) == ["Dune"]
    for number in ("1 entry", "0 entries"):
        gone = await alice.send("DELETE", "/library/entries", many(evening, "dune"))
        assert f"{number} taken out" in (await alice.follow(gone)).text


async def on_a_menu(person: Person, form: dict[str, str], target: str, **more: str) -> Any:
    """What is chosen, sent on through the form that asks where."""
    asked = await person.put("/library/entries", form | {"action": "menu:1"}, target=target)
    assert asked.status_code == 200
    sent = read(asked.text).form("/library/menus")
    fields = {name: sent.value(name) or "" for name in ("items", "look", "after", "course")} | more
    return await person.post("/library/menus", fields, target=target)


@pytest.mark.parametrize("target", ["", "shelf"])
async def test_what_is_chosen_goes_on_a_menu_in_the_order_of_the_shelf(
    alice: Person, evening: Evening, database: Database, target: str
) -> None:
    await both(alice, evening, database)
    other = (await alice.post("/menus", {"title": "Sweet & low"})).headers["location"].split("/")[2]
    await alice.post(f"/menus/{other}/courses", {"title": "Sweets"})
    asked = read((await alice.put("/library/entries", many(evening, "dune", action="menu:1"), target=target)).text)
    assert asked.at("serving").text == "Add 1 work to a menu"
    assert [option.text for option in asked.at("serving-course").every("option")] == [
        "Sweet & low: Sweets",
        "An evening of sand: Starters",
        "An evening of sand: Mains",
    ]
    assert not asked.has(id="serving-course-hint")
    answer = await on_a_menu(alice, many(evening, "dune", "arrival"), target, course=f"{evening.menu}:{evening.mains}")
    page = read(answer.text) if target else await alice.follow(answer)
    assert "2 added to An evening of sand: Mains." in page.text
    editor_link = str(page.at("shelf-menu").attributes["href"])
    assert editor_link == f"/menus/{evening.menu}/edit#course-{evening.mains}"
    editor = await alice.see(editor_link)
    assert [title.text for title in editor.at(f"course-{evening.mains}").every("h4")] == ["Dune", "Arrival"]
    answer = await on_a_menu(alice, many(evening, "dune"), target, course=f"{evening.menu}:{evening.mains}")
    page = read(answer.text) if target else await alice.follow(answer)
    assert "None added to An evening of sand: Mains; 1 was there already." in page.text
    assert page.has(id="shelf-menu")


@pytest.mark.parametrize("target", ["", "shelf"])
async def test_a_course_that_cannot_hold_them_says_so_and_another_can_be_chosen(
    alice: Person, evening: Evening, database: Database, target: str
) -> None:
    full, works = f"{evening.menu}:{evening.mains}", await items(database, *(str(n) for n in range(100)))
    async with database.session() as session:
        await composing.add_items(session, alice.id, evening.menu, evening.mains, works)
    answer = await on_a_menu(alice, many(evening, "dune"), target, course=full)
    page = read(answer.text)
    said = "Mains has room for no more, and 1 of these is new to it: a course holds 100 items at most."
    assert (answer.status_code, page.wrong()) == (422, {"course": said})
    form = page.form("/library/menus")
    assert (form.value("course"), form.value("items")) == (full, str(evening.dune))


async def test_who_has_no_menu_is_led_to_where_they_are_begun(bob: Person, evening: Evening) -> None:
    await bob.post(f"/items/{evening.dune}/entry")
    asked = read((await bob.put("/library/entries", many(evening, "dune", action="menu:1"))).text)
    assert not asked.has(id="serving-course")
    assert "There is no course to add to yet. Go to your menus" in asked.at("shelf").text


@pytest.mark.parametrize(("action", "back"), [("remove:1", "Keep them"), ("menu:1", "Not now")])
async def test_who_thinks_better_of_it_is_led_back_to_the_page_they_were_on(
    alice: Person, evening: Evening, action: str, back: str
) -> None:
    place = f'["title","c","{evening.arrival}"]'
    after = base64.urlsafe_b64encode(place.encode()).decode().rstrip("=")
    asked = read((await alice.put("/library/entries", many(evening, "dune", action=action, after=after))).text)
    link = next(link for link in asked.at("shelf").every("a") if link.text == back)
    assert link.attributes["href"] == f"/library?view=grid&sort=title&after={after}#many"
    wanted = {"hx-get": f"/library?view=grid&sort=title&after={after}", "hx-target": "#entries"}
    assert wanted.items() <= link.attributes.items()


@pytest.mark.parametrize("course", ["x", "", '1&x="><b>', "{menu}", "{mains}"])
async def test_an_address_alone_links_to_no_menu(alice: Person, evening: Evening, course: str) -> None:
    assert not (await alice.see(f"/library?view=grid&course={evening.at(course)}")).has(id="shelf-menu")


async def test_the_menu_is_linked_to_once_and_only_where_it_is_one_s_own(
    alice: Person, bob: Person, evening: Evening, database: Database
) -> None:
    answer = await on_a_menu(alice, many(evening, "dune"), "", course=f"{evening.menu}:{evening.mains}")
    assert (await alice.follow(answer)).has(id="shelf-menu")
    assert not (await alice.follow(answer)).has(id="shelf-menu")
    await bob.post(f"/items/{evening.dune}/entry")
    told = await bob.put("/library/entries", many(evening, "dune", action="status:paused"))
    assert "set-cookie" in told.headers
    assert not (await bob.see(f"/library?view=grid&course={evening.mains}")).has(id="shelf-menu")


@pytest.mark.parametrize("target", ["", "shelf"])
async def test_what_is_on_no_menu_links_to_none(alice: Person, evening: Evening, target: str) -> None:
    form = {"items": str(new_id()), "course": f"{evening.menu}:{evening.mains}"}
    answer = await alice.post("/library/menus", form, target=target)
    page = read(answer.text) if target else await alice.follow(answer)
    assert "None added to An evening of sand: Mains; 1 was not in the catalog any more." in page.text
    assert not page.has(id="shelf-menu")


@pytest.mark.parametrize("target", ["", "shelf"])
@pytest.mark.parametrize(("course", "said"), [("", "Choose a course."), ("x", GONE), ("{menu}:{disco}", GONE)])
async def test_where_a_course_is_gone_another_can_be_chosen(
    alice: Person, evening: Evening, target: str, course: str, said: str
) -> None:
    form = {"items": str(evening.dune), "course": evening.at(course), "look": "view=grid&sort=title"}
    answer = await alice.post("/library/menus", form, target=target)
    page = read(answer.text)
    assert (answer.status_code, page.wrong()) == (422, {"course": said})
    assert page.form("/library/menus").value("items") == str(evening.dune)
    assert len(list(page.at("serving-course").every("option"))) == 2


async def test_of_very_many_menus_those_changed_last_that_have_courses_are_offered_and_it_is_said(
    alice: Person, evening: Evening, database: Database
) -> None:
    asks = many(evening, "dune", action="menu:1")
    empty, full = TitleForm(title="Nothing yet"), TitleForm(title="Sweets")
    async with database.session() as session:
        for _ in range(41):
            await composing.create(session, alice.id, empty)
    for page, prefix in (
        (read((await alice.put("/library/entries", asks)).text), "serving"),
        (await alice.see(f"/items/{evening.disco}/menus/new"), "menus"),
    ):
        assert {option.text.partition(":")[0] for option in page.at(f"{prefix}-course").every("option")} == {
            "An evening of sand"
        }
        assert not page.has(id=f"{prefix}-course-hint")
    async with database.session() as session:
        for number in range(40):
            menu = await composing.create(session, alice.id, TitleForm(title=f"Menu {number:02}"))
            await composing.add_course(session, alice.id, menu.id, full)
    for page, prefix in (
        (read((await alice.put("/library/entries", asks)).text), "serving"),
        (await alice.see(f"/items/{evening.disco}/menus/new"), "menus"),
    ):
        offered = sorted(option.text for option in page.at(f"{prefix}-course").every("option"))
        assert offered == [f"Menu {number:02}: Sweets" for number in range(40)]
        assert page.at(f"{prefix}-course-hint").text == "Of your menus, the 40 changed last are offered."


@pytest.mark.parametrize("target", ["", "shelf"])
async def test_what_was_done_to_many_is_undone_by_the_button_beside_it(
    alice: Person, charlie: Person, evening: Evening, database: Database, target: str
) -> None:
    await both(alice, evening, database)
    shelf = "/library?view=grid&sort=title"
    gone = await alice.send("DELETE", "/library/entries", many(evening, "dune", "arrival"), target=target)
    there = shelf if target else gone.headers["location"]
    page = read(gone.text) if target else await alice.follow(gone)
    assert "2 entries taken out of your library." in page.text
    (undo,) = [form for form in page.every("form") if form.has(id="shelf-undo")]
    assert not (await charlie.see(there)).has(id="shelf-undo")
    await alice.post(f"/items/{evening.arrival}/entry")
    for _ in range(2):  # safe twice
        action, _, _ = str(undo.attributes["action"]).partition("?")
        back = await alice.send("DELETE", action, {"look": undo.value("look") or ""}, target=target)
        page = read(back.text) if target else await alice.follow(back)
        assert "Undone for 1 entry. 1 entry changed since: left alone." in page.text
        assert titles(page if not target else await alice.see(shelf)) == ["Arrival", "Dune"]
    assert not (await alice.see(there)).has(id="shelf-undo")
    assert "The spice." in (await alice.see(f"/items/{evening.dune}")).text


async def test_where_nothing_was_changed_nothing_is_to_be_undone(alice: Person, evening: Evening) -> None:
    answer = await alice.put("/library/entries", many(evening, "dune", action="status:done"), target="shelf")
    assert not read(answer.text).has(id="shelf-undo")
    for undo in ("x", evening.menu):
        assert not (await alice.see(f"/library?view=grid&undo={undo}")).has(id="shelf-undo")


async def test_who_is_not_signed_in_changes_nothing(nobody: Browser, evening: Evening) -> None:
    for method in ("PUT", "DELETE"):
        assert (await nobody.send(method, "/library/entries", many(evening, "dune"))).status_code == 401


async def test_a_view_is_saved_named_and_deleted(alice: Person, charlie: Person, evening: Evening) -> None:
    saved = await alice.post("/library/views", {"name": "To finish", "query": "view=table&status=active"})
    assert saved.headers["location"] == "/library?view=table&status=active"
    page = await alice.follow(saved)
    assert [link.text for link in page.every("a", href="/library?view=table&status=active")].count("To finish") == 1
    assert (await alice.post("/library/views", {"name": "To finish"})).status_code == 422
    here = evening.at("/library/views/{view}")
    assert (await charlie.put(here, {"name": "Mine"})).status_code == 404
    assert (await alice.put(here, {"name": ""})).status_code == 422
    assert (await alice.put(here, {"name": "Liked", "version": "1"})).status_code == 303
    assert (await alice.put(here, {"name": "Loved", "version": "1"})).status_code == 409
    assert (await alice.delete(here)).status_code == 303
    assert (await alice.delete(here)).status_code == 404


async def test_a_title_with_signs_stays_text_wherever_it_is_drawn(alice: Person, another: object) -> None:
    sign = "<b>\"&'</b>"
    item = await another(sign)  # type: ignore[operator]
    await alice.post(f"/items/{item}/entry")
    for view in ("grid", "table"):
        for _ in range(2):  # drawn, and drawn again from what is kept
            page = await alice.see(f"/library?view={view}")
            assert titles(page) == [sign]
