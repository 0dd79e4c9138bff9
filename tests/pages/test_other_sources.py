"""Asking the sources that have not spoken of a work yet, and saying that one of them means this very work."""

import asyncio
import re
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from litestar.types import ASGIApp
from msgspec.structs import replace
from sqlalchemy import select

from app.catalog.candidates import FROM_FILE, BookFacts, Candidate, Identifier
from app.catalog.models import MediaItem, MediaSource
from app.kit.db import Database
from app.kit.ids import UUID
from app.sources.errors import SourceDown
from tests.cast import MakeApp, Person
from tests.markup import Element, read
from tests.pages.conftest import Stock
from tests.pages.works import HYPERION, Shelf, work

HERE = (Identifier(scheme="openlibrary", value="OL1W"),)
THERE = (Identifier(scheme="openlibrary", value="OL2W"),)
FACTS = BookFacts(authors=("Dan Simmons",), pages=482)
OURS = work("Hyperion", BookFacts(authors=("Dan Simmons",)), year=1989, creators=("Dan Simmons",), identifiers=HERE)
THEIRS = work("Hyperion", FACTS, source="shop", year=1989, creators=("Dan Simmons",))
FALL = work("The Fall of Hyperion", FACTS, source="shop", year=1990, creators=("Dan Simmons",))
BY_HAND = {"type": "book", "title": "Hyperion, signed", "year": "1989", "creators": "Dan Simmons"}

OTHER = work("Hyperion", FACTS, source="registry", year=1989, creators=("Dan Simmons",), identifiers=THERE)
SHOP = Shelf("shop", THEIRS, FALL)
BOOKS = Shelf("books", HYPERION)
REGISTRY = Shelf("registry", OTHER)


@pytest.fixture(scope="module")
def app(make_app: MakeApp) -> ASGIApp:
    closed = Shelf("closed", failure=SourceDown("closed", "down"))
    return make_app({"books": BOOKS, "shop": SHOP, "closed": closed, "registry": REGISTRY})


@contextmanager
def telling(*works: Candidate, failure: Exception | None = None) -> Iterator[None]:
    """All sources but the one that is closed tell of these."""
    shelves = (BOOKS, SHOP, REGISTRY)
    were = [each.works for each in shelves]
    for each in shelves:
        each.works, each.failure = tuple(one for one in works if one.source == each.name), failure
    yield
    for each, told in zip(shelves, were, strict=True):
        each.works, each.failure = told, None


async def offered(host: Person, item_id: object, **q: str) -> dict[str, Element]:
    """What each row says, and the form or the link it has."""
    page = await host.see(f"/items/{item_id}/sources/new", **q)
    rows = [row for row in page.every("li") if row.has("h3")]
    return {row.text: next(row.every("form"), None) or row.one("a", **{"class": "button button-plain"}) for row in rows}


async def preview_of(host: Person, item_id: object, source: str, title: str = "Hyperion") -> str:
    found = [form for said, form in (await offered(host, item_id)).items() if said.startswith(title) and source in said]
    return found[0].value("preview") or ""


async def provenance(database: Database) -> dict[UUID, set[str]]:
    async with database.reading() as session:
        found: dict[UUID, set[str]] = {id_: set() for id_ in await session.scalars(select(MediaItem.id))}
        for row in await session.execute(select(MediaSource.item_id, MediaSource.source_name)):
            found[row.item_id].add(row.source_name)
    return found


async def test_the_page_of_a_work_leads_to_what_others_tell_of_it(alice: Person, stock: Stock) -> None:
    (item,) = await stock(OURS)
    assert (await alice.see(f"/items/{item}")).has("a", href=f"/items/{item}/sources/new")
    SHOP.asked.clear()
    rows = list(await offered(alice, item))
    assert [next(name for name in ("books", "shop") if name in row) for row in rows] == ["books", "shop", "shop"]
    assert "The Fall of Hyperion" in rows[2]
    assert SHOP.asked == ["Hyperion Dan Simmons"]


async def test_they_can_be_asked_in_other_words(alice: Person, stock: Stock) -> None:
    (item,) = await stock(OURS)
    await offered(alice, item, q="fall of hyperion")
    assert SHOP.asked[-1] == "fall of hyperion"
    answer = await alice.get(f"/items/{item}/sources/new", q="x" * 300)
    assert (answer.status_code, "too long to look for" in answer.text) == (422, True)


async def test_of_one_book_no_films_are_asked_for_and_what_is_wrong_is_said(alice: Person, stock: Stock) -> None:
    (item,) = await stock(OURS)
    page = await alice.see(f"/items/{item}/sources/new", q="hyperion type:film year:never")
    assert "type: changes nothing here" in page.text
    assert "year: wants a year" in page.text
    assert "Hyperion" in [row.one("h3").text.split(",")[0] for row in page.every("li") if row.has("h3")]


async def test_its_name_is_plain_words_whatever_it_looks_like(alice: Person, stock: Stock) -> None:
    (item,) = await stock(work("tag:sand by:herbert", source="sample"))
    page = await alice.see(f"/items/{item}/sources/new")
    assert (SHOP.asked[-1], page.one("input", type="search").attributes["value"]) == ("tag:sand by:herbert",) * 2
    await alice.see(f"/items/{item}/sources/new", q="tag:sand by:herbert")
    (long,) = await stock(work("sand " * 80, source="sample"))
    await alice.see(f"/items/{long}/sources/new")
    assert set(SHOP.asked[-1].split()) == {"sand"}


@pytest.mark.parametrize(
    ("q", "told", "said"),
    [
        ("sand", (), "No other source that answered knows it by these words."),
        ("spice", (OTHER,), "is of another kind or has another number"),
        ("tag:sand", (HYPERION,), "No source was asked: they look for words"),
    ],
)
async def test_that_nothing_is_told_has_its_reason(
    alice: Person, stock: Stock, q: str, told: tuple[Candidate, ...], said: str
) -> None:
    (item,) = await stock(OURS)
    with telling(*told):
        assert said in (await alice.see(f"/items/{item}/sources/new", q=q)).text


async def test_sources_that_do_not_answer_can_be_asked_again(alice: Person, stock: Stock) -> None:
    (item,) = await stock(OURS)
    with telling(failure=SourceDown("shop", "busy")):
        page = await alice.see(f"/items/{item}/sources/new", q="dunes & more")
    assert "No other source has answered." in page.text
    assert page.has("a", href=f"/items/{item}/sources/new?q=dunes+%26+more")


async def test_those_that_speak_of_it_are_not_asked(alice: Person, stock: Stock) -> None:
    spoke = [replace(OURS, source=name) for name in ("books", "shop", "registry")]
    (item, *_) = await stock(*spoke)
    SHOP.asked.clear()
    page = await alice.see(f"/items/{item}/sources/new")
    assert ([row.attributes["id"] for row in page.every("li", **{"class": "leader"})]) == ["outside-closed"]
    assert SHOP.asked == []
    await stock(replace(OURS, source="closed"))
    assert "There is no other source that can be asked this." in (await alice.see(f"/items/{item}/sources/new")).text


async def test_works_that_look_the_same_are_told_apart_by_ear(alice: Person, stock: Stock) -> None:
    (item,) = await stock(OURS)
    twin, later = replace(THEIRS, external_id="twin"), replace(THEIRS, external_id="later", released=FALL.released)
    with telling(THEIRS, twin, later, HYPERION):
        page = await alice.see(f"/items/{item}/sources/new", q="twins")
    said = [each.attributes["aria-label"] for each in page.every("button") if "same-" in each.attributes.get("id", "")]
    assert sorted(re.sub(r"number \d", "number *", each) for each in said) == [
        "This is it: Hyperion, 1989, Dan Simmons, books",
        "This is it: Hyperion, 1989, Dan Simmons, shop, number *",
        "This is it: Hyperion, 1989, Dan Simmons, shop, number *",
        "This is it: Hyperion, 1990, Dan Simmons, shop",
    ]
    assert len(set(said)) == 4


@pytest.mark.parametrize("preview", ["01900000-0000-7000-8000-000000000000", "nonsense", ""])
async def test_what_is_not_kept_any_more_is_asked_for_anew_in_the_same_words(
    alice: Person, stock: Stock, database: Database, preview: str
) -> None:
    (item,) = await stock(OURS)
    sent = {"preview": preview, "q": "fall of hyperion", "title": "The Fall"}
    answer = await alice.post(f"/items/{item}/sources", sent)
    assert answer.status_code == 422
    assert "What was told of The Fall is not kept any more." in answer.text
    page = read(answer.text)
    assert page.one("input", type="search").attributes["value"] == "fall of hyperion"
    assert page.has("input", name="preview")
    assert await provenance(database) == {item: {"sample"}}


async def test_two_works_of_which_one_is_others_too_are_not_asked_about(
    alice: Person, bob: Person, stock: Stock, database: Database
) -> None:
    made = (await alice.post("/items/by-hand", BY_HAND)).headers["location"].rpartition("/")[2]
    preview = await preview_of(alice, made, "shop")
    (another,) = await stock(THEIRS)
    await bob.post(f"/items/{another}/entry")
    page = await alice.see(f"/items/{made}/sources/new")
    assert "which somebody else added, keeps, serves, logs or tags" in page.text
    assert "Are they one?" not in page.text
    answer = await alice.post(f"/items/{made}/sources", {"preview": preview})
    assert (answer.status_code, "So only an operator" in answer.text) == (422, True)
    assert await provenance(database) == {UUID(made): set(), another: {"shop"}}


async def test_one_that_is_it_speaks_of_it_from_then_on_until_that_is_undone(
    alice: Person, stock: Stock, database: Database
) -> None:
    (item,) = await stock(OURS)
    answer = await alice.post(f"/items/{item}/sources", {"preview": await preview_of(alice, item, "shop")})
    assert answer.headers["location"] == f"/items/{item}/sources"
    page = await alice.follow(answer)
    assert "shop speaks of Hyperion from now on." in page.text
    assert await provenance(database) == {item: {"sample", "shop"}}
    assert "482" in (await alice.see(f"/items/{item}")).text
    assert not [row for row in await offered(alice, item) if "shop" in row]
    history = await alice.see(f"/items/{item}/merges")
    (undo,) = (
        form.attributes["action"] for form in history.every("form") if "_method=DELETE" in form.attributes["action"]
    )
    await alice.follow(await alice.post(undo))
    assert sorted(map(sorted, (await provenance(database)).values())) == [["sample"], ["shop"]]


async def test_what_the_catalog_has_as_another_work_is_shown_beside_it_first(
    alice: Person, stock: Stock, database: Database
) -> None:
    (item,) = await stock(OURS)
    preview = await preview_of(alice, item, "shop")
    (another,) = await stock(THEIRS)
    ((_, link),) = [(said, each) for said, each in (await offered(alice, item)).items() if "of its own" in said]
    assert link.attributes["href"] == f"/items/{item}/merges?other={another}"
    answer = await alice.post(f"/items/{item}/sources", {"preview": preview})
    assert answer.headers["location"] == f"/items/{item}/merges?other={another}"
    assert "Make them one" in (await alice.follow(answer)).text
    assert await provenance(database) == {item: {"sample"}, another: {"shop"}}


async def test_what_was_written_by_hand_becomes_one_with_what_a_source_tells(
    alice: Person, odile: Person, database: Database
) -> None:
    made = (await alice.post("/items/by-hand", BY_HAND)).headers["location"].rpartition("/")[2]
    assert "was added by somebody" in (await alice.see(f"/items/{made}/sources/new")).text
    assert "was added by somebody" not in (await odile.see(f"/items/{made}/sources/new")).text
    preview = await preview_of(alice, made, "shop")
    answer = await alice.post(f"/items/{made}/sources", {"preview": preview})
    assert "shop speaks of Hyperion from now on." in (await alice.follow(answer)).text
    there = answer.headers["location"]
    kept = UUID(there.split("/")[2])
    assert kept != UUID(made)
    assert await provenance(database) == {kept: {"shop"}}
    assert (await alice.get(f"/items/{made}")).headers["location"] == f"/items/{kept}"
    for old in ("sources", "sources/new", "merges"):
        assert (await alice.get(f"/items/{made}/{old}")).headers["location"] == f"/items/{kept}/{old}"
    again = await alice.post(f"/items/{made}/sources", {"preview": preview})
    assert again.headers["location"] == f"/items/{kept}/sources"


async def test_what_was_written_by_hand_is_shown_as_the_one_that_goes(alice: Person, stock: Stock) -> None:
    made = (await alice.post("/items/by-hand", BY_HAND)).headers["location"].rpartition("/")[2]
    preview = await preview_of(alice, made, "shop")
    (another,) = await stock(THEIRS)
    there = f"/items/{another}/merges?other={made}"
    assert there in [each.attributes.get("href") for each in (await offered(alice, made)).values()]
    answer = await alice.post(f"/items/{made}/sources", {"preview": preview})
    assert answer.headers["location"] == there
    form = (await alice.follow(answer)).form(f"/items/{another}/merges")
    assert (await alice.post(f"/items/{another}/merges", {"other": form.value("other") or ""})).status_code == 303


async def test_what_only_a_file_told_gives_way_to_what_a_source_tells(
    alice: Person, stock: Stock, database: Database
) -> None:
    (item,) = await stock(work("Hyperion (best book)", source=FROM_FILE, creators=("Dan Simmons",)))
    assert "came from a file" in (await alice.see(f"/items/{item}/sources/new")).text
    preview = await preview_of(alice, item, "shop")
    there = (await alice.post(f"/items/{item}/sources", {"preview": preview})).headers["location"]
    assert (await alice.see(there.removesuffix("/sources"))).one("h1").text == "Hyperion"
    assert list((await provenance(database)).values()) == [{FROM_FILE, "shop"}]


async def test_what_cannot_be_it_is_refused_in_words(alice: Person, stock: Stock, database: Database) -> None:
    (bare,) = await stock(THEIRS)
    preview = await preview_of(alice, bare, "registry")
    (item,) = await stock(OURS)
    assert not [row for row in await offered(alice, item) if "registry" in row]
    before = await provenance(database)
    answer = await alice.post(f"/items/{item}/sources", {"preview": preview})
    assert answer.status_code == 422
    assert "This work has Open Library OL1W and that one Open Library OL2W" in answer.text
    assert await provenance(database) == before


async def test_only_an_operator_says_so_of_what_somebody_else_keeps(
    alice: Person, bob: Person, odile: Person, stock: Stock, database: Database
) -> None:
    (item,) = await stock(OURS)
    preview = await preview_of(alice, item, "shop")
    await bob.post(f"/items/{item}/entry")
    asked = len(SHOP.asked)
    assert not (await alice.see(f"/items/{item}")).has("a", href=f"/items/{item}/sources/new")
    assert "Only an operator" in (await alice.see(f"/items/{item}/sources/new", q="something new")).text
    assert len(SHOP.asked) == asked
    refused = await alice.post(f"/items/{item}/sources", {"preview": preview})
    assert (refused.status_code, "only an operator" in refused.text) == (403, True)
    assert await provenance(database) == {item: {"sample"}}
    assert (await odile.post(f"/items/{item}/sources", {"preview": preview})).status_code == 303
    assert await provenance(database) == {item: {"sample", "shop"}}


async def test_twenty_who_say_so_at_once_of_two_works_bring_it_to_one_of_them(
    odile: Person, stock: Stock, database: Database
) -> None:
    """Whoever comes later is shown where it went; no work is lost in another."""
    twins = await stock(OURS, work("Hyperion, illustrated", FACTS, year=1990, creators=("Dan Simmons",)))
    preview = await preview_of(odile, twins[0], "shop")
    async with asyncio.timeout(60):
        places = [f"/items/{twins[n % 2]}/sources" for n in range(20)]
        answers = await asyncio.gather(*(odile.post(place, {"preview": preview}) for place in places))
    assert {answer.status_code for answer in answers} == {303}
    told = await provenance(database)
    assert sorted(map(sorted, told.values())) == [["sample"], ["sample", "shop"]]
    (home,) = (id_ for id_, sources in told.items() if "shop" in sources)
    elsewhere = {
        answer.headers["location"] for answer, place in zip(answers, places, strict=True) if str(home) not in place
    }
    assert {place.partition("?")[2] for place in elsewhere} == {f"other={home}"}
