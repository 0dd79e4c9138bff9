"""Open Library: works become books."""

from urllib.parse import unquote_plus

import pytest

from app.catalog.candidates import BookFacts, Cover, Identifier, SourceRating
from app.sources.errors import SourceDown
from app.sources.open_library import candidate_of_row, candidate_of_work, question_of
from app.sources.source import Source
from tests.sources.fixture import fixture
from tests.sources.stub import Heard, Stub, reply

NOT_FOUND = {"error": "notfound", "key": "/works/OL1W"}


def test_a_row_is_a_book_with_all_its_facts() -> None:
    book = candidate_of_row(fixture("open_library_row"))
    assert book is not None
    assert (book.source, book.external_id, book.type) == ("open_library", "OL893415W", "book")
    assert (book.title, book.subtitle, book.creators) == ("Dune", "Book One of the Chronicles", ("Frank Herbert",))
    assert book.facts == BookFacts(authors=("Frank Herbert",), publisher="Ace Books", pages=535)
    assert book.released is not None
    assert (book.year, book.released.precision, book.language) == (1965, "year", "en")
    assert book.cover == Cover(provider="open_library", key="11481354")
    assert book.url == "https://openlibrary.org/works/OL893415W"
    assert book.rating == SourceRating(value=4.29, scale=5, votes=512)
    assert book.identifiers == (
        Identifier(scheme="openlibrary", value="OL893415W"),
        Identifier(scheme="isbn13", value="9780441013593"),
        Identifier(scheme="isbn13", value="9780441172719"),
        Identifier(scheme="isbn13", value="9780340960196"),
    )


def test_a_work_knows_what_it_is_about_but_not_who_wrote_it() -> None:
    work = candidate_of_work(fixture("open_library_work"))
    assert work is not None
    assert (work.description, work.creators) == ("A desert planet,\nand a boy.", ())
    assert work.cover == Cover(provider="open_library", key="11481354")  # -1 is one that was deleted
    assert work.released is not None
    assert (work.year, work.released.precision) == (1965, "month")


async def test_a_search_keeps_the_works_each_once(sources: dict[str, Source], stub: Stub) -> None:
    stub.says(200, fixture("open_library_search"))
    dune, messiah = await sources["open_library"].search("dune", None, 2)
    assert (dune.title, messiah.title) == ("Dune", "Dune Messiah")
    assert (messiah.language, messiah.facts) == (None, BookFacts())  # editions that disagree tell nothing of the work
    asked = stub.heard[0]
    assert (asked.path, asked.query["q"], asked.query["page"]) == ("/open-library/search.json", "dune", "2")
    assert "editions.isbn" in asked.query["fields"]
    assert asked.headers["user-agent"].endswith("(https://example.org)")


@pytest.mark.parametrize(
    ("text", "question"),
    [
        ("dune", {"q": "dune"}),
        ('dune: "part two"', {"q": "dune part two"}),
        ("0-441-17271-7", {"q": "isbn:9780441172719"}),
        ("It", {"title": "It"}),
        ("The", {"title": "The"}),
        ("...", {"q": "..."}),
    ],
)
def test_a_question_is_one_it_takes(text: str, question: dict[str, str]) -> None:
    assert question_of(text) == question


async def test_what_is_too_short_even_for_a_title_is_nothing_found(sources: dict[str, Source], stub: Stub) -> None:
    stub.says(422, {"detail": [{"msg": "Value error, Query too short, must be at least 3 characters"}]})
    assert await sources["open_library"].search("V") == []
    with pytest.raises(SourceDown) as down:
        await sources["open_library"].search("dune")
    assert down.value.kind == "bad_request"


async def test_a_work_is_fetched_with_its_authors_and_its_description(sources: dict[str, Source], stub: Stub) -> None:
    row = fixture("open_library_row")
    work = fixture("open_library_work")
    stub.answers(lambda heard: reply(200, work if "/works/" in heard.path else {"docs": [row]}))
    book = await sources["open_library"].fetch("OL893415W")
    assert (book.creators, book.description) == (("Frank Herbert",), "A desert planet,\nand a boy.")
    assert book.raw == {"work": work, "row": row}
    assert unquote_plus(stub.heard[1].target).partition("q=")[2].startswith('key:"/works/OL893415W"')


async def test_without_the_search_the_work_is_enough(sources: dict[str, Source], stub: Stub) -> None:
    work = fixture("open_library_work")
    stub.answers(lambda heard: reply(200, work) if "/works/" in heard.path else reply(500, b""))
    book = await sources["open_library"].fetch("OL893415W")
    assert (book.title, book.creators) == ("Dune", ())


async def test_a_merged_work_is_followed_once(sources: dict[str, Source], stub: Stub) -> None:
    work = fixture("open_library_work")
    gone = {"key": "/works/OL1W", "type": {"key": "/type/redirect"}, "location": "/works/OL893415W"}

    def answer(heard: Heard) -> bytes:
        if "search" in heard.path:
            return reply(200, {"docs": []})
        return reply(200, gone if heard.path.endswith("OL1W.json") else work)

    stub.answers(answer)
    assert (await sources["open_library"].fetch("OL1W")).external_id == "OL893415W"
    stub.says(200, gone | {"location": "/works/OL1W"})
    with pytest.raises(SourceDown) as down:
        await sources["open_library"].fetch("OL1W")
    assert down.value.kind == "not_found"


@pytest.mark.parametrize(
    ("status", "body", "kind"),
    [
        (404, NOT_FOUND, "not_found"),
        (200, {"key": "/works/OL1W", "type": {"key": "/type/delete"}}, "not_found"),
        (403, b"<html>", "rate_limited"),
        (429, {"status": 429, "message": "Too Many Requests."}, "rate_limited"),
        (503, b"", "down"),
    ],
)
async def test_each_trouble_has_its_kind(
    sources: dict[str, Source], stub: Stub, status: int, body: object, kind: str
) -> None:
    stub.says(status, body)
    with pytest.raises(SourceDown) as down:
        await sources["open_library"].fetch("OL1W")
    assert down.value.kind == kind
