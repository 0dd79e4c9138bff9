"""My entries: what is put there is what is read, and every page of them can be turned to."""

import pytest

from app.catalog.candidates import MovieFacts
from app.kit.db import Database
from app.library import keeping, shelving, tagging
from app.library.tag_forms import TagForm
from app.ops import merging
from tests.api.program import Member
from tests.counting import statements
from tests.pages.conftest import Evening, Stock
from tests.pages.works import work
from tests.rows import a_user

PAGE = shelving.PAGE


async def test_an_entry_reads_as_it_was_put(alice: Member, evening: Evening) -> None:
    there = evening.at("/api/library/{disco}")
    sent = {"status": "paused", "rating": 7.5, "favourite": True, "notes": "שלום 🍲\nAgain."}
    answer = await alice.put(there, sent)
    assert (answer.status_code, answer.headers["location"]) == (201, there)
    entry = await alice.see(there)
    assert {name: entry[name] for name in sent} == sent
    assert entry["created_at"] == entry["updated_at"]
    assert entry["item"]["title"] == "Disco Elysium"
    assert (await alice.put(there, {}, if_match=answer.headers["etag"])).status_code == 200
    assert {name: (await alice.see(there))[name] for name in ("status", "rating", "favourite", "notes")} == {
        "status": "wanted",
        "rating": None,
        "favourite": False,
        "notes": "",
    }


@pytest.mark.parametrize("rating", [0, 10, "9.5", None, ""])
async def test_a_rating_may_be_a_number_or_its_text(alice: Member, evening: Evening, rating: object) -> None:
    entry = (await alice.put(evening.at("/api/library/{dune}"), {"rating": rating}, if_match="*")).json()
    assert entry["rating"] == (None if rating in (None, "") else float(str(rating)))


async def test_what_is_let_go_is_gone(alice: Member, evening: Evening) -> None:
    there = evening.at("/api/library/{dune}")
    assert (await alice.delete(there)).status_code == 204
    assert (await alice.get(there)).status_code == 404
    assert (await alice.see("/api/library"))["entries"] == []


async def test_an_item_there_is_not_cannot_be_kept(alice: Member, evening: Evening) -> None:
    assert (await alice.put(evening.at("/api/library/{menu}"), {})).status_code == 404


async def test_the_old_id_of_a_work_made_one_with_another_means_the_other(alice: Member, evening: Evening) -> None:
    made, old, tag = (evening.at(each) for each in ("{made}", "{spare}", "{tag}"))
    assert (await alice.post(f"/api/items/{made}/merges", {"other": old})).status_code == 201
    entry = f"/api/library/{old}"
    kept = await alice.put(entry, {"status": "active"})
    assert (kept.status_code, kept.headers["location"]) == (201, f"/api/library/{made}")
    assert (await alice.see(entry))["item"]["id"] == made
    for said in (kept.headers["etag"], "*"):
        assert (await alice.put(entry, {"status": "done", "notes": said}, if_match=said)).status_code == 200
    assert (await alice.put(entry, {})).status_code == 428
    await alice.post("/api/logs", {"item": old, "kind": "started"})
    assert [line["item"]["id"] for line in (await alice.see("/api/logs", item=old))["lines"]] == [made]
    await alice.post(f"/api/items/{old}/tags", {"name": "Cosy"})
    assert (await alice.delete(f"/api/items/{old}/tags/{tag}")).status_code == 204
    assert await alice.see(f"/api/items/{made}/tags") == []
    await alice.post(f"/api/items/{old}/tags", {"name": "Cosy"})
    many = await alice.ask("PUT", "/api/library", {"items": [old], "not_tag": tag})
    assert many.json()["changed"] == 1
    assert (await alice.delete(entry)).status_code == 204
    assert (await alice.get(f"/api/library/{made}")).status_code == 404


async def test_the_old_id_of_a_series_has_the_episodes_of_the_other(
    alice: Member, evening: Evening, stock: Stock, database: Database
) -> None:
    (again,) = await stock(work("Severance again", MovieFacts(kind="series")))
    odile = await a_user(database, "Odile")
    async with database.session() as session:
        await merging.merge(session, odile, evening.series, again, is_operator=True)
    path = f"/api/items/{again}/episodes"
    seen = await alice.ask("PUT", path, {"season": 1, "episode": 1})
    assert (seen.status_code, seen.json()["seasons"][0]["seen"]) == (200, 1)
    assert await alice.see(path) == seen.json()


async def keep(database: Database, stock: Stock, alice: Member, number: int) -> None:
    items = await stock(*(work(f"Volume {each}") for each in range(number)))
    async with database.session() as session:
        for item in items:
            await keeping.keep(session, alice.id, item)


async def test_following_next_shows_every_entry_once(alice: Member, stock: Stock, database: Database) -> None:
    await keep(database, stock, alice, 2 * PAGE + 1)
    titles, address, pages = [], "/api/library?type=book&status=wanted", 0
    while address:
        page = await alice.see(address)
        titles += [entry["item"]["title"] for entry in page["entries"]]
        address, pages = page["next"], pages + 1
    assert titles == [f"Volume {number}" for number in reversed(range(2 * PAGE + 1))]
    assert (pages, page["counts"]) == (3, {"book": 2 * PAGE + 1})


async def test_many_entries_cost_as_many_statements_as_few(alice: Member, stock: Stock, database: Database) -> None:
    counted = []
    for number in (10, 100):
        await keep(database, stock, alice, number)
        with statements(database) as sent:
            await alice.see("/api/library")
        counted.append(len(sent))
    assert counted[0] == counted[1] <= 6


async def test_a_list_is_in_the_order_and_as_narrow_as_asked(alice: Member, stock: Stock, database: Database) -> None:
    await keep(database, stock, alice, 12)
    page = await alice.see("/api/library?sort=title&order=down&title=volume+1&status=wanted,active")
    assert [entry["item"]["title"] for entry in page["entries"]] == ["Volume 11", "Volume 10", "Volume 1"]
    assert page["counts"] == {"book": 3}
    assert (await alice.get("/api/library?after=there")).status_code == 422


async def test_many_are_marked_by_one_call(alice: Member, evening: Evening) -> None:
    both = [str(evening.dune), str(evening.arrival)]
    for mark, changed in (
        ({"status": "paused"}, 2),
        ({"rating": 8.5}, 2),
        ({"rating": "none"}, 2),
        ({"tag": str(evening.tag)}, 1),
    ):
        answer = await alice.ask("PUT", "/api/library", {"items": both, **mark})
        assert (answer.status_code, answer.json()["changed"]) == (200, changed)
    undone = await alice.delete(f"/api/library/changes/{answer.json()['undo']}")
    assert undone.json() == {"restored": 1, "left": 0}
    nothing = await alice.ask("PUT", "/api/library", {"items": both, "status": "paused"})
    assert nothing.json() == {"changed": 0, "undo": None}
    too_many = [str(evening.dune)[:-3] + f"{number:03}" for number in range(201)]
    assert (await alice.ask("PUT", "/api/library", {"items": too_many, "status": "done"})).status_code == 422
    assert (await alice.ask("PUT", "/api/library", {"items": both, "status": "done", "rating": 3})).status_code == 422


async def test_tags_come_page_by_page_and_each_once(alice: Member, evening: Evening, database: Database) -> None:
    async with database.session() as session:
        for number in range(tagging.PAGE):
            await tagging.create(session, alice.id, TagForm(name=f"{number} & more"))
    first = await alice.see("/api/tags")
    rest = await alice.see(first["next"])
    assert (len(first["tags"]), len(rest["tags"]), rest["next"]) == (tagging.PAGE, 2, None)
    assert {"Cosy", "Warm"} <= {tag["name"] for tag in rest["tags"]}
    assert len({tag["id"] for tag in first["tags"] + rest["tags"]}) == tagging.PAGE + 2
