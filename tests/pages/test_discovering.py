"""Discovering published menus: where the operator allows it, by anybody, in any of their words."""

import pytest
from sqlalchemy import text

from app.jobs.indexing import index_changes
from app.kit import events
from app.kit.db import Database
from app.menus import composing, sharing
from app.menus.forms import TitleForm
from app.search.postgres import PostgresSearch
from tests.cast import Browser, Person
from tests.pages.conftest import Evening

PLACE = "/menus/discover"


async def allow(odile: Person, discover: str = "1") -> None:
    await odile.put("/ops/settings", {"registration": "open"} | ({"discover": discover} if discover else {}))


async def titles(browser: Browser, query: str = "") -> list[str]:
    page = await browser.see(PLACE + (f"?q={query}" if query else ""))
    return [title.one("a").text for title in page.one("main").every("h3")]


@pytest.fixture
async def published(alice: Person, odile: Person, evening: Evening) -> Evening:
    await allow(odile)
    await alice.post(f"/menus/{evening.menu}/publication")
    return evening


async def test_unless_the_operator_allows_it_there_is_no_such_page_and_no_link(
    alice: Person, odile: Person, nobody: Browser, evening: Evening
) -> None:
    for browser in (alice, odile, nobody):
        assert (await browser.get(PLACE)).status_code == 404
    for browser, path in ((alice, "/menus"), (nobody, "/")):
        assert PLACE not in {link.attributes.get("href") for link in (await browser.see(path)).every("a")}
    await allow(odile)
    assert (await nobody.see("/")).has("a", href=PLACE)
    for path in ("/menus", "/menus/cooking", PLACE):
        assert PLACE in {link.attributes.get("href") for link in (await alice.see(path)).every("a")}
    assert "Discover menus" in (await alice.see("/menus/cooking")).text
    await allow(odile, "")
    assert (await nobody.get(PLACE)).status_code == 404


@pytest.mark.parametrize(
    "query", ["sand", "EVENING", "eveni", "slow hot", "starters", "alice", "dune", "arrival+sand", "dúne"]
)
async def test_a_menu_is_found_by_any_of_its_words(published: Evening, nobody: Browser, query: str) -> None:
    assert await titles(nobody, query) == ["An evening of sand"]


@pytest.mark.parametrize("query", ["snow", "sand+snow", "…", "%27%3B--", "%5C", "a:*%26b"])
async def test_what_no_menu_has_all_of_finds_none(published: Evening, nobody: Browser, query: str) -> None:
    assert await titles(nobody, query) == []


async def test_what_changes_is_found_as_it_is_now(
    published: Evening, alice: Person, nobody: Browser, database: Database
) -> None:
    async with database.session() as session:
        await composing.add_item(session, alice.id, published.menu, published.mains, published.disco)
        await composing.remove_item(session, alice.id, published.menu, published.starters, published.served_dune)
    assert await titles(nobody, "disco") == ["An evening of sand"]
    assert await titles(nobody, "dune") == []
    await alice.put("/settings", {"name": "Alicia", "email": alice.email})
    assert await titles(nobody, "alicia") == ["An evening of sand"]
    await alice.delete(f"/menus/{published.menu}/publication")
    assert await titles(nobody, "sand") == await titles(nobody) == []


async def test_drafts_and_menus_of_who_left_are_nowhere(
    published: Evening, alice: Person, bob: Person, nobody: Browser, database: Database
) -> None:
    async with database.session() as session:
        await composing.create(session, bob.id, TitleForm(title="A draft of sand"))
    assert await titles(nobody) == await titles(nobody, "sand") == ["An evening of sand"]
    await alice.post("/settings/closure", {"email": alice.email})
    assert await titles(nobody) == await titles(nobody, "sand") == []


async def test_the_newest_come_first_and_each_is_listed_once(
    published: Evening, bob: Person, nobody: Browser, database: Database
) -> None:
    async with database.session() as session:
        for number in range(30):
            menu = await composing.create(session, bob.id, TitleForm(title=f"Sand {number}"))
            await sharing.publish(session, bob.id, menu.id)
    for path in (PLACE, f"{PLACE}?q=sand"):
        seen: list[str] = []
        next_: str | None = path
        while next_:
            page = await nobody.see(next_)
            seen += [title.one("a").text for title in page.one("main").every("h3")]
            next_ = next((link.attributes["href"] for link in page.one("main").every("a", rel="next")), None)
        assert seen == [*(f"Sand {number}" for number in reversed(range(30))), "An evening of sand"]


async def test_too_long_a_question_is_refused_beside_the_box(published: Evening, nobody: Browser) -> None:
    answer = await nobody.get(f"{PLACE}?q={'x' * 201}")
    assert answer.status_code == 422
    assert "Use 200 characters or fewer (this has 201)." in answer.text


async def test_search_engines_are_asked_to_leave_the_list_alone(published: Evening, nobody: Browser) -> None:
    assert (await nobody.get(PLACE)).headers["x-robots-tag"] == "noindex"
    assert (await nobody.get(f"/menus/{published.slug}")).headers["x-robots-tag"] == "all"


async def test_a_place_in_the_list_that_is_none_is_not_found(published: Evening, nobody: Browser) -> None:
    assert (await nobody.get(f"{PLACE}?after=nowhere")).status_code == 404


async def test_a_menu_is_found_by_what_its_works_are_called_now(
    published: Evening, nobody: Browser, database: Database
) -> None:
    assert await titles(nobody, "arrakis") == []
    async with database.session() as session:
        await session.execute(text("UPDATE media_items SET title = 'Arrakis' WHERE id = :id"), {"id": published.dune})
        await events.record(session, "item", "stored", published.dune)
    await index_changes(database, PostgresSearch(database))
    assert await titles(nobody, "arrakis") == ["An evening of sand"]
