"""The dashboard: what is next, what is under way, and what is being done at the moment."""

from sqlalchemy import text

from app.kit.db import Database
from app.library import keeping, log_keeping
from app.library.log_forms import LogForm
from tests.cast import Person
from tests.pages.conftest import Evening

A_SERIES = text("UPDATE movie_items SET kind = 'series' WHERE item_id = :item")
EPISODES = text("""
    INSERT INTO series_episodes (id, item_id, season, number, title, aired)
    SELECT gen_random_uuid(), :item, 1, n, 'Part ' || n, '2020-01-01' FROM generate_series(1, 3) AS n
""")


async def test_it_tells_the_next_episode_and_what_is_under_way_once_each(
    alice: Person, evening: Evening, database: Database
) -> None:
    async with database.session() as session:
        await session.execute(A_SERIES, {"item": evening.arrival})
        await session.execute(EPISODES, {"item": evening.arrival})
        for item in (evening.arrival, evening.dune):
            await keeping.set_status(session, alice.id, [item], "active")
        far = LogForm.read({"kind": "progress", "amount": "120", "unit": "page"})
        await log_keeping.log(session, alice.id, evening.dune, far)
    page = await alice.see("/")
    next_up, under_way = (page.one("section", **{"aria-labelledby": name}) for name in ("next-title", "way-title"))
    assert "Arrival" in next_up.text
    assert "S1 E1, Part 1" in next_up.text
    assert "3 episodes to see" in next_up.text
    assert "Dune" in under_way.text
    assert "Page 120" in under_way.text
    assert "Arrival" not in under_way.text


async def test_the_day_it_was_finished_is_no_day_of_what_is_begun_again(
    alice: Person, evening: Evening, database: Database
) -> None:
    async with database.session() as session:
        await keeping.set_status(session, alice.id, [evening.dune], "active")  # its last line is of the end
    under_way = (await alice.see("/")).one("section", **{"aria-labelledby": "way-title"})
    assert "Reading" in under_way.text
    assert "2026" not in under_way.text


async def test_an_episode_is_written_as_everywhere(alice: Person, evening: Evening, database: Database) -> None:
    async with database.session() as session:
        await session.execute(A_SERIES, {"item": evening.arrival})
        await keeping.set_status(session, alice.id, [evening.arrival], "active")
        await log_keeping.log(session, alice.id, evening.arrival, LogForm.read({"season": "1", "episode": "10"}))
    assert "S1 E10" in (await alice.see("/")).one("section", **{"aria-labelledby": "way-title"}).text


async def test_it_says_what_the_queue_is_doing_when_asked(alice: Person, odile: Person, evening: Evening) -> None:
    assert (await alice.see("/")).one("a", href="/work")
    assert "does not answer" in (await alice.see("/work")).at("work").text  # no queue in these tests
    assert "/ops/jobs" not in str((await alice.get("/work")).text)
    assert (await odile.see("/work")).one("a", href="/ops/jobs")
