"""My mark on an item, its page, and the library it makes."""

import asyncio

import pytest
from sqlalchemy import func, select, text

from app.kit.db import Database
from app.library.models import UserItemState
from tests.cast import Browser, Person
from tests.markup import read
from tests.pages.conftest import Evening


async def test_the_page_of_an_item_says_what_is_known_and_who_said_so(alice: Person, evening: Evening) -> None:
    page = await alice.see(evening.at("/items/{dune}"))
    for words in (
        "Dune",
        "by Frank Herbert, 1965",
        "412",
        "Chilton",
        "9780441013593",
        "The sample catalog",
        "1,200 people",
    ):
        assert words in page.text
    assert page.has("a", href="/menus/an-evening-of-sand")


async def test_only_who_can_join_works_is_asked_whether_it_is_one(
    alice: Person, bob: Person, odile: Person, evening: Evening
) -> None:
    page, asked = evening.at("/items/{dune}"), evening.at("/items/{dune}/merges")
    assert (await alice.see(page)).has("a", href=asked)
    await bob.put(evening.at("/items/{dune}/entry"), {"status": "done", "rating": "", "notes": ""})
    for host, may in ((alice, False), (bob, False), (odile, True)):
        assert (await host.see(page)).has("a", href=asked) is may


async def test_my_marks_are_mine_alone(alice: Person, bob: Person, evening: Evening) -> None:
    path = evening.at("/items/{dune}/entry")
    await bob.put(path, {"status": "dropped", "rating": "1", "notes": "Sand."})
    assert (await alice.see(evening.at("/items/{dune}"))).value("notes") == "The spice."
    assert (await bob.see(evening.at("/items/{dune}"))).value("notes") == "Sand."
    await bob.delete(path)
    assert (await alice.see(evening.at("/items/{dune}"))).value("notes") == "The spice."


async def test_what_is_saved_stands_in_the_form_again(alice: Person, evening: Evening) -> None:
    form = {"status": "paused", "rating": "7", "favourite": "1", "notes": "Line one.\r\n\r\nLine <three>."}
    await alice.put(evening.at("/items/{arrival}/entry"), form)
    entry = (await alice.see(evening.at("/items/{arrival}"))).at("entry")
    assert entry.value("status") == "paused"
    assert entry.value("rating") == "7"
    assert entry.value("favourite") == "1"
    assert entry.value("notes") == "Line one.\n\nLine <three>."


async def test_an_unticked_box_and_no_stars_take_them_away(alice: Person, evening: Evening) -> None:
    await alice.put(evening.at("/items/{dune}/entry"), {"status": "done", "rating": "", "notes": ""})
    entry = (await alice.see(evening.at("/items/{dune}"))).at("entry")
    assert entry.value("rating") == ""
    assert entry.value("favourite") is None
    assert entry.value("notes") == ""


@pytest.mark.parametrize(
    "rating", ["11", "-1", "7.25", "nan", "inf", "1e3", "five", "9" * 400, "0x5", "٧" * 3], ids=lambda value: value[:6]
)
async def test_a_rating_that_is_none_is_said_so_beside_the_stars(
    alice: Person, evening: Evening, rating: str, database: Database
) -> None:
    answer = await alice.put(evening.at("/items/{dune}/entry"), {"status": "done", "rating": rating, "notes": "Kept."})
    page = read(answer.text)
    assert answer.status_code == 422
    assert page.at("entry-rating-error").text
    assert page.value("notes") == "Kept."
    async with database.session() as session:
        assert await session.scalar(select(UserItemState.rating)) == 9


async def test_keeping_at_once_from_many_tabs_is_one_entry(alice: Person, evening: Evening, database: Database) -> None:
    path = evening.at("/items/{arrival}/entry")
    await alice.token()
    answers = await asyncio.gather(*(alice.post(path, target=evening.at("hit-{arrival}")) for _ in range(6)))
    assert {answer.status_code for answer in answers} == {200}
    async with database.session() as session:
        mine = select(func.count()).select_from(UserItemState).where(UserItemState.item_id == evening.arrival)
        assert await session.scalar(mine) == 1


async def test_keeping_again_loses_no_mark(alice: Person, evening: Evening) -> None:
    await alice.post(evening.at("/items/{dune}/entry"))
    assert (await alice.see(evening.at("/items/{dune}"))).value("notes") == "The spice."


async def test_the_library_filters_by_type_and_status_and_counts(alice: Person, evening: Evening) -> None:
    for item, status in ((evening.arrival, "wanted"), (evening.disco, "active")):
        await alice.put(f"/items/{item}/entry", {"status": status})
    whole = await alice.see("/library")
    titles = [title.text for title in whole.at("entries").every("h3")]
    assert titles == ["Disco Elysium", "Arrival", "Dune"]
    assert [title.text for title in (await alice.see("/library", type="movie")).every("h3")] == ["Arrival"]
    wanted = await alice.see("/library", status="active")
    assert [title.text for title in wanted.every("h3")] == ["Disco Elysium"]
    assert "checked" in wanted.at("narrow-status.active").attributes
    assert "Nothing on this shelf" in (await alice.see("/library", status="dropped")).text


async def test_a_library_is_its_owner_s(alice: Person, charlie: Person, evening: Evening) -> None:
    assert "Dune" in (await alice.see("/library")).text
    assert "The shelves are waiting" in (await charlie.see("/library")).text


async def test_home_shows_what_was_kept_lately_and_the_menus(alice: Person, evening: Evening) -> None:
    page = await alice.see("/")
    assert "What are you in the mood for, Alice?" in page.text
    assert page.has("a", href=evening.at("/menus/{menu}/edit"))
    assert "Dune" in page.text


async def test_the_first_visitor_is_told_where_the_first_account_is_made(nobody: Browser) -> None:
    page = await nobody.see("/")
    assert "Nobody lives here yet." in page.text
    assert not page.at("content").has("a", href="/register")


async def test_later_visitors_are_not(nobody: Browser, alice: Person) -> None:
    page = await nobody.see("/")
    assert "Nobody lives here yet." not in page.text
    assert page.at("content").has("a", href="/login")


async def test_an_item_in_any_script_and_of_any_length_has_a_page(
    alice: Person, database: Database, evening: Evening
) -> None:
    async with database.session() as session:
        await session.execute(
            text("UPDATE media_items SET title = :title, subtitle = :title, description = :long WHERE id = :id"),
            {"title": "مدن\u202e الملح <script>" + "x" * 400, "long": "🍷" * 20_000, "id": evening.dune},
        )
    page = await alice.see(evening.at("/items/{dune}"))
    assert "<script>xxx" in page.one("h1").text
    assert (await alice.get(evening.at("/menus/{menu}/edit"))).status_code == 200
