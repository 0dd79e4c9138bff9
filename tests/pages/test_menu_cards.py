"""A menu as it is read: as a card and as a story, quickly, and the same for everyone who is not signed in."""

import json

import pytest
from sqlalchemy import text

from app.kit.db import Database
from app.menus import composing, guest_links, pairing, sharing
from app.menus.forms import NoteForm, TitleForm
from app.menus.link_forms import GuestLinkForm
from app.menus.pairing_forms import SentenceForm
from app.web.rendered import Rendered
from tests.cast import Browser, MakeApp, Person
from tests.counting import statements
from tests.markup import read
from tests.pages.conftest import Evening, Stock
from tests.pages.works import work


@pytest.fixture
async def published(alice: Person, evening: Evening, database: Database) -> str:
    async with database.session() as session:
        await sharing.publish(session, alice.id, evening.menu)
    return f"/menus/{evening.slug}"


async def again(browser: Browser, path: str, tag: str) -> int:
    """What who has this already is told."""
    answer = await browser.client.get(path, headers=browser.said | {"if-none-match": tag})
    assert (answer.status_code == 304) == (not answer.content)
    return answer.status_code


async def tag_at(browser: Browser, path: str) -> str:
    return str((await browser.get(path)).headers["etag"])


async def test_a_pairing_stands_with_both_and_leads_to_the_other(nobody: Browser, published: str) -> None:
    page = await nobody.see(published)
    said = [each for each in page.every("p") if each.attributes.get("class") == "pairing"]
    assert [each.text for each in said] == ["Goes with Arrival: Sand, then rain.", "Goes with Dune: Sand, then rain."]
    ids = {item.attributes["id"]: item.one("h3").text for item in page.every("li") if "id" in item.attributes}
    links = [each.one("a").attributes["href"].removeprefix("#") for each in said]
    assert [ids[link].startswith(title) for link, title in zip(links, ("Arrival", "Dune"), strict=True)] == [True, True]


async def test_the_story_tells_everything_once_in_one_text(nobody: Browser, published: str) -> None:
    page = await nobody.see(published, view="story")
    told = page.one("article").text
    in_order = ["An evening of sand", "Alice", "Slow and hot.", "Starters", "Dune", "Read it first.", "Arrival"]
    places = [told.index(each) for each in in_order]
    assert places == sorted(places)
    assert told.count("Sand, then rain.") == 1
    views = next(each for each in page.every("nav") if each.attributes["aria-label"] == "Ways to read it").every("a")
    assert {link.text: link.attributes.get("aria-current") for link in views} == {"Card": None, "Story": "page"}


async def test_who_has_it_already_is_told_so_after_one_statement(
    nobody: Browser, published: str, database: Database
) -> None:
    for path in (published, f"{published}?view=story"):
        tag = await tag_at(nobody, path)
        with statements(database) as sent:
            assert await again(nobody, path, tag) == 304
            assert await again(nobody, path, f'"another", W/{tag}') == 304
            assert await again(nobody, path, "*") == 304
            assert (await nobody.get(path)).status_code == 200
        assert len(sent) == 4
        assert await again(nobody, path, '"another"') == 200
    assert await tag_at(nobody, published) != await tag_at(nobody, f"{published}?view=story")


async def test_every_change_that_shows_is_another_state(
    alice: Person, nobody: Browser, published: str, evening: Evening, database: Database
) -> None:
    seen = {await tag_at(nobody, published)}

    async def tell(*deeds: object) -> None:
        for deed in deeds:
            async with database.session() as session:
                await deed(session)  # type: ignore[operator]
            tag = await tag_at(nobody, published)
            assert tag not in seen, deed
            seen.add(tag)

    await tell(
        lambda s: composing.rename(s, alice.id, evening.menu, TitleForm(title="Stars")),
        lambda s: composing.annotate(
            s, alice.id, evening.menu, evening.starters, evening.served_dune, NoteForm(note="Slowly.")
        ),
        lambda s: pairing.rephrase(s, alice.id, evening.menu, evening.pairing, SentenceForm(sentence="Rain first.")),
        lambda s: s.execute(text("UPDATE users SET name = 'Alicia' WHERE name = 'Alice'")),
        lambda s: s.execute(text("UPDATE media_items SET updated_at = now() WHERE title = 'Dune'")),
        # another work in its place, that did not change
        lambda s: s.execute(
            text("UPDATE course_items SET item_id = :new WHERE id = :id"),
            {"new": evening.disco, "id": evening.served_arrival},
        ),
    )
    assert "Disco Elysium" in (await nobody.get(published)).text


async def test_what_is_unpublished_is_gone_at_once_even_for_who_has_it(
    alice: Person, nobody: Browser, published: str, evening: Evening, database: Database
) -> None:
    first = await nobody.get(published)
    assert first.headers["cache-control"] == "public, max-age=0, must-revalidate"
    assert {each.strip() for each in first.headers["vary"].split(",")} == {"HX-Request", "HX-Target", "Cookie"}
    async with database.session() as session:
        await sharing.unpublish(session, alice.id, evening.menu)
    assert await again(nobody, published, first.headers["etag"]) == 404
    assert (await nobody.client.get(f"/api/public{published}", headers={"if-none-match": "*"})).status_code == 404


async def test_a_closing_or_disabled_host_is_gone_at_once(nobody: Browser, published: str, database: Database) -> None:
    tag = await tag_at(nobody, published)
    for column in ("closes_at", "disabled_at"):
        async with database.session() as session:
            await session.execute(text(f"UPDATE users SET {column} = now() WHERE name = 'Alice'"))
        assert await again(nobody, published, tag) == 404
        async with database.session() as session:
            await session.execute(text(f"UPDATE users SET {column} = NULL"))


async def test_whoever_is_signed_in_has_a_page_of_their_own(
    alice: Person, bob: Person, nobody: Browser, published: str
) -> None:
    tag = await tag_at(nobody, published)
    for who, is_owner in ((alice, True), (bob, False)):
        assert await again(who, published, tag) == 200
        answer = await who.get(published)
        assert (answer.headers["cache-control"], "etag" in answer.headers) == ("no-store", False)
        assert ("Edit" in [link.text for link in read(answer.text).every("a")]) == is_owner
    assert "Log out" not in (await nobody.get(published)).text


async def test_a_draft_is_its_owners_alone_and_never_kept(alice: Person, nobody: Browser, evening: Evening) -> None:
    path = f"/menus/{evening.slug}"
    mine = await alice.get(path, view="story")
    assert (mine.status_code, mine.headers["cache-control"]) == (200, "no-store")
    assert "ld+json" not in mine.text
    assert await again(nobody, path, "*") == 404


async def test_what_machines_read_is_data_and_cannot_end_its_element(
    alice: Person, nobody: Browser, published: str, evening: Evening, database: Database
) -> None:
    title = "</script><script>alert(1)</script>"
    async with database.session() as session:
        await composing.rename(session, alice.id, evening.menu, TitleForm(title=title, intent="<!--"))
    answer = await nobody.get(published)
    page = read(answer.text)
    assert "<script>alert" not in answer.text
    data = json.loads(page.one("script", type="application/ld+json").text)
    assert (data["@type"], data["name"], data["description"]) == (["CreativeWork", "ItemList"], title, "<!--")
    works = [(each["position"], each["item"]["@type"], each["item"]["name"]) for each in data["itemListElement"]]
    assert works == [(1, "Book", "Dune"), (2, "Movie", "Arrival")]
    links = {
        (link.attributes["rel"], link.attributes.get("type")): link.attributes["href"] for link in page.every("link")
    }
    assert links["canonical", None] == f"https://tastebuds.test{published}"
    assert links["alternate", "application/json"] == f"https://tastebuds.test/api/public{published}"


async def test_ten_and_a_hundred_items_cost_the_same_in_both_views(
    alice: Person, make_app: MakeApp, stock: Stock, database: Database
) -> None:
    asked: dict[tuple[int, str], list[str]] = {}
    for size in (10, 100):
        works = await stock(*(work(f"Number {number} of {size}") for number in range(size)))
        async with database.session() as session:
            menu = await composing.create(session, alice.id, TitleForm(title=f"All {size}"))
            course = await composing.add_course(session, alice.id, menu.id, TitleForm(title="Course"))
            for each in works:
                await composing.add_item(session, alice.id, menu.id, course.id, each)
            await sharing.publish(session, alice.id, menu.id)
        nobody = Browser(make_app())
        for query in ("", "?view=story"):
            with statements(database) as sent:
                await nobody.see(f"/menus/{menu.slug}{query}")
            asked[size, query] = sent
    assert len({len(each) for each in asked.values()}) == 1, asked


def test_as_many_pages_are_kept_as_there_is_room_for() -> None:
    kept = Rendered(pages_max=3, bytes_max=10)
    for name in "abc":
        kept.keep(name, "1", b"xx")
    assert kept.find("a", "1") == b"xx"
    assert kept.find("a", "2") is None
    kept.keep("d", "1", b"xx")
    assert [name for name in "abcd" if kept.find(name, "1")] == ["a", "c", "d"]
    kept.keep("e", "1", b"x" * 8)
    assert [name for name in "acde" if kept.find(name, "1")] == ["d", "e"]
    kept.keep("e", "2", b"x")
    kept.keep("f", "1", b"x" * 11)
    assert [name for name in "def" if kept.find(name, "1") or kept.find(name, "2")] == []


async def test_what_a_guest_link_opens_names_no_address_that_guests_cannot_read(
    alice: Person, nobody: Browser, evening: Evening, database: Database
) -> None:
    async with database.session() as session:
        _, path = await guest_links.make(session, alice.id, evening.menu, GuestLinkForm())
    page = await nobody.see(path)
    assert not [link for link in page.every("link") if link.attributes["rel"] in ("canonical", "alternate")]
    assert not page.has("meta", property="og:url")
    assert evening.slug not in str((await nobody.get(path)).text)
