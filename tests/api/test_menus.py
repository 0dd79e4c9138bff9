"""Menus as programs compose and read them."""

import asyncio

from app.kit.db import Database
from app.menus import composing, reading
from app.menus.forms import TitleForm
from app.ops.merging import merge
from tests.api.program import Member, Program, wrong
from tests.cast import MakeApp
from tests.counting import statements
from tests.pages.conftest import Evening, Stock
from tests.pages.works import work


async def test_a_menu_from_nothing_to_its_readers(alice: Member, nobody: Program, evening: Evening) -> None:
    menu = (await alice.post("/api/menus", {"title": "Crème & 🍲 שלום", "intent": "Warm."})).json()
    there = f"/api/menus/{menu['id']}"
    course = (await alice.post(f"{there}/courses", {"title": "First"})).json()
    for item in (evening.disco, evening.dune):
        served = await alice.post(f"{there}/courses/{course['id']}/items", {"item": str(item)})
    await alice.put(served.headers["location"], {"note": "Read it first."})
    await alice.put(f"{there}/order", {"item": served.json()["id"], "move": "up"})
    published = await alice.post(f"{there}/publication")
    read = await nobody.see(published.headers["location"])
    assert (read["title"], read["author"]) == ("Crème & 🍲 שלום", "Alice")
    assert [(each["item"]["title"], each["note"]) for each in read["courses"][0]["items"]] == [
        ("Dune", "Read it first."),
        ("Disco Elysium", ""),
    ]
    assert (await alice.see(there))["public_url"] == published.json()["public_url"] == read["public_url"]


async def test_the_public_menu_tells_nothing_of_its_owner_but_the_name(
    alice: Member, nobody: Program, evening: Evening
) -> None:
    await alice.post(evening.at("/api/menus/{menu}/publication"))
    read = await nobody.get(evening.at("/api/public/menus/{slug}"))
    assert "Read it first." in read.text
    for secret in (alice.id, alice.email, evening.menu, evening.starters, evening.served_dune, "The spice."):
        assert str(secret) not in read.text


async def test_only_what_is_published_is_public_even_for_its_owner(
    alice: Member, nobody: Program, evening: Evening
) -> None:
    there = evening.at("/api/public/menus/{slug}")
    assert [(await who.get(there)).status_code for who in (alice, nobody)] == [404, 404]
    await alice.post(evening.at("/api/menus/{menu}/publication"))
    assert [(await who.get(there)).status_code for who in (alice, nobody)] == [200, 200]
    await alice.delete(evening.at("/api/menus/{menu}/publication"))
    assert (await nobody.get(there)).status_code == 404


async def test_publishing_again_changes_nothing(alice: Member, evening: Evening) -> None:
    first = (await alice.post(evening.at("/api/menus/{menu}/publication"))).json()
    assert (await alice.post(evening.at("/api/menus/{menu}/publication"))).json() == first


async def test_a_course_of_another_menu_is_not_found_on_this(alice: Member, evening: Evening) -> None:
    other = (await alice.post("/api/menus", {"title": "Other"})).json()["id"]
    for path in (
        f"/api/menus/{other}/courses/{{starters}}",
        f"/api/menus/{other}/courses/{{starters}}/items/{{served_dune}}",
    ):
        for method, sent in (("GET", None), ("PUT", {"title": "Mine", "note": "Mine"}), ("DELETE", None)):
            assert (await alice.ask(method, evening.at(path), sent)).status_code == 404
    assert (await alice.get(evening.at("/api/menus/{menu}/courses/{mains}/items/{served_dune}"))).status_code == 404


async def test_an_item_is_named_or_a_preview_not_both(alice: Member, evening: Evening) -> None:
    there = evening.at("/api/menus/{menu}/courses/{mains}/items")
    both = {"item": str(evening.dune), "preview": str(evening.preview)}
    for sent in ({}, both):
        assert wrong(await alice.post(there, sent)) == {"": "Name the item or the preview to add."}
    served = (await alice.post(there, {"preview": str(evening.preview)})).json()
    assert served["item"]["title"] == "Hyperion"


async def test_a_work_by_what_it_was_before_it_became_one_with_another_is_served_once(
    alice: Member, evening: Evening, database: Database
) -> None:
    async with database.session() as session:
        await merge(session, alice.id, evening.spare, evening.made, is_operator=True)
    there = evening.at("/api/menus/{menu}/courses/{mains}/items")
    first, again = [await alice.post(there, {"item": str(evening.made)}) for _ in range(2)]
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json() == again.json()
    assert first.json()["item"]["id"] == str(evening.spare)


async def test_a_stranger_cannot_make_items_through_a_menu_that_is_not_his(charlie: Member, evening: Evening) -> None:
    sent = {"preview": str(evening.preview)}
    assert (await charlie.post(evening.at("/api/menus/{menu}/courses/{mains}/items"), sent)).status_code == 404
    assert (await charlie.see("/api/search", q="hyperion"))["hits"] == []


async def test_courses_added_at_once_each_get_a_place(alice: Member, evening: Evening) -> None:
    there = evening.at("/api/menus/{menu}/courses")
    answers = await asyncio.gather(*(alice.post(there, {"title": f"Course {each}"}) for each in range(6)))
    assert sorted(answer.json()["position"] for answer in answers) == [3, 4, 5, 6, 7, 8]


async def make(database: Database, alice: Member, number: int) -> None:
    async with database.session() as session:
        for each in range(number):
            menu = await composing.create(session, alice.id, TitleForm(title=f"Menu {each}"))
            await composing.add_course(session, alice.id, menu.id, TitleForm(title="Only"))


async def test_following_next_shows_every_menu_once(alice: Member, database: Database) -> None:
    await make(database, alice, 2 * reading.PAGE + 1)
    ids, address = [], "/api/menus"
    while address:
        page = await alice.see(address)
        ids += [menu["id"] for menu in page["menus"]]
        address = page["next"]
    assert len(ids) == len(set(ids)) == 2 * reading.PAGE + 1


async def test_a_place_there_is_not_in_the_list_is_not_found(alice: Member) -> None:
    for after in ("x", "_", "nan_" + "0" * 32, "1e400_" + "0" * 32, "-1e11_" + "0" * 32, "0_\0", "é" * 900):
        assert (await alice.get("/api/menus", after=after)).status_code == 404, after


async def test_many_menus_courses_and_items_cost_as_many_statements_as_few(
    alice: Member, database: Database, stock: Stock, make_app: MakeApp
) -> None:
    menu = (await alice.post("/api/menus", {"title": "Long"})).json()["id"]
    course = (await alice.post(f"/api/menus/{menu}/courses", {"title": "Long"})).json()["id"]
    counted: list[tuple[int, int]] = []
    for start, end in ((0, 10), (10, 100)):
        await make(database, alice, end - start)
        for item in await stock(*(work(f"Volume {each}") for each in range(start, end))):
            await alice.post(f"/api/menus/{menu}/courses/{course}/items", {"item": str(item)})
        with statements(database) as listing:
            await alice.see("/api/menus")
        with statements(database) as showing:
            assert len((await alice.see(f"/api/menus/{menu}"))["courses"][0]["items"]) == end
        counted.append((len(listing), len(showing)))
    assert counted[0] == counted[1]
    assert max(counted[0]) <= 6


async def test_who_has_the_public_menu_already_is_told_so(alice: Member, nobody: Program, evening: Evening) -> None:
    await alice.post(evening.at("/api/menus/{menu}/publication"))
    there = evening.at("/api/public/menus/{slug}")
    first = await nobody.get(there)
    assert first.headers["cache-control"] == "max-age=0, public, must-revalidate"
    known = await nobody.client.get(there, headers={"if-none-match": first.headers["etag"]})
    assert (known.status_code, known.content) == (304, b"")
    await alice.put(evening.at("/api/menus/{menu}/pairings/{pairing}"), {"sentence": "Rain first."})
    changed = await nobody.client.get(there, headers={"if-none-match": first.headers["etag"]})
    assert changed.json()["pairings"] == [
        {
            "first": {"course": 1, "item": 1, "title": "Dune"},
            "second": {"course": 1, "item": 2, "title": "Arrival"},
            "sentence": "Rain first.",
        }
    ]


async def test_order_goes_to_a_place_and_to_another_course(alice: Member, evening: Evening) -> None:
    order = evening.at("/api/menus/{menu}/order")
    dune, mains = str(evening.served_dune), str(evening.mains)
    moved = (await alice.put(order, {"item": dune, "to": 9})).json()
    assert [each["item"]["title"] for each in moved["courses"][0]["items"]] == ["Arrival", "Dune"]
    moved = (await alice.put(order, {"item": dune, "course_to": mains})).json()
    assert [[each["id"] for each in course["items"]] for course in moved["courses"]] == [
        [str(evening.served_arrival)],
        [dune],
    ]
    moved = (await alice.put(order, {"course": mains, "to": 1})).json()
    assert [course["title"] for course in moved["courses"]] == ["Mains", "Starters"]
    await alice.post(evening.at("/api/menus/{menu}/courses/{starters}/items"), {"item": str(evening.dune)})
    assert (await alice.put(order, {"item": dune, "course_to": str(evening.starters)})).status_code == 409


async def test_what_was_taken_off_is_listed_and_comes_back(alice: Member, evening: Evening) -> None:
    menu = evening.at("/api/menus/{menu}")
    before = (await alice.see(menu))["courses"]
    await alice.delete(evening.at("/api/menus/{menu}/courses/{starters}/items/{served_dune}"))
    await alice.delete(evening.at("/api/menus/{menu}/courses/{starters}"))
    removals = (await alice.see(f"{menu}/removals"))["removals"]
    assert [(each["kind"], each["title"], each["position"]) for each in removals[:2]] == [
        ("course", "Starters", 1),
        ("item", "Dune", 1),
    ]
    assert (await alice.delete(f"{menu}/removals/{removals[1]['id']}")).status_code == 409
    for removal in removals[:2]:
        back = await alice.delete(f"{menu}/removals/{removal['id']}")
    assert back.json()["courses"] == before


async def test_a_deleted_menu_comes_back(alice: Member, evening: Evening) -> None:
    menu = evening.at("/api/menus/{menu}")
    await alice.delete(menu)
    (removal, *_) = (await alice.see(f"{menu}/removals"))["removals"]
    assert (removal["kind"], removal["position"]) == ("menu", None)
    assert (await alice.delete(f"{menu}/removals/{removal['id']}")).json()["title"] == "An evening of sand"
