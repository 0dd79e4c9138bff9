"""Google Books, API v1: https://developers.google.com/books/docs/v1/reference/volumes.

Answers only with a key (the shared quota of the keyless is zero); fails with 503 now and then, which is worth asking
again. `totalItems` is a guess that changes from page to page and is not used.
"""

import re
from datetime import datetime, timedelta, timezone
from typing import Any
from urllib.parse import quote

from app.catalog.candidates import BookFacts, Candidate, Cover, Identifier, ItemType
from app.kit import clock
from app.kit.outbound import OutboundError, Policy, Reply, by_status
from app.sources.budgets import Budget
from app.sources.normalising import (
    as_dict,
    as_list,
    count,
    description,
    dig,
    https_url,
    identifier,
    identifiers,
    isbn13,
    language,
    line,
    log_share,
    names,
    partial_date,
    rating,
    title,
)
from app.sources.source import Source, known

PAGE = "https://books.google.com/books"  # of a volume, which its terms ask us to link to
PAGE_SIZE = 20
COUNTRY = "US"  # without it, callers from many hosting networks are refused: unknownLocation
RENOWNED = 5_000  # ratings
VOLUME_ID = re.compile(r"[\w-]{1,64}", re.ASCII)
OCLC = re.compile(r"\d{1,12}")
QUOTA_CLOCK = timezone(timedelta(hours=-8))  # quotas start anew at midnight Pacific

MAPPING = {
    "id": "metadata: external_id, identifiers, url",
    "volumeInfo.title": "canonical: title",
    "volumeInfo.subtitle": "canonical: subtitle",
    "volumeInfo.authors": "canonical: creators, facts.authors",
    "volumeInfo.publisher": "canonical: facts.publisher",
    "volumeInfo.publishedDate": "canonical: released",
    "volumeInfo.description": "canonical: description",
    "volumeInfo.industryIdentifiers": "metadata: identifiers",
    "volumeInfo.pageCount": "canonical: facts.pages",
    "volumeInfo.printedPageCount": "canonical: facts.pages",
    "volumeInfo.categories": "canonical: genres",
    "volumeInfo.averageRating": "metadata: rating",
    "volumeInfo.ratingsCount": "metadata: rating, popularity",
    "volumeInfo.imageLinks": "canonical: cover",
    "volumeInfo.language": "canonical: language",
    "volumeInfo.canonicalVolumeLink": "metadata: url",
    "volumeInfo.infoLink": "metadata: url",
    "volumeInfo.previewLink": "raw only",
    "volumeInfo.readingModes": "raw only",
    "volumeInfo.dimensions": "raw only",
    "volumeInfo.printType": "raw only",
    "volumeInfo.maturityRating": "raw only",
    "volumeInfo.allowAnonLogging": "raw only",
    "volumeInfo.contentVersion": "raw only",
    "volumeInfo.panelizationSummary": "raw only",
    "volumeInfo.seriesInfo": "raw only",
    "volumeInfo.mainCategory": "raw only",
    "kind": "raw only",
    "etag": "raw only",
    "selfLink": "raw only",
    "saleInfo": "raw only",
    "accessInfo": "raw only",
    "searchInfo": "raw only",
}


def judge(reply: Reply) -> OutboundError | None:
    """Errors share one envelope; what matters is the reason in it."""
    failure = by_status(reply)
    if failure is None:
        return None
    error = as_dict(dig(reply.body, "error"))
    details = as_list(error.get("details"))
    reasons = {dig(each, "reason") for each in [*as_list(error.get("errors")), *details]}
    if reasons & {"API_KEY_INVALID", "keyInvalid", "keyExpired"}:
        return OutboundError("bad_credentials")
    limits = {str(dig(each, "metadata", key)) for each in details for key in ("quota_limit", "quota_limit_value")}
    if reply.status == 429 and "0" in limits:
        return OutboundError("bad_credentials")  # asked as if without a key
    if "dailyLimitExceeded" in reasons or any("PerDay" in limit for limit in limits):
        return OutboundError("quota_exhausted", next_quota(clock.now()))
    if reasons & {"userRateLimitExceeded", "rateLimitExceeded"}:
        return OutboundError("rate_limited", reply.until)
    if "unknownLocation" in reasons:
        return OutboundError("bad_request")
    return failure


def next_quota(now: datetime) -> datetime:
    today = now.astimezone(QUOTA_CLOCK).replace(hour=0, minute=0, second=0, microsecond=0)
    return (today + timedelta(days=1)).astimezone(now.tzinfo)


class GoogleBooks(Source):
    name = "google_books"
    label = "Google Books"
    types = frozenset[ItemType]({"book"})
    keys = ("GOOGLE_BOOKS_KEY",)
    credit = "Book data powered by Google."
    home = "https://books.google.com"
    terms = "https://developers.google.com/books/terms"
    key_page = "https://console.cloud.google.com/apis/library/books.googleapis.com"
    key_steps = (
        "Free for 1,000 questions a day. In a Google Cloud project, enable the Books API there; then, under "
        "Credentials, create an API key. If you restrict it, allow the Books API and this server’s address."
    )
    policy = Policy(judge=judge, attempts=4, first_wait=0.3, connect=2.0, read=5.0)
    budget = Budget(per_second=5, burst=10, at_once=4, per_day=950, zone="America/Los_Angeles")  # of 1,000

    async def search(self, text: str, item_type: ItemType | None = None, page: int = 1) -> list[Candidate]:
        isbn = isbn13(text)
        params: dict[str, str | int] = {
            "q": f"isbn:{isbn}" if isbn else text,
            "startIndex": (page - 1) * PAGE_SIZE,
            "maxResults": PAGE_SIZE,
            "printType": "books",
            "fields": "totalItems,items(kind,id,etag,selfLink,volumeInfo)",
        }
        answer = as_dict(await self._volumes("", params))
        if "totalItems" not in answer and "items" not in answer:
            raise self.down("unreadable")
        return known(candidate_of_volume(row) for row in as_list(answer.get("items")))

    async def fetch(self, external_id: str) -> Candidate:
        if not VOLUME_ID.fullmatch(external_id):
            raise self.down("not_found")
        candidate = candidate_of_volume(await self._volumes(f"/{quote(external_id)}", {}))
        if candidate is None:
            raise self.down("unreadable")
        return candidate

    async def prove(self) -> None:
        await self._volumes("", {"q": "dune", "maxResults": 1, "fields": "totalItems"})

    async def _volumes(self, path: str, params: dict[str, str | int]) -> Any:
        key = self.settings.google_books_key
        return await self.ask(
            "GET",
            f"{self.settings.google_books_url}/volumes{path}",
            params={**params, "country": COUNTRY},
            headers={"X-Goog-Api-Key": key.get_secret_value()} if key else None,
        )


def candidate_of_volume(raw: Any) -> Candidate | None:
    """A row of a search or a whole volume: the latter has nested categories, HTML and `printedPageCount`."""
    volume_id = dig(raw, "id")
    info = as_dict(dig(raw, "volumeInfo"))
    name = title(info.get("title"))
    if not isinstance(volume_id, str) or not VOLUME_ID.fullmatch(volume_id) or name is None:
        return None
    authors = names(as_list(info.get("authors")))
    return Candidate(
        source=GoogleBooks.name,
        external_id=volume_id,
        title=name,
        subtitle=title(info.get("subtitle")),
        creators=authors,
        released=partial_date(info.get("publishedDate")),
        description=description(info.get("description")),
        language=language(info.get("language")),
        genres=_genres(as_list(info.get("categories"))),
        cover=Cover(provider=GoogleBooks.name, key=volume_id) if as_dict(info.get("imageLinks")) else None,
        identifiers=identifiers(
            *(_identifier(each) for each in as_list(info.get("industryIdentifiers"))),
            identifier("google_books", volume_id),
        ),
        rating=rating(info.get("averageRating"), 5, info.get("ratingsCount")),
        popularity=log_share(info.get("ratingsCount"), RENOWNED),
        url=https_url(info.get("canonicalVolumeLink")) or https_url(info.get("infoLink")) or f"{PAGE}?id={volume_id}",
        facts=BookFacts(
            authors=authors,
            publisher=line(info.get("publisher")),
            pages=count(info.get("pageCount")) or count(info.get("printedPageCount")),
        ),
        raw=raw,
    )


def _identifier(raw: Any) -> Identifier | None:
    """ISBNs, and OCLC numbers among the OTHER; an ISSN names a series and no work."""
    value = dig(raw, "identifier")
    if dig(raw, "type") in ("ISBN_10", "ISBN_13"):
        return identifier("isbn13", isbn13(value))
    if isinstance(value, str) and value.startswith("OCLC:"):
        return identifier("oclc", value.removeprefix("OCLC:"), shape=OCLC)
    return None


def _genres(categories: list[Any]) -> tuple[str, ...]:
    """ "Fiction / Classics" and "Fiction / General" are Fiction and Classics."""
    parts = (part for category in categories if isinstance(category, str) for part in category.split(" / "))
    return tuple(genre for genre in names(parts) if genre != "General")
