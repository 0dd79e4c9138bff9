"""The log of an item, the log of a year, episodes and goals, as pages show them."""

import datetime as dt
import re

import pytest
from sqlalchemy import text

from app.kit import clock
from app.kit.db import Database
from app.kit.ids import UUID
from app.library import log_keeping
from app.library.log_forms import LogForm
from tests.cast import Browser, Person
from tests.counting import statements
from tests.markup import read
from tests.pages.conftest import Evening, Stock
from tests.pages.works import work


async def test_a_book_is_read_again_and_its_page_tells_both_times(alice: Person, evening: Evening) -> None:
    logs = evening.at("/items/{dune}/logs")
    for form in ({"kind": "started", "day": "2026-06-01"}, {"amount": "206", "unit": "page", "day": "2026-06-03"}):
        assert (await alice.post(logs, form)).status_code == 303
    log = (await alice.see(evening.at("/items/{dune}"))).at("log")
    for said in ("Second time", "page 206 of 412 (50 %)", "Started again", "First time", "17 May 2026"):
        assert said in log.text
    assert not log.has("button", value="started")
    assert log.has("button", value="dropped")


async def test_a_time_long_ago_is_told_as_the_first_and_each_time_is_headed_once(
    alice: Person, evening: Evening
) -> None:
    logs = evening.at("/items/{dune}/logs")
    for form in ({"kind": "started", "day": "2026-06-01"}, {"kind": "finished", "day": "2012-05-01"}):
        assert (await alice.post(logs, form)).status_code == 303
    log = (await alice.see(evening.at("/items/{dune}"))).at("log")
    headings = [line.text for line in log.every("li") if line.text.endswith(" time")]
    assert headings == ["Third time", "Second time", "First time"]
    happened = [each.text for each in log.every("span", **{"class": "font-medium"})]
    assert happened == ["Started again", "Finished again", "Finished"]
    line = await alice.see(evening.at("/log/{line}/edit"))
    times = [(option.attributes["value"], option.text) for option in line.at("round").every("option")]
    assert times == [("3", "First time"), ("1", "Second time"), ("2", "Third time"), ("4", "Fourth time")]
    assert line.value("round") == "1"
    assert "(second time)" in (await alice.see("/log", year="2026")).text


async def test_what_moves_the_entry_says_so_where_it_was_said_and_shows_the_entry(
    alice: Person, evening: Evening
) -> None:
    await alice.put(evening.at("/items/{arrival}/entry"), {"status": "wanted"})
    logs = evening.at("/items/{arrival}/logs")
    answer = read((await alice.post(logs, {"kind": "started"}, target="log")).text)
    assert answer.at("log-said").text == "On your log. It is moved to Watching."
    assert answer.one("hx-partial").at("entry").value("status") == "active"
    assert answer.at("entry-said").text == ""
    plain = await alice.post(logs, {"kind": "finished"})
    assert "It is moved to Watched." in (await alice.follow(plain)).text


async def test_a_series_that_is_moved_along_is_shown_anew(alice: Person, evening: Evening) -> None:
    await alice.put(evening.at("/items/{series}/entry"), {"status": "wanted"})
    answer = await alice.post(evening.at("/items/{series}/logs"), {"kind": "started"}, target="log")
    assert (answer.status_code, answer.headers["hx-refresh"], answer.text) == (200, "true", "")


async def test_a_status_that_stays_is_told_where_its_line_is_taken_off(alice: Person, evening: Evening) -> None:
    line = evening.at("/log/{line}")
    answer = read((await alice.delete(line, target="log")).text)
    assert answer.at("log-said").text == "Taken off your log. The status stays Read."
    await alice.post(line + "/restoration")
    await alice.put(evening.at("/items/{dune}/entry"), {"status": "paused"})
    assert read((await alice.delete(line, target="log")).text).at("log-said").text == "Taken off your log."


async def test_a_start_in_the_middle_of_it_is_refused_in_words(alice: Person, evening: Evening) -> None:
    logs = evening.at("/items/{arrival}/logs")
    await alice.post(logs, {"kind": "started"})
    answer = await alice.post(logs, {"kind": "started", "note": "Kept."})
    assert answer.status_code == 422
    page = read(answer.text)
    assert "This is under way already." in page.at("log-errors").text
    assert page.at("log").value("note") == "Kept."
    assert page.at("entry").value("notes") == ""


async def test_a_page_past_the_last_the_catalog_knows_is_taken_with_a_remark(alice: Person, evening: Evening) -> None:
    remark = "The catalog knows 412 pages; yours may have more."
    logs, further = evening.at("/items/{dune}/logs"), {"amount": "500", "unit": "page"}
    log = read((await alice.post(logs, further | {"day": "2026-06-03"}, target="log")).text)
    assert f"On your log. {remark}" in log.text
    assert "page 500" in log.text
    assert "page 500 of" not in log.text
    changed = await alice.put(evening.at("/log/{line}"), further | {"kind": "finished"})
    assert f"Changed. {remark}" in (await alice.follow(changed)).text
    assert remark not in (await alice.follow(await alice.post(logs, further | {"amount": "412"}))).text


@pytest.mark.parametrize(("amount", "said"), [("101", "This must be 100 or less."), ("-1", "This must be 0 or more.")])
async def test_less_than_nothing_and_more_than_all_are_refused_beside_the_field(
    alice: Person, evening: Evening, amount: str, said: str
) -> None:
    answer = await alice.post(evening.at("/items/{dune}/logs"), {"amount": amount, "unit": "percent"})
    assert answer.status_code == 422
    page = read(answer.text)
    assert page.at("log-amount-error").text == said
    assert page.at("log").value("amount") == amount


async def test_what_is_taken_off_is_put_back_from_the_page(alice: Person, charlie: Person, evening: Evening) -> None:
    log = read((await alice.delete(evening.at("/log/{line}"), target="log")).text)
    assert "Finished on 17 May 2026 is off the log." in log.text
    back = evening.at("/log/{line}/restoration")
    assert (await charlie.post(back)).status_code == 404
    plain = await alice.post(back)
    assert "Back on your log." in (await alice.follow(plain)).text
    again = read((await alice.post(back, target="log")).text)
    assert again.has("time", datetime="2026-05-17")
    assert "is off the log" not in again.text


async def test_two_who_edit_a_line_see_each_other_s_words(alice: Person, evening: Evening) -> None:
    line = evening.at("/log/{line}")
    version = (await alice.see(line + "/edit")).form(line + "?_method=PUT").value("version") or ""
    await alice.put(line, {"kind": "finished", "day": "2026-05-18", "version": version})
    answer = await alice.put(line, {"kind": "finished", "day": "2026-05-20", "note": "Mine.", "version": version})
    page = read(answer.text)
    assert answer.status_code == 409
    assert "2026-05-18" in page.at("day-theirs").text
    assert page.value("note") == "Mine."
    kept = await alice.put(line, {"kind": "finished", "day": "2026-05-20", "version": page.value("version") or ""})
    assert kept.status_code == 303


async def test_the_year_is_drawn_and_told_and_its_goals_are_counted(alice: Person, evening: Evening) -> None:
    await alice.put("/goals", {"year": "2026", "type": "", "target": "4", "version": "0"})
    page = await alice.see("/log", year="2026")
    drawn = page.one("svg", role="img")
    assert "1 line of the log on 1 day" in drawn.text
    assert len(list(drawn.every("rect"))) == 365
    assert [cell.text for cell in page.one("tbody").every("td")] == ["17", "1"]
    assert page.one("meter").attributes["value"] == "1"
    assert "1 of 4" in page.at("goals").text
    empty = await alice.see("/log", year="2019")
    assert "Nothing on the log of 2019." in empty.text
    assert (await alice.get("/log", year="next")).status_code == 200
    assert (await alice.get("/log", after="there")).status_code == 404


async def test_the_years_to_go_to_are_those_with_something_in_them(alice: Person, evening: Evening) -> None:
    await alice.post(evening.at("/items/{dune}/logs"), {"kind": "finished", "day": "1999-12-31"})
    links = (await alice.see("/log", year="1999")).one("nav", **{"aria-label": "Years"})
    newer = sorted({str(clock.today().year), "2026"}, reverse=True)
    assert [link.text for link in links.every("a")] == [*newer, "1999"]


async def test_a_goal_that_is_none_is_said_so_beside_its_field_and_zero_takes_one_away(
    alice: Person, evening: Evening
) -> None:
    for target in ("", "goals"):
        answer = await alice.put("/goals", {"year": "2026", "type": "book", "target": "many"}, target=target)
        assert answer.status_code == 422
        assert read(answer.text).at("goal-book-target-error").text == "This must be a whole number."
    await alice.put("/goals", {"year": "2026", "type": "book", "target": "12", "version": "0"})
    await alice.put("/goals", {"year": "2026", "type": "book", "target": "20", "version": "1"})
    stale = await alice.put("/goals", {"year": "2026", "type": "book", "target": "30", "version": "1"}, target="goals")
    assert stale.status_code == 409
    assert "20" in read(stale.text).at("goal-book-target-theirs").text
    await alice.put("/goals", {"year": "2026", "type": "book", "target": "0"})
    assert "1 of" not in (await alice.see("/log", year="2026")).at("goals").text


async def test_episodes_are_marked_one_by_one_by_season_and_taken_off(alice: Person, evening: Evening) -> None:
    path = evening.at("/items/{series}/episodes")
    for form, said, seen in (
        ({"seen": "1.1"}, "1 episode marked as seen.", "1 of 3 episodes seen"),
        ({"seen": "1"}, "2 episodes marked as seen.", "3 of 3 episodes seen"),
        ({"unseen": "1.2"}, "1 episode taken off.", "2 of 3 episodes seen"),
        ({"up_to": "1.3"}, "1 episode marked as seen.", "3 of 3 episodes seen"),
    ):
        shown = read((await alice.put(path, form, target="episodes")).text)
        assert said in shown.text
        assert seen in shown.text
    page = await alice.see(evening.at("/items/{series}"))
    assert "All seen." in page.at("episodes").text
    assert "1 episode marked as seen. All are seen now." in shown.text
    offer = page.at("all-seen")
    assert [button.attributes["value"] for button in offer.every("button", name="kind")] == ["finished"]
    assert (await alice.post(offer.attributes["action"], {"kind": "finished"})).status_code == 303
    over = (await alice.see(evening.at("/items/{series}"))).at("episodes")
    assert "All seen." in over.text
    assert not over.has(id="all-seen")
    assert "Episodes as TVmaze counts them" in page.text
    log = await alice.see("/log")
    assert "S1 E1 to E3, 3 episodes" in log.text


@pytest.mark.parametrize("form", [{}, {"seen": "x"}, {"up_to": "1.x"}, {"seen": "0.1"}, {"up_to": "9" * 9}])
async def test_what_is_no_episode_is_refused(alice: Person, evening: Evening, form: dict[str, str]) -> None:
    assert (await alice.put(evening.at("/items/{series}/episodes"), form)).status_code == 422


async def test_notes_are_shown_as_markdown_and_edited_as_they_were(alice: Person, evening: Evening) -> None:
    notes = "*Slow*.\n\n<script>alert(1)</script> [x](javascript:alert(1))"
    await alice.put(evening.at("/items/{dune}/entry"), {"status": "done", "notes": notes})
    page = await alice.see(evening.at("/items/{dune}"))
    assert page.at("entry").one("em").text == "Slow"
    assert page.value("notes") == notes
    assert not page.at("entry").has("script")
    assert not list(page.at("entry").every("a"))
    assert "*slanted*" in page.at("entry-notes-hint").text


async def test_a_note_of_the_log_is_shown_as_typed_and_its_field_says_so(alice: Person, evening: Evening) -> None:
    await alice.post(evening.at("/items/{dune}/logs"), {"note": "*Slow*.", "day": "2026-06-03"})
    page = await alice.see(evening.at("/items/{dune}"))
    assert "*Slow*." in page.at("log").text
    for field in (page.at("log-note"), (await alice.see(evening.at("/log/{line}/edit"))).at("note")):
        assert field.attributes["aria-describedby"] == field.attributes["id"] + "-hint"
    assert page.at("log-note-hint").text == "Only you see it. Plain text."


@pytest.mark.parametrize(("scale", "shown"), [("ten", "8.5"), ("hundred", "85")])
async def test_ratings_are_shown_and_chosen_as_preferred(
    alice: Person, evening: Evening, scale: str, shown: str
) -> None:
    await alice.put(evening.at("/items/{dune}/entry"), {"status": "done", "rating": "8.5"})
    saved = await alice.put("/settings/preferences", {"rating_scale": scale, "has_quick_keys": "1"})
    assert "Saved." in (await alice.follow(saved)).text
    entry = (await alice.see(evening.at("/items/{dune}"))).at("entry")
    assert entry.value("rating") == "8.5"
    assert entry.one("option", value="8.5").text == shown
    await alice.put(evening.at("/items/{dune}/entry"), {"status": "done", "rating": entry.value("rating") or ""})
    assert f"{shown} of" in (await alice.see("/library")).text


async def test_what_is_unticked_is_off_and_a_scale_there_is_not_is_refused(alice: Person, evening: Evening) -> None:
    await alice.put("/settings/preferences", {"rating_scale": "stars"})
    assert (await alice.see("/settings/preferences")).value("has_quick_keys") is None
    answer = await alice.put("/settings/preferences", {"rating_scale": "thumbs"})
    assert answer.status_code == 422
    assert "Choose one of" in answer.text


async def test_the_log_is_its_owner_s(alice: Person, charlie: Person, evening: Evening) -> None:
    assert "Dune" in (await alice.see("/log", year="2026")).text
    assert "Dune" not in (await charlie.see("/log", year="2026")).text


async def test_a_page_of_the_log_costs_the_same_however_much_there_is(
    alice: Person, evening: Evening, stock: Stock, database: Database
) -> None:
    """Every line is seen once, whatever the page."""
    asked = []
    items = await stock(*(work(f"Book {number}") for number in range(40)))
    for size in (10, 120):
        await fill(database, alice.id, items, size)
        for path in ("/log", evening.at("/items/{dune}"), evening.at("/items/{series}")):
            await alice.see(path)
            with statements(database) as sent:
                await alice.see(path)
            asked.append(len(sent))
    assert asked[:3] == asked[3:]
    assert asked[0] <= 4
    path, seen = "/log?year=2025", list[str]()
    while path:
        page = await alice.see(path)
        seen += re.findall(r"note number \d+", page.text)
        path = next((link.attributes["href"] for link in page.every("a", rel="next")), "")
    assert len(seen) == len(set(seen)) == 120


async def fill(database: Database, user: UUID, items: list[UUID], size: int) -> None:
    async with database.session() as session:
        await session.execute(text("DELETE FROM user_item_logs WHERE note LIKE 'note number%'"))
        for number in range(size):
            day = dt.date(2025, 1, 1) + dt.timedelta(days=number // 3)
            form = LogForm.read({"day": day.isoformat(), "note": f"note number {number}", "round": "1"})
            await log_keeping.log(session, user, items[number % len(items)], form)


async def test_a_status_pressed_in_a_list_changes_nothing_else(
    alice: Person, evening: Evening, nobody: Browser
) -> None:
    path = evening.at("/items/{dune}/entry")
    answer = await alice.put(path + "/status", {"status": "paused"}, target=evening.at("mark-{dune}"))
    assert "Dune is moved to Paused." in answer.text
    await alice.put(path + "/favourite", {"favourite": "1"}, target=evening.at("mark-{dune}"))
    entry = (await alice.see(evening.at("/items/{dune}"))).at("entry")
    assert (entry.value("status"), entry.value("favourite"), entry.value("notes")) == ("paused", "1", "The spice.")
    assert (await alice.put(path + "/status", {"status": "eaten"})).status_code == 422
    assert (await nobody.put(path + "/status", {"status": "done"})).status_code == 401


async def test_tomorrow_s_date_is_the_last_that_is_taken(alice: Person, evening: Evening) -> None:
    logs = evening.at("/items/{arrival}/logs")
    far = (clock.today() + dt.timedelta(days=2)).isoformat()
    answer = await alice.post(logs, {"kind": "finished", "day": far})
    assert "This day is still to come." in read(answer.text).at("log-day-error").text


async def test_today_is_by_the_calendar_one_chose(alice: Person, evening: Evening) -> None:
    assert "Choose your time zone" in (await alice.see("/log")).text
    days = []
    for zone in ("Pacific/Kiritimati", "Pacific/Pago_Pago"):  # 25 hours apart: never the same day
        await alice.put("/settings/preferences", {"rating_scale": "stars", "time_zone": zone})
        days.append((await alice.see(evening.at("/items/{dune}"))).at("log").value("day") or "")
    assert days[0] > days[1]
    assert "Choose your time zone" not in (await alice.see("/log")).text
    answer = await alice.put("/settings/preferences", {"rating_scale": "stars", "time_zone": "Middle-earth/Shire"})
    assert (answer.status_code, "Choose one that is on the list." in answer.text) == (422, True)
