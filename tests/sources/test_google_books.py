"""Google Books: volumes become books."""

from datetime import UTC, datetime
from typing import Any

import pytest

from app.catalog.candidates import BookFacts, Cover, Identifier, SourceRating
from app.kit.outbound import Kind, Reply
from app.sources.errors import SourceDown
from app.sources.google_books import candidate_of_volume, judge, next_quota
from app.sources.source import Source
from tests.sources.fixture import fixture
from tests.sources.stub import Stub


def envelope(reason: str, limit: str = "", value: str = "1000") -> dict[str, Any]:
    error: dict[str, Any] = {"errors": [{"domain": "global", "reason": reason, "message": "Said."}]}
    metadata = {"quota_limit": limit, "quota_limit_value": value}
    return {"error": error | ({"details": [{"reason": "SAID", "metadata": metadata}]} if limit else {})}


def test_a_volume_is_a_book_with_all_its_facts() -> None:
    book = candidate_of_volume(fixture("google_books_volume"))
    assert book is not None
    assert (book.source, book.external_id, book.type) == ("google_books", "B1hSG45JCX4C", "book")
    assert (book.title, book.subtitle) == ("Dune", "Book One of the Chronicles")
    assert book.creators == ("Frank Herbert",)
    assert book.facts == BookFacts(authors=("Frank Herbert",), publisher="Ace Books", pages=535)
    assert book.released is not None
    assert (book.year, book.released.precision) == (1965, "month")
    assert book.description == (
        "A desert planet, a spice, and a boy who must not be what he will become.\n\nSand & prophecy."
    )
    assert book.genres == ("Fiction", "Science Fiction", "Space Opera")
    assert book.language == "en"
    assert book.cover == Cover(provider="google_books", key="B1hSG45JCX4C")
    assert book.url == "https://books.google.com/books/about/Dune.html?id=B1hSG45JCX4C"
    assert book.rating == SourceRating(value=4.5, scale=5, votes=1200)
    assert book.popularity == pytest.approx(0.8324, abs=0.001)
    assert set(book.identifiers) == {
        Identifier(scheme="isbn13", value="9780441172719"),
        Identifier(scheme="oclc", value="22237379"),
        Identifier(scheme="google_books", value="B1hSG45JCX4C"),
    }


async def test_a_search_keeps_what_it_can_read_each_once(sources: dict[str, Source], stub: Stub) -> None:
    stub.says(200, fixture("google_books_search"))
    books = await sources["google_books"].search("dune", None, 2)
    assert [(book.external_id, book.title) for book in books] == [
        ("B1hSG45JCX4C", "Dune"),
        ("oldScan00001", "On Dunes"),
    ]
    assert (books[1].released, books[1].language, books[1].facts) == (None, None, BookFacts())
    asked = stub.heard[0]
    assert (asked.path, asked.query["q"], asked.query["startIndex"]) == ("/books/v1/volumes", "dune", "20")
    assert asked.query["country"] == "US"
    assert asked.headers["x-goog-api-key"] == "google-key"
    assert "google-key" not in asked.target


async def test_no_hit_is_no_items_at_all(sources: dict[str, Source], stub: Stub) -> None:
    stub.says(200, {"kind": "books#volumes", "totalItems": 0})
    assert await sources["google_books"].search("zzz") == []


async def test_an_isbn_is_asked_for_as_one(sources: dict[str, Source], stub: Stub) -> None:
    stub.says(200, {"totalItems": 0})
    await sources["google_books"].search("0-441-17271-7")
    assert stub.heard[0].query["q"] == "isbn:9780441172719"


async def test_one_volume_is_fetched_by_its_id(sources: dict[str, Source], stub: Stub) -> None:
    stub.says(200, fixture("google_books_volume"))
    assert (await sources["google_books"].fetch("B1hSG45JCX4C")).title == "Dune"
    assert stub.heard[0].path == "/books/v1/volumes/B1hSG45JCX4C"


@pytest.mark.parametrize(
    ("status", "body", "kind"),
    [
        (400, envelope("badRequest"), "bad_request"),
        (400, {"error": {"details": [{"reason": "API_KEY_INVALID"}]}}, "bad_credentials"),
        (403, envelope("unknownLocation"), "bad_request"),
        (403, envelope("accessNotConfigured"), "bad_credentials"),
        (403, envelope("dailyLimitExceeded"), "quota_exhausted"),
        (403, envelope("userRateLimitExceeded"), "rate_limited"),
        (404, envelope("notFound"), "not_found"),
        (429, envelope("rateLimitExceeded", "PerMinutePerProject"), "rate_limited"),
        (429, envelope("rateLimitExceeded", "defaultPerDayPerProject"), "quota_exhausted"),
        (429, envelope("rateLimitExceeded", "defaultPerDayPerProject", "0"), "bad_credentials"),
        (429, None, "rate_limited"),
        (503, envelope("backendFailed"), "down"),
        (503, {"error": "a string"}, "down"),
        (500, [], "down"),
    ],
)
def test_each_trouble_has_its_kind(status: int, body: Any, kind: Kind) -> None:
    error = judge(Reply(status, body))
    assert error is not None
    assert error.kind == kind


def test_the_quota_starts_anew_at_midnight_in_california() -> None:
    assert next_quota(datetime(2026, 3, 1, 7, 59, tzinfo=UTC)) == datetime(2026, 3, 1, 8, tzinfo=UTC)
    assert next_quota(datetime(2026, 3, 1, 8, 0, tzinfo=UTC)) == datetime(2026, 3, 2, 8, tzinfo=UTC)


async def test_a_backend_that_fails_now_and_then_is_asked_again(sources: dict[str, Source], stub: Stub) -> None:
    stub.says(503, envelope("backendFailed"))
    with pytest.raises(SourceDown) as down:
        await sources["google_books"].search("dune")
    assert down.value.kind == "down"
    assert len(stub.heard) == 4
