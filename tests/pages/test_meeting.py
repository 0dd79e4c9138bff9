"""Two who edit the same (C1): nobody's words are lost, and only words that met are a conflict."""

import asyncio

import httpx
import pytest
from sqlalchemy import text

from app.kit.db import Database
from tests.cast import Person
from tests.markup import Element, read
from tests.pages.conftest import Evening

EDITOR = "/menus/{menu}/edit"
HEAD = "/menus/{menu}?_method=PUT"
COURSE = "/menus/{menu}/courses/{starters}?_method=PUT"
SERVED = "/menus/{menu}/courses/{starters}/items/{served_dune}?_method=PUT"
PAIRING = "/menus/{menu}/pairings/{pairing}?_method=PUT"
ENTRY = "/items/{dune}/entry?_method=PUT"
EDITS = {
    "menu": (EDITOR, HEAD, "menu-head", "title", {"intent": ""}),
    "course": (EDITOR, COURSE, "course-{starters}-head", "title", {"intent": ""}),
    "course item": (EDITOR, SERVED, "item-{served_dune}", "note", {}),
    "pairing": (EDITOR, PAIRING, "pairings", "sentence", {}),
    "entry": ("/items/{dune}", ENTRY, "entry", "notes", {"status": "done", "rating": "9"}),
}
MARKS = ("status", "rating", "favourite", "notes")
VERSION = text("SELECT version FROM user_item_states WHERE user_id = :user_id AND item_id = :item_id")

EVERY = pytest.mark.parametrize("edit", EDITS.values(), ids=list(EDITS))
BOTH = pytest.mark.parametrize("htmx", [False, True], ids=["plain", "htmx"])
Edit = tuple[str, str, str, str, dict[str, str]]


async def version_on(alice: Person, evening: Evening, page: str, action: str) -> str:
    return (await alice.see(evening.at(page))).form(evening.at(action)).value("version") or ""


async def save(
    alice: Person, evening: Evening, edit: Edit, version: str, words: str, target: str = ""
) -> httpx.Response:
    _, action, _, field, more = edit
    return await alice.post(evening.at(action), more | {field: words, "version": version}, target=target)


@EVERY
@BOTH
async def test_the_second_sees_both_and_saves_with_one_more_press(
    alice: Person, evening: Evening, edit: Edit, htmx: bool
) -> None:
    page, action, root, field, _ = edit
    opened = await version_on(alice, evening, page, action)
    await save(alice, evening, edit, opened, "First words.")
    met = await save(alice, evening, edit, opened, "Second words.", evening.at(root) if htmx else "")
    assert met.status_code == 409
    shown = read(met.text)
    form = shown.form(evening.at(action))
    assert form.value(field) == "Second words."
    assert "First words." in met.text
    assert "changed elsewhere while you were writing" in met.text
    if htmx:
        assert [element.attributes.get("id") for element in shown.roots] == [evening.at(root)]
    again = await save(alice, evening, edit, form.value("version") or "", form.value(field) or "")
    assert again.status_code == 303
    assert "Second words." in (await alice.see(evening.at(page))).text


@BOTH
@pytest.mark.parametrize("taken", ["title", "intent"])
async def test_each_field_is_decided_with_one_press_and_nothing_is_saved_before_all_are(
    alice: Person, evening: Evening, taken: str, htmx: bool
) -> None:
    action, target = evening.at(COURSE), evening.at("course-{starters}-head") if htmx else ""
    opened = await version_on(alice, evening, EDITOR, COURSE)
    await alice.post(action, {"title": "Hers", "intent": "Her words.", "version": opened})
    kept = "intent" if taken == "title" else "title"
    mine = {"title": "Mine", "intent": "My words.", "version": opened}
    met = read((await alice.post(action, mine, target=target)).text).form(action)
    assert choices(met) == {"title", "intent"}
    once = await alice.post(action, said(met) | {"take": taken}, target=target)
    assert once.status_code == 409
    form = read(once.text).form(action)
    assert choices(form) == {kept}
    assert "Mine" not in (await alice.see(evening.at(EDITOR))).at(evening.at("course-{starters}")).text
    twice = await alice.post(action, said(form) | {"keep": kept}, target=target)
    assert twice.status_code == (200 if htmx else 303)
    now = (await alice.see(evening.at(EDITOR))).form(action)
    whose = {"title": ("Mine", "Hers"), "intent": ("My words.", "Her words.")}
    assert {name: now.value(name) for name in whose} == {name: whose[name][name == taken] for name in whose}


@BOTH
async def test_each_mark_that_differs_is_decided_with_one_press_and_the_others_are_not_asked(
    alice: Person, evening: Evening, htmx: bool
) -> None:
    page, action, target, *_ = EDITS["entry"]
    path, target = evening.at(action), target if htmx else ""
    opened = await version_on(alice, evening, page, action)
    notes = {"notes": "One line.\r\nAnother."}
    await alice.post(path, {"status": "paused", "rating": "8.5", "version": opened} | notes)
    mine = {"status": "done", "rating": "10", "favourite": "1", "version": opened} | notes
    met = read((await alice.post(path, mine, target=target)).text).form(path)
    assert choices(met) == {"status", "rating", "favourite"}
    assert [quote.text for quote in met.every("q")] == ["Paused", "8.5 of 10", "no favourite"]
    assert marks(met) == {name: words for name, words in mine.items() if name != "version"}
    sent, answers = met, []
    for choice, field in (("take", "rating"), ("keep", "status"), ("take", "favourite")):
        answer = await alice.post(path, said(sent) | {choice: field}, target=target)
        answers.append(answer.status_code)
        if answer.status_code == 409:
            sent = read(answer.text).form(path)
            assert (await alice.see(evening.at(page))).value("status") == "paused"
    assert answers == [409, 409, 200 if htmx else 303]
    now = marks((await alice.see(evening.at(page))).form(path))
    assert now == {"status": "done", "rating": "8.5", "favourite": None, "notes": "One line.\nAnother."}


async def test_a_rating_between_half_stars_is_mine_though_another_is_saved(alice: Person, evening: Evening) -> None:
    page, action, *_ = EDITS["entry"]
    path = evening.at(action)
    await alice.post(path, {"status": "done", "rating": "8.5"})
    opened = await version_on(alice, evening, page, action)
    await alice.post(path, {"status": "done", "rating": "4", "version": opened})
    mine = {"status": "done", "rating": "8.5", "notes": "Mine.", "version": opened}
    met = read((await alice.post(path, mine)).text).form(path)
    assert (met.value("rating"), choices(met)) == ("8.5", {"rating", "notes"})


async def test_what_is_saved_is_told_on_my_own_scale(alice: Person, evening: Evening) -> None:
    page, action, *_ = EDITS["entry"]
    await alice.put("/settings/preferences", {"rating_scale": "hundred", "has_quick_keys": "1"})
    opened = await version_on(alice, evening, page, action)
    await save(alice, evening, EDITS["entry"], opened, "First words.")
    met = await alice.post(
        evening.at(action), {"status": "done", "rating": "2", "notes": "First words.", "version": opened}
    )
    assert [quote.text for quote in read(met.text).form(evening.at(action)).every("q")] == ["90"]


async def test_what_is_said_to_be_theirs_and_cannot_be_is_refused(alice: Person, evening: Evening) -> None:
    forged = {"status": "done", "notes": "Mine.", "keep": "notes", "theirs-status": "eaten", "theirs-rating": "11"}
    assert (await alice.post(evening.at(ENTRY), forged)).status_code == 422


async def test_words_of_several_lines_that_both_left_alone_are_not_asked_about(alice: Person, evening: Evening) -> None:
    action = evening.at(COURSE)
    lines = {"intent": "Small.\r\nAnd cold."}
    await alice.post(action, {"title": "Starters"} | lines)
    opened = await version_on(alice, evening, EDITOR, COURSE)
    await alice.post(action, {"title": "Hers", "version": opened} | lines)
    met = await alice.post(action, {"title": "Mine", "version": opened} | lines)
    assert choices(read(met.text).form(action)) == {"title"}


@pytest.mark.parametrize("edit", [EDITS["course"], EDITS["entry"]], ids=["course", "entry"])
async def test_what_a_third_saved_while_one_was_deciding_is_shown_before_it_is_written_over(
    alice: Person, evening: Evening, edit: Edit
) -> None:
    page, action, _, field, more = edit
    path = evening.at(action)
    first, second = [name for name in {**more, field: ""} if name != "rating"]
    opened = await version_on(alice, evening, page, action)
    theirs = {"status": "paused", "intent": "Hers."}
    await alice.post(path, more | theirs | {field: "Hers.", "version": opened})
    met = read((await alice.post(path, more | {field: "Mine.", "version": opened})).text).form(path)
    assert choices(met) == {first, second}
    await alice.post(path, more | theirs | {field: "Of a third."})
    once = read((await alice.post(path, said(met) | {"keep": first})).text).form(path)
    last = await alice.post(path, said(once) | {"take": second})
    assert last.status_code == 409
    assert "Of a third." in [quote.text for quote in read(last.text).form(path).every("q")]


@BOTH
async def test_a_field_that_was_left_alone_follows_and_only_what_both_changed_is_asked(
    alice: Person, evening: Evening, htmx: bool
) -> None:
    action, target = evening.at(HEAD), "menu-head" if htmx else ""
    opened = said((await alice.see(evening.at(EDITOR))).form(action))
    await alice.post(action, opened | {"title": "Hers", "intent": "Her words."})
    met = read((await alice.post(action, opened | {"intent": "My words."}, target=target)).text).form(action)
    assert (choices(met), met.value("title"), met.value("intent")) == ({"intent"}, "Hers", "My words.")
    saved = await alice.post(action, said(met) | {"keep": "intent"}, target=target)
    assert saved.status_code == (200 if htmx else 303)
    now = (await alice.see(evening.at(EDITOR))).form(action)
    assert (now.value("title"), now.value("intent")) == ("Hers", "My words.")


@EVERY
async def test_what_was_left_alone_is_theirs_without_a_word(alice: Person, evening: Evening, edit: Edit) -> None:
    page, action, _, field, _ = edit
    path = evening.at(action)
    opened = said((await alice.see(evening.at(page))).form(path))
    await alice.post(path, opened | {field: "Hers."})
    assert (await alice.post(path, opened)).status_code == 303
    assert (await alice.see(evening.at(page))).form(path).value(field) == "Hers."


async def test_marks_that_only_one_of_two_changed_go_together(alice: Person, evening: Evening) -> None:
    page, action, *_ = EDITS["entry"]
    path = evening.at(action)
    await alice.post(path, {"status": "active", "rating": "9", "notes": "One line.\r\nAnother."})
    opened = said((await alice.see(evening.at(page))).form(path))
    await alice.post(path, opened | {"status": "done", "rating": "8.5"})
    mine = opened | {"favourite": "1", "notes": "One line.\r\nAnother.\r\nA third."}
    assert (await alice.post(path, mine)).status_code == 303
    last = await alice.post(path, opened | {"rating": "7"})
    met = read(last.text).form(path)
    assert choices(met) == {"rating"}
    assert marks(met) == {
        "status": "done",
        "rating": "7",
        "favourite": "1",
        "notes": "One line.\nAnother.\nA third.",
    }


def choices(form: Element) -> set[str]:
    return {button.attributes["value"] for button in form.every("button", name="take")}


def said(form: Element) -> dict[str, str]:
    """All that the form sends, whichever of its buttons is pressed."""
    words = ("title", "intent", "note", "sentence", *MARKS)
    names = (*words, "version", *(f"{before}-{name}" for name in words for before in ("theirs", "was")))
    return {name: value for name in names if (value := form.value(name)) is not None}


def marks(form: Element) -> dict[str, str | None]:
    return {name: form.value(name) for name in MARKS}


@EVERY
async def test_what_was_refused_for_another_reason_still_says_what_it_was_made_of(
    alice: Person, evening: Evening, edit: Edit
) -> None:
    """Otherwise a mistake in between would let one write over what one has not seen."""
    page, action, *_ = edit
    opened = await version_on(alice, evening, page, action)
    await save(alice, evening, edit, opened, "First words.")
    wrong = await save(alice, evening, edit, opened, "x" * 10_001)
    assert wrong.status_code == 422
    assert read(wrong.text).form(evening.at(action)).value("version") == opened


@EVERY
async def test_the_same_words_are_no_conflict(alice: Person, evening: Evening, edit: Edit) -> None:
    opened = await version_on(alice, evening, *edit[:2])
    answers = [await save(alice, evening, edit, opened, "The same.") for _ in range(2)]
    assert [answer.status_code for answer in answers] == [303, 303]


@EVERY
async def test_a_page_from_before_there_were_versions_is_taken_as_ever(
    alice: Person, evening: Evening, edit: Edit
) -> None:
    await save(alice, evening, edit, await version_on(alice, evening, *edit[:2]), "First words.")
    for said in ("", "soon", "-1"):
        assert (await save(alice, evening, edit, said, f"Words of {said}.")).status_code == 303


async def test_who_does_other_things_meanwhile_is_in_nobody_s_way(alice: Person, evening: Evening) -> None:
    opened = await version_on(alice, evening, EDITOR, HEAD)
    await alice.post(evening.at("/menus/{menu}/courses"), {"title": "Pudding"})
    await alice.put(evening.at("/menus/{menu}/order"), {"course": str(evening.mains), "move": "up"})
    await save(alice, evening, EDITS["course"], opened, "Small plates")
    await alice.post(evening.at("/menus/{menu}/publication"))
    for edit in (EDITS["menu"], EDITS["course item"]):
        assert (await save(alice, evening, edit, opened, "Later words.")).status_code == 303


@EVERY
async def test_of_ten_at_once_one_is_saved_and_nine_are_told(alice: Person, evening: Evening, edit: Edit) -> None:
    opened = await version_on(alice, evening, *edit[:2])
    answers = await asyncio.gather(*(save(alice, evening, edit, opened, f"Words {n}") for n in range(10)))
    assert sorted(answer.status_code for answer in answers) == [303] + [409] * 9


async def test_an_entry_made_meanwhile_is_seen_before_it_is_written_over(
    alice: Person, evening: Evening, database: Database
) -> None:
    page, action = "/items/{arrival}", "/items/{arrival}/entry?_method=PUT"
    opened = await version_on(alice, evening, page, action)
    assert opened == "0"
    await alice.post(evening.at(action), {"status": "done", "notes": "Mine.", "version": opened})
    met = await alice.post(evening.at(action), {"status": "wanted", "rating": "", "notes": "", "version": opened})
    assert met.status_code == 409
    theirs = [quote.text for quote in read(met.text).every("q")]
    assert theirs == ["Watched", "Mine."]
    async with database.reading() as session:
        assert await session.scalar(VERSION, {"user_id": alice.id, "item_id": evening.arrival}) == 1
