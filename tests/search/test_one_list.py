"""The one list: catalog and sources together, on a real database."""

import datetime as dt
from collections.abc import Iterable

import msgspec
import pytest

from app.catalog.candidates import Candidate, Cover, PartialDate
from app.catalog.storing import store
from app.kit.db import Database
from app.kit.ids import UUID
from app.library import keeping
from app.search.contract import Answer, Facets, Hit, Question
from app.search.members import Ref
from app.search.one_list import OneList, fits, one_list
from app.search.verdicts import join, split
from app.sources.previews import keep_previews
from tests.counting import statements
from tests.rows import a_user
from tests.search.pairs import ONE, TWO, book, film

DUNE = book("open_library", "Dune", "Frank Herbert", 1965, isbn="9780441172719", olid="OL893415W")
EDITION = book("google_books", "Dune (40th Anniversary Edition)", "Frank Herbert", 2005, isbn="9780441013593")


@pytest.fixture
async def alice(database: Database) -> UUID:
    return await a_user(database, "Alice")


async def stored(database: Database, *candidates: Candidate) -> list[UUID]:
    async with database.session() as session:
        return [await store(session, candidate) for candidate in candidates]


def answer(*ids: UUID) -> Answer:
    hits = [
        Hit(id=id_, type="book", title="as the engine has it", subtitle=None, creators=[], year=None,
            cover_provider=None, cover_key=None, description=None)
        for id_ in ids
    ]  # fmt: skip
    return Answer(hits=hits, total=len(hits), total_is_exact=True, facets=Facets(), page=1, pages=1, engine="postgres")


async def listed(
    database: Database, viewer: UUID, hits: Iterable[UUID] = (), told: Iterable[Candidate] = (), text: str = "dune"
) -> OneList:
    told = list(told)
    async with database.session() as session:
        previews = await keep_previews(session, told)
        return await one_list(session, viewer, Question(text=text), answer(*hits), told, previews)


async def test_what_the_catalog_has_and_what_sources_tell_of_it_is_one_row(database: Database, alice: UUID) -> None:
    (item,) = await stored(database, DUNE)
    one = await listed(database, alice, [item], [EDITION, DUNE])
    (group,) = one.groups
    assert (group.item_id, group.title, group.year) == (item, "Dune", 1965)
    assert group.sources == ("catalog", "open_library", "google_books")
    assert group.reasons == ("The catalog has these as one item.", "Same title and creator, years 1965 and 2005.")
    assert len(group.preview_ids) == 2


async def test_a_candidate_leads_to_its_item_even_where_the_catalogs_search_did_not(
    database: Database, alice: UUID
) -> None:
    (item,) = await stored(database, DUNE)
    other = msgspec.structs.replace(EDITION, identifiers=DUNE.identifiers)
    for told in (DUNE, other):
        (group,) = (await listed(database, alice, told=[told])).groups
        assert group.item_id == item


async def test_an_item_that_only_shares_a_name_with_a_candidate_is_not_in_the_list(
    database: Database, alice: UUID
) -> None:
    await stored(database, film("tmdb", "Sherlock", "Mark Gatiss", 2010, imdb="tt1475582"))
    told = book("open_library", "Sherlock", "Mark Gatiss", 2010)
    assert [group.type for group in (await listed(database, alice, told=[told])).groups] == ["book"]


async def test_what_is_mine_is_marked_and_first(database: Database, alice: UUID) -> None:
    lynch, villeneuve = film("tmdb", "Dune", "David Lynch", 1984), film("tmdb", "Dune", "Denis Villeneuve", 2021)
    first, second = await stored(database, lynch, villeneuve)
    async with database.session() as session:
        await keeping.keep(session, alice, second)
    one = await listed(database, alice, [first, second], [DUNE])
    assert [group.item_id for group in one.groups] == [second, first, None]
    assert [group.kept for group in one.groups] == [True, False, False]
    assert one.entries[second].status == "wanted"


async def test_a_verdict_is_its_hosts_alone(database: Database, alice: UUID) -> None:
    bob = await a_user(database, "Bob")
    refs = [(each.source, each.external_id) for each in (DUNE, EDITION)]
    async with database.session() as session:
        await split(session, alice, refs[:1], refs[1:])
    assert len((await listed(database, alice, told=[DUNE, EDITION])).groups) == 2
    assert len((await listed(database, bob, told=[DUNE, EDITION])).groups) == 1


async def test_a_verdict_on_a_preview_holds_when_the_catalog_has_it(database: Database, alice: UUID) -> None:
    ref: Ref = (DUNE.source, DUNE.external_id)
    async with database.session() as session:
        await split(session, alice, [ref], [(EDITION.source, EDITION.external_id)])
    (item,) = await stored(database, DUNE)
    assert len((await listed(database, alice, [item], [EDITION])).groups) == 2


async def test_two_items_of_the_catalog_that_are_one_work_are_one_row(database: Database, alice: UUID) -> None:
    items = await stored(database, DUNE, EDITION)
    assert len(set(items)) == 2
    (group,) = (await listed(database, alice, items)).groups
    assert len(group.members) == 2


async def test_what_a_host_joined_is_one_row(database: Database, alice: UUID) -> None:
    one, other = book("open_library", "Dune", "Frank Herbert"), book("open_library", "Arrakis", "F. H.", olid="OL1W")
    async with database.session() as session:
        await join(session, alice, [(one.source, one.external_id)], [(other.source, other.external_id)])
    (group,) = (await listed(database, alice, told=[one, other])).groups
    assert group.reasons == ("You said these are one.",)


async def test_nothing_found_is_an_empty_list(database: Database, alice: UUID) -> None:
    assert (await listed(database, alice)).groups == []


@pytest.mark.parametrize(
    ("question", "fitting"),
    [
        (Question(text="", years=(1960, 1970)), True),
        (Question(text="", years=(None, 1964)), False),
        (Question(text="", years=(1966, None)), False),
        (Question(text="", type="book"), True),
        (Question(text="", type="movie"), False),
        (Question(text="", source="open_library"), True),
        (Question(text="", source="tmdb"), False),
        (Question(text="", by="HERBERT"), True),
        (Question(text="", by="villeneuve"), False),
        (Question(text="", tag="science fiction"), True),
        (Question(text="", tag="cooking"), False),
        (Question(text="", mark="library"), False),
    ],
)
def test_the_filters_hold_for_what_sources_tell(question: Question, fitting: bool) -> None:
    assert fits(msgspec.structs.replace(DUNE, genres=("Science Fiction",)), question) is fitting


async def test_a_long_list_asks_as_few_statements_as_a_short_one(database: Database, alice: UUID) -> None:
    everything = [
        msgspec.structs.replace(each, external_id=f"{at} {side}")
        for at, (_, *two) in enumerate((*ONE, *TWO))
        for side, each in enumerate(two)
    ]
    items = await stored(database, *everything[:40])
    for hits, told in ((items[:1], everything[:1]), (items, everything)):
        async with database.session() as session:
            previews = await keep_previews(session, told)
            with statements(database) as sent:
                one = await one_list(session, alice, Question(text="dune"), answer(*hits), told, previews)
        assert len(sent) == 3
        assert one.groups


async def test_a_group_shows_what_its_lead_lacks(database: Database, alice: UUID) -> None:
    bare = book("open_library", "Dune", "Frank Herbert")
    rich = msgspec.structs.replace(
        EDITION, cover=Cover(provider="google_books", key="k"), description="Arrakis.",
        released=PartialDate(value=dt.date(2005, 8, 2), precision="day"),
    )  # fmt: skip
    (group,) = (await listed(database, alice, told=[bare, rich])).groups
    assert (group.title, group.year, group.description) == ("Dune", 2005, "Arrakis.")
    assert group.cover == rich.cover
