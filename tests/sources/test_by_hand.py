"""Works that somebody writes down: judged field by field, changed by their maker alone, and as good as any other."""

from typing import Any

import pytest
from sqlalchemy import select

from app.catalog import reading
from app.catalog.candidates import BookFacts, GameFacts, Identifier, MovieFacts, MusicFacts
from app.catalog.storing import store
from app.kit.db import Database
from app.kit.errors import Invalid, NotFound, Stale
from app.kit.events import Event
from app.kit.ids import UUID
from app.sources import by_hand
from app.sources.hand_forms import WorkForm
from tests.pages.works import DUNE
from tests.rows import a_user

BOOK = {
    "type": "book",
    "title": "Letters",
    "creators": "Ada\n\n Bea ",
    "released": "1931-04",
    "pages": "120",
    "publisher": "Small",
    "isbn13": "0-441-01359-7",
    "language": "DE",
    "genres": ["Letters"],
}


async def added(database: Database, form: dict[str, Any], name: str = "Alice") -> tuple[UUID, UUID]:
    user = await a_user(database, name)
    async with database.session() as session:
        return await by_hand.add(session, user, WorkForm.read(form)), user


async def test_all_that_was_written_is_there_and_the_search_is_told(database: Database) -> None:
    id_, alice = await added(database, BOOK)
    async with database.reading() as session:
        item = await reading.item(session, id_)
        events = (await session.scalars(select(Event.subject_id))).all()
    assert (item.title, item.creators, item.year, item.released_precision) == ("Letters", ["Ada", "Bea"], 1931, "month")
    assert (item.language, item.genres, item.made_by) == ("de", ["Letters"], alice)
    assert item.told == BookFacts(authors=("Ada", "Bea"), publisher="Small", pages=120)
    assert list(item.known_as) == [Identifier(scheme="isbn13", value="9780441013593")]
    assert events == [id_]


@pytest.mark.parametrize(
    ("form", "facts"),
    [
        ({"type": "movie", "film_kind": "series", "seasons": "2"}, MovieFacts(kind="series", seasons=2)),
        ({"type": "game", "platforms": "PC\nSwitch"}, GameFacts(platforms=("PC", "Switch"))),
        ({"type": "music", "music_kind": "track", "duration": "4:05"}, MusicFacts(kind="track", duration_ms=245_000)),
    ],
    ids=["series", "game", "track"],
)
async def test_each_medium_has_its_facts_and_the_form_reads_them_back(
    database: Database, form: dict[str, Any], facts: Any
) -> None:
    id_, _ = await added(database, form | {"title": "Rain"})
    async with database.reading() as session:
        item = await reading.item(session, id_)
    assert item.told == facts
    assert by_hand.typed(by_hand.form_of(item)) == by_hand.typed(WorkForm.read(form | {"title": "Rain"}))


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("isbn13", "9780441013594"),
        ("imdb", "1160419"),
        ("wikidata", "190192"),
        ("released", "1965-13-40-2"),
        ("duration", "4:75"),
        ("pages", "0"),
        ("type", "poem"),
        ("language", "klingon"),
        ("title", "\u200b"),
    ],
)
def test_what_cannot_be_is_refused_at_its_field(field: str, typed: str) -> None:
    with pytest.raises(Invalid) as refused:
        WorkForm.read({"type": "book", "title": "Rain", field: typed})
    assert set(refused.value.errors) == {field}


async def test_an_isbn_that_another_work_has_is_refused_and_says_whose(database: Database) -> None:
    async with database.session() as session:
        await store(session, DUNE)
    with pytest.raises(Invalid, match="as that of Dune"):
        await added(database, BOOK)


async def test_its_maker_and_the_operator_may_change_it_and_nobody_else(database: Database) -> None:
    id_, alice = await added(database, BOOK)
    bob = await a_user(database, "Bob")
    form = WorkForm.read(BOOK | {"title": "Letters from home", "isbn13": ""})
    async with database.session() as session:
        with pytest.raises(NotFound):
            await by_hand.rewrite(session, bob, id_, form)
    async with database.session() as session:
        item = await by_hand.rewrite(session, alice, id_, form, since=1)
        assert (item.title, item.version, list(item.known_as)) == ("Letters from home", 2, [])
        with pytest.raises(Stale):
            await by_hand.rewrite(session, bob, id_, WorkForm.read(BOOK), since=1, is_operator=True)
        await by_hand.rewrite(session, bob, id_, WorkForm.read(BOOK), since=2, is_operator=True)


async def test_what_has_its_name_kind_and_year_is_its_twin(database: Database) -> None:
    id_, _ = await added(database, BOOK)
    async with database.reading() as session:
        found = await by_hand.twins(session, WorkForm.read(BOOK | {"title": "LETTERS"}))
        assert [each.id for each in found] == [id_]
        assert not await by_hand.twins(session, WorkForm.read(BOOK | {"released": "1932"}))


async def test_where_no_year_is_said_one_of_any_year_may_be_its_twin(database: Database) -> None:
    id_, _ = await added(database, BOOK)
    async with database.reading() as session:
        found = await by_hand.twins(session, WorkForm.read(BOOK | {"released": ""}))
        assert [each.id for each in found] == [id_]
    undated, _ = await added(database, BOOK | {"isbn13": "", "released": ""}, "Bob")
    async with database.reading() as session:
        found = await by_hand.twins(session, WorkForm.read(BOOK | {"released": "1932"}))
        assert [each.id for each in found] == [undated]


@pytest.mark.parametrize("said", [5, {"a": "b"}, [0], ["Nora", None], [["Nora"]]])
def test_what_is_no_list_of_names_is_refused_in_words(said: object) -> None:
    with pytest.raises(Invalid) as error:
        WorkForm.read({"type": "game", "title": "Rain", "platforms": said})
    assert "platforms" in next(iter(error.value.errors))
