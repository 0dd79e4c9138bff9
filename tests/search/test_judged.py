"""How good the answers are, on the judged questions; `make relevance` tells them apart by kind."""

from collections import Counter
from collections.abc import AsyncIterator

import pytest

from app.catalog.candidates import ITEM_TYPES, ItemType
from app.kit.db import Database
from app.ops.planting import plant
from app.search.engines import SearchEngine
from app.search.postgres import PostgresSearch
from bench.judging import JUDGED, Judged, Verdict, crossed, is_wanted, judge, score
from bench.works import rows, works
from tests.search.in_step import in_step

WORKS = works()
COLUMNS = {
    "book": ["title", "creators", "year", "popularity", "genres", "original_title", "series"],
    "movie": ["title", "creators", "year", "popularity", "genres", "kind", "original_title"],
    "game": ["title", "creators", "year", "popularity", "genres", "original_title"],
    "music": ["title", "creators", "year", "popularity", "genres", "kind", "original_title", "album"],
}
KINDS = {"movie": {"film", "series"}, "music": {"track", "album"}}


@pytest.mark.parametrize("type_", ITEM_TYPES)
def test_each_line_of_the_works_parses(type_: ItemType) -> None:
    for row in rows(type_):
        assert list(row) == COLUMNS[type_], row
        assert all(value == value.strip() for value in row.values()), row
        assert row["title"], row
        assert row["creators"], row
        assert row["year"] == "" or 1 <= int(row["year"]) <= 2026, row
        assert 0 < float(row["popularity"]) < 1, row
        assert 1 <= len(row["genres"].split(" / ")) <= 3, row
        assert row.get("kind") in KINDS.get(type_, {None}), row


def test_there_are_enough_works_and_none_twice() -> None:
    assert len(WORKS) >= 2000
    told = Counter((work.type, work.title, work.year, work.creators, getattr(work.facts, "kind", "")) for work in WORKS)
    assert [work for work, times in told.items() if times > 1] == []


def test_each_track_on_an_album_is_on_one_that_is_there() -> None:
    albums = {(row["album"] or row["title"], row["creators"]) for row in rows("music") if row["kind"] == "album"}
    assert {(row["album"], row["creators"]) for row in rows("music") if row["album"]} <= albums


@pytest.mark.parametrize("judged", JUDGED, ids=lambda judged: f"{judged.kind}: {judged.text}")
def test_whatever_is_wanted_is_there(judged: Judged) -> None:
    for want in judged.want:
        assert any(is_wanted(work, [want]) for work in WORKS), want


def test_there_are_enough_questions_of_each_kind_and_none_twice() -> None:
    assert len(JUDGED) >= 200
    assert min(Counter(judged.kind for judged in JUDGED).values()) >= 10
    assert len({judged.text for judged in JUDGED}) == len(JUDGED)
    assert sum(judged.held_out for judged in JUDGED) >= len(JUDGED) / 3


def test_a_want_is_a_title_a_year_a_beginning_or_a_creator() -> None:
    dune = next(work for work in WORKS if work.title == "Dune" and work.year == 1984)
    for want in ("movie:Dune", "movie:Dune (1984)", "movie:Du…", "by:David Lynch"):
        assert is_wanted(dune, [want])
    for want in ("book:Dune", "movie:Dune (2021)", "movie:Dunes…", "movie:Du", "by:David"):
        assert not is_wanted(dune, [want])


def test_floors_say_which_of_them_is_crossed() -> None:
    exact, slip = Judged("exact", "dune", (), False), Judged("typo", "duen", (), False)
    good, late, missed = Verdict(exact, 1, ()), Verdict(slip, 2, ()), Verdict(slip, 0, ())
    assert list(crossed([good] * 9 + [Verdict(slip, 1, ())])) == []
    assert [floor.split(":")[0] for floor in crossed([good, late])] == [
        "first",
        "a typo costs 1.000, and should cost at most 0.1",
    ]
    assert len(list(crossed([good, missed]))) == 3
    assert score([good, late, missed]).mrr == pytest.approx(0.5)


@pytest.fixture(params=["postgres", "meilisearch"])
async def engine(request: pytest.FixtureRequest, database: Database) -> AsyncIterator[SearchEngine]:
    engine = PostgresSearch(database) if request.param == "postgres" else await in_step(database)
    yield engine
    await engine.close()


async def test_the_answers_are_as_good_as_promised(database: Database, engine: SearchEngine) -> None:
    async with database.session() as session:
        await plant(session, WORKS)
    await engine.rebuild()
    verdicts = await judge(engine)
    assert list(crossed(verdicts)) == [], [verdict for verdict in verdicts if verdict.place != 1]
