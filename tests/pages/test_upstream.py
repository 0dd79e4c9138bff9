"""Forking a menu, and what changes upstream afterwards: taken over or left, one by one or all at once."""

import re

import pytest
from sqlalchemy import text

from app.kit.db import Database
from app.menus import composing, forking, sharing
from app.menus.forms import NoteForm, TitleForm
from tests.cast import Person
from tests.markup import read
from tests.pages.conftest import Evening


@pytest.fixture
async def forked(alice: Person, bob: Person, evening: Evening, database: Database) -> str:
    """Where Bob, who forked Alice's published evening, sees what changed: a title, a note, and a work more."""
    async with database.session() as session:
        await sharing.publish(session, alice.id, evening.menu)
        menu = await forking.fork(session, bob.id, evening.slug)
        await composing.rename(
            session, alice.id, evening.menu, TitleForm(title="A night of sand", intent="Slow and hot.")
        )
        await composing.add_item(session, alice.id, evening.menu, evening.mains, evening.disco)
        note = NoteForm(note="Then watch it.")
        await composing.annotate(session, alice.id, evening.menu, evening.starters, evening.served_arrival, note)
    return f"/menus/{menu.id}/upstream"


async def pieces(bob: Person, place: str) -> list[tuple[str, str]]:
    """What each says, and its id."""
    page = await bob.see(place)
    rows = [row for row in page.every("li") if row.attributes.get("id", "").startswith("piece-")]
    return [(row.one("h3").text, next(iter(row.every("input", name="piece"))).attributes["value"]) for row in rows]


async def decide(bob: Person, place: str, piece: str, choice: str = "take", target: str = "") -> object:
    return await bob.put(place, {"piece": piece, "choice": choice}, target=target)


async def test_a_fork_is_opened_in_the_editor_and_says_after_whom(bob: Person, alice: Person, evening: Evening) -> None:
    await alice.post(f"/menus/{evening.menu}/publication")
    answer = await bob.post(f"/menus/{evening.slug}/forks")
    assert re.fullmatch("/menus/[0-9a-f-]{36}/edit", answer.headers["location"])
    row = (await bob.see("/menus")).one("main").one("ul").text
    assert "after An evening of sand by Alice" in row
    assert "Draft" in row
    editor = await bob.see(answer.headers["location"])
    assert "after An evening of sand by Alice" in editor.at("menu-head").text
    assert editor.at("menu-head").one("a", href=answer.headers["location"].replace("/edit", "/upstream"))


async def test_both_menus_tell_of_each_other_as_far_as_they_are_public(
    bob: Person, alice: Person, evening: Evening, forked: str, database: Database
) -> None:
    origin = f"/menus/{evening.slug}"
    assert "1 fork" in (await alice.see(origin)).one("article").text
    async with database.session() as session:
        slug = await session.scalar(text("SELECT slug FROM menus WHERE owner_id = :id"), {"id": bob.id})
    fork = await bob.see(f"/menus/{slug}")
    assert "after A night of sand by Alice" in fork.one("article").text
    await bob.post(f"{forked.removesuffix('/upstream')}/publication")
    links = {link.attributes["href"] for link in (await alice.see(origin)).one("article").every("a")}
    assert f"/menus/{slug}" in links
    await alice.delete(f"/menus/{evening.menu}/publication")
    fork = await bob.see(f"/menus/{slug}")
    assert "after A night of sand by Alice" not in fork.text
    assert "after An evening of sand by Alice" in fork.text
    assert origin not in {link.attributes["href"] for link in fork.one("article").every("a")}


async def test_guests_are_told_of_a_new_fork_though_the_menu_is_the_same(
    alice: Person, bob: Person, nobody: Person, evening: Evening
) -> None:
    await alice.post(f"/menus/{evening.menu}/publication")
    before = await nobody.get(f"/menus/{evening.slug}")
    await bob.post(f"/menus/{evening.slug}/forks")
    after = await nobody.get(f"/menus/{evening.slug}")
    assert before.headers["etag"] != after.headers["etag"]
    assert "1 fork" in after.text


@pytest.mark.parametrize("target", ["", "pieces"], ids=["plain", "htmx"])
async def test_one_change_is_taken_over_and_another_left(bob: Person, forked: str, target: str) -> None:
    (called, title), (_, note), (_, added) = await pieces(bob, forked)
    assert called == "The menu is now called “A night of sand”."
    taken = await decide(bob, forked, added, target=target)
    assert taken.status_code == (200 if target else 303)  # type: ignore[attr-defined]
    if target:
        assert [root.attributes["id"] for root in read(taken.text).roots] == ["pieces"]  # type: ignore[attr-defined]
    await decide(bob, forked, title, "leave", target)
    assert [piece for _, piece in await pieces(bob, forked)] == [note]
    editor = await bob.see(forked.replace("upstream", "edit"))
    assert editor.one("h1").text == "An evening of sand"
    assert "Disco Elysium" in editor.text


@pytest.mark.parametrize("target", ["", "pieces"], ids=["plain", "htmx"])
async def test_what_was_left_is_folded_away_and_taken_over_after_all(bob: Person, forked: str, target: str) -> None:
    (_, title), *_ = await pieces(bob, forked)
    await decide(bob, forked, title, "leave", target)
    left = (await bob.see(forked)).at("pieces-left")
    assert "What you left: 1 change" in left.text
    assert left.one("button").text == "Take over after all"
    assert left.value("piece") == title
    for said in ("Taken over.", "There is nothing left of that."):
        answer = await bob.put(forked, {"piece": title, "choice": "take", "again": "1"}, target=target)
        page = read(answer.text) if target else await bob.follow(answer)
        assert said in page.text
        assert "What you left" not in page.text
    assert (await bob.see(forked.replace("upstream", "edit"))).one("h1").text == "A night of sand"


async def test_all_at_once_keeps_what_i_changed_too(bob: Person, forked: str) -> None:
    await bob.put(forked.removesuffix("/upstream"), {"title": "Bob’s evening", "intent": "Slow and hot."})
    page = await bob.see(forked)
    assert "You changed it too: Bob’s evening" in page.text
    after = await bob.follow(await decide(bob, forked, "all"))  # type: ignore[arg-type]
    assert "2 changes taken over." in after.text
    ((said, _),) = await pieces(bob, forked)
    assert said == "The menu is now called “A night of sand”."


async def test_twice_is_told_and_changes_nothing(bob: Person, forked: str) -> None:
    (_, title), *_ = await pieces(bob, forked)
    await decide(bob, forked, title)
    again = await decide(bob, forked, title, target="pieces")
    assert "There is nothing left of that." in again.text  # type: ignore[attr-defined]


@pytest.mark.parametrize("target", ["", "pieces"], ids=["plain", "htmx"])
async def test_what_changed_since_it_was_read_is_shown_first(bob: Person, forked: str, target: str) -> None:
    (_, title), *_ = await pieces(bob, forked)
    await bob.put(forked.removesuffix("/upstream"), {"title": "Bob’s evening", "intent": "Slow and hot."})
    answer = await decide(bob, forked, title, target=target)
    assert answer.status_code == 409  # type: ignore[attr-defined]
    page = read(answer.text)  # type: ignore[attr-defined]
    assert "This changed while you were reading." in page.text
    assert "Bob’s evening" in page.text


async def test_a_choice_that_is_none_is_refused_in_words(bob: Person, forked: str) -> None:
    answer = await decide(bob, forked, "all", "eat")
    assert answer.status_code == 422  # type: ignore[attr-defined]


async def test_an_origin_that_is_private_again_shows_nothing(
    alice: Person, bob: Person, evening: Evening, forked: str
) -> None:
    await alice.delete(f"/menus/{evening.menu}/publication")
    page = await bob.see(forked)
    assert "is not public any more" in page.text
    assert "A night of sand" not in page.text
    assert await pieces(bob, forked) == []


async def test_a_stranger_finds_nothing_there_and_nor_does_she_whose_it_was(
    alice: Person, charlie: Person, forked: str, evening: Evening
) -> None:
    for person in (alice, charlie):
        assert (await person.get(forked)).status_code == 404
        assert (await decide(person, forked, "all")).status_code == 404  # type: ignore[attr-defined]
    assert (await alice.get(f"/menus/{evening.menu}/upstream")).status_code == 404  # no fork
