"""A host's public profile: made by its owner alone, and there only while it is on."""

import asyncio

import pytest
from sqlalchemy import text

from app.kit.db import Database
from app.menus import composing, sharing
from app.menus.forms import TitleForm
from tests.cast import Browser, Person
from tests.counting import statements
from tests.markup import read
from tests.pages.conftest import Evening

SHOWN = {"handle": "alice", "bio": "I like it slow.", "is_public": "1"}


async def test_a_profile_is_there_while_it_is_on(alice: Person, nobody: Browser) -> None:
    assert (await nobody.get("/hosts/alice")).status_code == 404
    saved = await alice.follow(await alice.put("/settings/public", SHOWN))
    assert "Anybody can see your profile now." in saved.text
    page = await nobody.see("/hosts/alice")
    assert page.one("h1").text == "Alice"
    assert "I like it slow." in page.text
    assert alice.email not in page.text
    await alice.put("/settings/public", {"handle": "alice", "bio": "I like it slow."})
    assert (await nobody.get("/hosts/alice")).status_code == 404


@pytest.mark.parametrize("column", ["disabled_at", "closes_at"])
async def test_who_is_disabled_or_leaving_has_none(
    alice: Person, nobody: Browser, database: Database, column: str
) -> None:
    await alice.put("/settings/public", SHOWN)
    async with database.session() as session:
        await session.execute(text(f"UPDATE users SET {column} = now() WHERE id = :id"), {"id": alice.id})
    assert (await nobody.get("/hosts/alice")).status_code == 404


async def test_it_lists_published_menus_only_a_page_at_a_time(
    alice: Person, nobody: Browser, evening: Evening, database: Database
) -> None:
    async with database.session() as session:
        for number in range(26):
            menu = await composing.create(session, alice.id, TitleForm(title=f"Menu {number}"))
            await sharing.publish(session, alice.id, menu.id)
    await alice.put("/settings/public", SHOWN)
    first = await nobody.see("/hosts/alice")
    (more,) = first.one("main").every("a", rel="next")
    rest = await nobody.see(more.attributes["href"])
    titles = [title.text for page in (first, rest) for title in page.one("main").every("h3")]
    assert len(titles) == len(set(titles)) == 26
    assert "An evening of sand" not in titles[0] + titles[-1]


async def test_a_public_menu_leads_to_its_host_where_there_is_a_profile(
    alice: Person, nobody: Browser, evening: Evening
) -> None:
    await alice.post(f"/menus/{evening.menu}/publication")
    place = f"/menus/{evening.slug}"
    assert not list((await nobody.see(place)).every("a", rel="author"))
    await alice.put("/settings/public", SHOWN)
    (link,) = (await nobody.see(place)).every("a", rel="author")
    assert (link.text, link.attributes["href"]) == ("Alice", "/hosts/alice")


@pytest.mark.parametrize(
    ("handle", "sentence"),
    [
        ("", "Use 3 to 30 letters from a to z, digits and hyphens."),
        ("al", "Use 3 to 30 letters from a to z, digits and hyphens."),
        ("al ice", "Use 3 to 30 letters from a to z, digits and hyphens."),
        ("älice", "Use 3 to 30 letters from a to z, digits and hyphens."),
        ("admin", "This word is kept for the house. Choose another."),
        ("bob", "Somebody else has this handle. Choose another."),
    ],
)
async def test_a_handle_that_cannot_be_is_said_beside_it(
    alice: Person, bob: Person, handle: str, sentence: str
) -> None:
    await bob.put("/settings/public", SHOWN | {"handle": "Bob"})
    answer = await alice.put("/settings/public", SHOWN | {"handle": handle, "bio": "b" * 501})
    assert answer.status_code == 422
    page = read(answer.text)
    if handle != "bob":  # whether it is taken is asked of what can be a handle
        assert "Use 500 characters or fewer (this has 501)." in page.text
    else:
        answer = await alice.put("/settings/public", SHOWN | {"handle": handle})
        page = read(answer.text)
    assert sentence in page.one("p", id="handle-error").text
    assert page.one("input", id="handle").attributes["value"] == handle


async def test_twenty_who_want_one_handle_at_once_and_one_has_it(
    alice: Person, bob: Person, charlie: Person, database: Database
) -> None:
    for person in (alice, bob, charlie):
        await person.token()
    wishes = (person.put("/settings/public", SHOWN | {"handle": "chef"}) for person in (alice, bob, charlie) * 7)
    answers = await asyncio.gather(*wishes)
    assert {answer.status_code for answer in answers} == {303, 422}
    async with database.session() as session:
        assert await session.scalar(text("SELECT count(*) FROM host_profiles")) == 1


async def test_words_saved_meanwhile_are_shown_beside_mine(alice: Person) -> None:
    await alice.put("/settings/public", SHOWN | {"version": "0"})
    answer = await alice.put("/settings/public", SHOWN | {"bio": "Fast.", "version": "0"})
    assert answer.status_code == 409
    assert "I like it slow." in read(answer.text).one("p", id="bio-theirs").text
    again = await alice.put("/settings/public", SHOWN | {"bio": "Fast.", "version": "1"})
    assert again.status_code == 303


async def test_taste_is_shown_only_where_it_is_shared(
    alice: Person, nobody: Browser, evening: Evening, database: Database
) -> None:
    await alice.put("/settings/public", SHOWN)
    assert not list((await nobody.see("/hosts/alice")).every("h2", id="host-taste"))
    async with database.session() as session:
        await session.execute(
            text(
                "INSERT INTO user_preferences (user_id, shares_taste, created_at, updated_at) "
                "VALUES (:id, true, now(), now())"
            ),
            {"id": alice.id},
        )
    shown = await nobody.get("/hosts/alice")
    assert list(read(shown.text).every("h2", id="host-taste"))
    with statements(database) as sent:
        again = await nobody.get("/hosts/alice")
    assert again.text == shown.text
    assert not [statement for statement in sent if "user_item_states" in statement]  # counted once for all who come
