"""Cooking a menu: ticks and progress from one's own entries, and keeping what it serves."""

import asyncio
import re

from sqlalchemy import text

from app.kit.db import Database
from app.menus import composing, cooking, sharing
from app.menus.forms import TitleForm
from app.ops.exports import EXPORTS
from tests.cast import Browser, Person
from tests.counting import statements
from tests.pages.conftest import Evening


async def publish(alice: Person, evening: Evening) -> str:
    await alice.post(f"/menus/{evening.menu}/publication")
    return f"/menus/{evening.slug}"


async def test_a_menu_is_cooked_and_what_is_done_is_counted(alice: Person, bob: Person, evening: Evening) -> None:
    place = await publish(alice, evening)
    assert "0 of 2 done" not in (await bob.see(place)).text
    await bob.post(f"{place}/cooking")
    assert "You are cooking this: 0 of 2 done." in (await bob.see(place)).text
    await bob.put(f"/items/{evening.arrival}/entry", {"status": "done", "rating": "", "notes": ""})
    page = await bob.see(place)
    assert "You are cooking this: 1 of 2 done." in page.text
    assert "1 of 2 done" in page.one("article").text
    assert "Watched" in page.one("article").text
    listed = (await bob.see("/menus/cooking")).one("main").text
    assert "An evening of sand" in listed
    assert "Starters 1 of 2" in listed


async def test_a_menu_is_cooked_by_the_address_it_had(alice: Person, bob: Person, evening: Evening) -> None:
    place = await publish(alice, evening)
    await alice.put(f"/menus/{evening.menu}/slug", {"slug": "sand-at-night"})
    for ask in (bob.post, bob.put, bob.delete):
        answer = await ask(f"{place}/cooking")
        assert answer.status_code == 308
        assert answer.headers["location"].startswith("/menus/sand-at-night/cooking")


async def test_what_is_done_is_ticked_off_where_it_stands(alice: Person, bob: Person, evening: Evening) -> None:
    place = await publish(alice, evening)
    await bob.post(f"{place}/cooking")
    assert "Tick off" in (await bob.see(place)).text
    answer = await bob.post(f"{place}/ticks", {"item": str(evening.dune)})
    assert re.fullmatch(rf"{place}\?ticked=[0-9a-f-]{{36}}#item-1-1", answer.headers["location"])
    page = await bob.see(place)
    assert "Dune is ticked off." in page.text
    assert "You are cooking this: 1 of 2 done." in page.text
    assert (await bob.post(f"{place}/ticks", {"item": str(evening.dune)})).status_code == 303
    hers = await alice.see(f"/items/{evening.dune}")
    assert hers.value("notes") == "The spice."
    for form in ({"item": str(evening.disco)}, {"item": "nothing"}, {}):
        assert (await bob.post(f"{place}/ticks", form)).status_code == 404


async def test_a_tick_is_taken_back_where_it_stands(alice: Person, bob: Person, evening: Evening) -> None:
    place = await publish(alice, evening)
    await bob.post(f"{place}/cooking")
    await bob.put(f"/items/{evening.dune}/entry", {"status": "active", "rating": "9", "notes": "Slowly."})
    ticked = (await bob.post(f"{place}/ticks", {"item": str(evening.dune)})).headers["location"]
    page = await bob.see(ticked)
    assert "Undo" not in (await alice.see(ticked)).one("article").text
    (form,) = (each for each in page.one("article").every("form") if "ticks/" in each.attributes["action"])
    path, undo = form.attributes["action"], form.one("button")
    assert (undo.text, undo.attributes["aria-label"]) == ("Undo", "Undo: Dune is not ticked off")
    assert (await alice.post(path, {"item": str(evening.dune)})).status_code == 404
    assert (await bob.post(path, {"item": str(evening.disco)})).status_code == 404
    for _ in range(2):
        back = await bob.post(path, {"item": str(evening.dune)})
        assert (back.status_code, back.headers["location"]) == (303, f"{place}#item-1-1")
    page = await bob.see(place)
    assert "Dune is as it was." in page.text
    assert "You are cooking this: 0 of 2 done." in page.text
    entry = await bob.see(f"/items/{evening.dune}")
    assert (entry.value("status"), entry.value("rating"), entry.value("notes")) == ("active", "9", "Slowly.")


async def test_a_tick_that_was_changed_since_stays(alice: Person, bob: Person, evening: Evening) -> None:
    place = await publish(alice, evening)
    await bob.post(f"{place}/cooking")
    ticked = (await bob.post(f"{place}/ticks", {"item": str(evening.dune)})).headers["location"]
    page = await bob.see(ticked)
    (form,) = (each for each in page.one("article").every("form") if "ticks/" in each.attributes["action"])
    await bob.put(f"/items/{evening.dune}/entry", {"status": "done", "rating": "9", "notes": ""})
    await bob.post(form.attributes["action"], {"item": str(evening.dune)})
    assert "Dune was changed since, and left alone." in (await bob.see(place)).text
    assert (await bob.see(f"/items/{evening.dune}")).value("rating") == "9"


async def test_it_is_finished_and_begun_again(alice: Person, bob: Person, evening: Evening) -> None:
    place = await publish(alice, evening)
    assert (await bob.put(f"{place}/cooking")).status_code == 404
    await bob.post(f"{place}/cooking")
    await bob.put(f"{place}/cooking")
    assert "You finished this menu" in (await bob.see(place)).text
    await bob.post(f"{place}/cooking")
    assert "You are cooking this" in (await bob.see(place)).text


async def test_where_scripts_run_the_page_is_loaded_anew_with_its_ticks(
    alice: Person, bob: Person, evening: Evening
) -> None:
    place = await publish(alice, evening)
    for method, ticks in (("POST", 2), ("PUT", 2), ("DELETE", 0)):
        answer = await bob.send(method, f"{place}/cooking", target="cooking")
        assert (answer.status_code, answer.headers["hx-refresh"], answer.text) == (200, "true", "")
        assert (await bob.see(place)).text.count("Tick off") == ticks


async def test_what_a_menu_serves_is_kept_from_it(alice: Person, bob: Person, evening: Evening) -> None:
    page = await bob.see(await publish(alice, evening))
    keep = page.one("button", id=f"keep-{evening.dune}")
    assert keep.attributes["aria-label"] == "Keep Dune"
    kept = await bob.post(f"/items/{evening.dune}/entry", target=f"keeping-{evening.dune}")
    assert "To read" in kept.text
    assert not list((await bob.see(f"/menus/{evening.slug}")).every("button", id=f"keep-{evening.dune}"))


async def test_a_guest_is_told_lightly_how_to_keep(alice: Person, nobody: Browser, evening: Evening) -> None:
    page = await nobody.see(await publish(alice, evening))
    (link,) = (each for each in page.one("main").every("a") if "Log in" in each.text)
    assert link.attributes["href"] == f"/login?next=/menus/{evening.slug}"
    assert not list(page.one("main").every("form"))


async def test_of_a_menu_that_is_private_again_only_the_way_out_is_left(
    alice: Person, bob: Person, charlie: Person, evening: Evening
) -> None:
    place = await publish(alice, evening)
    await bob.post(f"{place}/cooking")
    await alice.delete(f"/menus/{evening.menu}/publication")
    page = (await bob.see("/menus/cooking")).one("main")
    assert "A menu that is not public any more" in page.text
    assert "An evening of sand" not in page.text
    assert (await charlie.delete(f"{place}/cooking")).status_code == 404
    assert (await bob.delete(f"{place}/cooking")).headers["location"] == "/menus/cooking"
    assert "Nothing on the stove" in (await bob.see("/menus/cooking")).text


async def test_what_a_menu_is_called_since_it_is_private_again_is_told_to_no_cook(
    alice: Person, bob: Person, evening: Evening, database: Database
) -> None:
    place = await publish(alice, evening)
    await bob.post(f"{place}/cooking")
    await alice.delete(f"/menus/{evening.menu}/publication")
    async with database.session() as session:
        await session.execute(text("UPDATE menus SET title = 'A surprise for Bob', slug = 'a-surprise-for-bob'"))
    assert "surprise" not in (await bob.get("/menus/cooking")).text.lower()
    (export,) = (each for each in EXPORTS if each.file == "cooking")
    async with database.session() as session:
        (row,) = await session.execute(export.statement, {"user_id": bob.id})
        assert (row.menu_id, row.slug, row.title) == (evening.menu, None, None)
        (hidden,), _ = await cooking.cooked_by(session, bob.id)
        assert (hidden.row.slug, hidden.row.title, hidden.row.author, hidden.courses) == (None, None, None, [])
    assert (await bob.delete(f"/menus/{hidden.row.id}/cooking")).headers["location"] == "/menus/cooking"
    assert "Nothing on the stove" in (await bob.see("/menus/cooking")).text


async def test_no_list_asks_more_often_because_there_is_more_in_it(
    alice: Person, odile: Person, nobody: Browser, evening: Evening, database: Database
) -> None:
    await odile.put("/ops/settings", {"registration": "open", "discover": "1"})
    await alice.put("/settings/public", {"handle": "alice", "is_public": "1"})
    pages = ((alice, "/menus/cooking"), (nobody, "/menus/discover?q=evening"), (nobody, "/hosts/alice"))
    asked: list[list[int]] = []
    for upto in (2, 20):
        async with database.session() as session:
            for number in range(upto):
                menu = await composing.create(session, alice.id, TitleForm(title=f"Evening {upto} {number}"))
                course = await composing.add_course(session, alice.id, menu.id, TitleForm(title="Starters"))
                await composing.add_item(session, alice.id, menu.id, course.id, evening.dune)
                await sharing.publish(session, alice.id, menu.id)
                await cooking.start(session, alice.id, menu.slug)
        asked.append([])
        for browser, path in pages:
            await browser.see(path)
            with statements(database) as sent:
                await browser.see(path)
            asked[-1].append(len(sent))
    assert asked[0] == asked[1]
    assert max(asked[1]) <= 6


async def test_twenty_presses_follow_it_once(alice: Person, bob: Person, evening: Evening, database: Database) -> None:
    place = await publish(alice, evening)
    await bob.token()
    await asyncio.gather(*(bob.post(f"{place}/cooking") for _ in range(20)))
    async with database.session() as session:
        assert await session.scalar(text("SELECT count(*) FROM menu_follows")) == 1
