"""Open Library: search, works, editions, authors and books by ISBN (openlibrary.org/developers/api)."""

import math
import re
from collections.abc import Callable
from functools import cache
from urllib.parse import urlencode

from sandbox.google_books import isbn10
from sandbox.open_library_records import (
    LANGUAGES,
    Author,
    Volume,
    author_record,
    edition_id,
    edition_record,
    volumes,
    work_record,
)
from sandbox.web import Answer, Json, Request, as_json, moved, whole
from sandbox.works import Book, fold, ranked, works_of

__all__ = ["answer", "book_of_cover", "trouble"]

PAGE = 50
READERS = 40  # one rating for so many votes
USUAL = (
    "author_key", "author_name", "cover_edition_key", "cover_i", "ebook_access", "edition_count", "first_publish_year",
    "has_fulltext", "key", "language", "public_scan_b", "subtitle", "title",
)  # fmt: skip
EDITION_USUAL = ("key", "title", "subtitle", "cover_i", "language", "ebook_access")
TERM = re.compile(r'(?:(title|author|isbn|publisher|subject|language|key):)?("[^"]*"|\S+)')
SORTS: dict[str, Callable[[Volume], float]] = {
    "editions": lambda volume: -len(volume.editions),
    "new": lambda volume: -(volume.first_year or -math.inf),
    "old": lambda volume: volume.first_year or math.inf,
    "rating": lambda volume: -volume.best.rating,
}


def answer(request: Request) -> Answer:
    path = request.path.removesuffix(".json").strip("/").split("/")
    match path:
        case ["search"]:
            return _search(request.query)
        case ["works", olid]:
            return _work(olid)
        case ["works", olid, "editions"] if volume := _by_work().get(olid):
            return _editions(volume, request.query)
        case ["books", olid] if edition := _by_edition().get(olid):
            return as_json(edition_record(*edition))
        case ["authors", olid] if author := _by_author().get(olid):
            return as_json(author_record(author))
        case ["isbn", isbn] if edition := _by_isbn().get(isbn.replace("-", "").upper()):
            return moved(f"{request.prefix}/books/{edition_id(edition[0])}.json")
        case ["api", "books"]:
            return _books(request.query)
    return as_json({"error": "notfound", "key": f"/{'/'.join(path)}"}, 404)


@cache
def _by_work() -> dict[str, Volume]:
    return {volume.olid: volume for volume in volumes()}


@cache
def _merged() -> dict[str, Volume]:
    return {volume.merged: volume for volume in volumes()}


@cache
def _by_edition() -> dict[str, tuple[Book, Volume]]:
    return {edition_id(book): (book, volume) for volume in volumes() for book in volume.editions}


@cache
def _by_isbn() -> dict[str, tuple[Book, Volume]]:
    known: dict[str, tuple[Book, Volume]] = {}
    for book, volume in _by_edition().values():
        known |= {isbn: (book, volume) for isbn in (book.isbn, isbn10(book.isbn)) if isbn}
    return known


@cache
def _by_author() -> dict[str, Author]:
    return {author.olid: author for volume in volumes() for author in volume.authors}


def book_of_cover(kind: str, value: str) -> Book | None:
    """`kind` as in the covers' addresses: id, isbn or olid."""
    match kind:
        case "id":
            return _covers().get(value)
        case "isbn":
            return _by_isbn()[value][0] if value in _by_isbn() else None
        case "olid" if value in _by_edition():
            return _by_edition()[value][0]
        case "olid" if value in _by_work():
            return _by_work()[value].best
    return None


@cache
def _covers() -> dict[str, Book]:
    return {str(book.number()): book for book in works_of(Book) if book.cover}


# Records


def _work(olid: str) -> Answer:
    """A merged work is a record that says where it went, with 200."""
    if volume := _by_work().get(olid):
        return as_json(work_record(volume))
    if volume := _merged().get(olid):
        gone = {"key": f"/works/{olid}", "type": {"key": "/type/redirect"}, "location": f"/works/{volume.olid}"}
        return as_json(gone)
    return as_json({"error": "notfound", "key": f"/works/{olid}"}, 404)


def _editions(volume: Volume, query: dict[str, str]) -> Answer:
    start, size = max(0, whole(query.get("offset", "0"))), whole(query.get("limit", str(PAGE)))
    rows = [edition_record(book, volume) for book in volume.editions]
    address = f"/works/{volume.olid}/editions.json"
    links = {"self": f"{address}?{urlencode(query)}" if query else address, "work": f"/works/{volume.olid}"}
    if start + size < len(rows):
        links["next"] = f"{address}?{urlencode({'offset': start + size, 'limit': size})}"
    return as_json({"links": links, "size": len(rows), "entries": rows[start : start + size]})


def _books(query: dict[str, str]) -> Answer:
    """By bibkeys; those unknown are left out."""
    found = {}
    for bibkey in query.get("bibkeys", "").split(","):
        kind, _, value = bibkey.partition(":")
        edition = _by_isbn().get(value) if kind == "ISBN" else _by_edition().get(value)
        if edition:
            found[bibkey] = _data(*edition)
    return as_json(found)


def _data(book: Book, volume: Volume) -> Json:
    olid = edition_id(book)
    covers = f"https://covers.openlibrary.org/b/id/{book.number()}"
    data = {
        "url": f"https://openlibrary.org/books/{olid}/{fold(book.title).replace(' ', '_')}",
        "key": f"/books/{olid}",
        "title": book.title,
        "subtitle": book.subtitle,
        "authors": [{"url": f"https://openlibrary.org/authors/{who.olid}", "name": who.name} for who in volume.authors],
        "number_of_pages": book.pages,
        "identifiers": {
            name: value
            for name, value in {
                "isbn_10": [isbn10(book.isbn)] if isbn10(book.isbn) else [],
                "isbn_13": [book.isbn] if book.isbn else [],
                "openlibrary": [olid],
            }.items()
            if value
        },
        "publishers": [{"name": book.publisher}] if book.publisher else [],
        "publish_date": edition_record(book, volume).get("publish_date"),
        "cover": {size: f"{covers}-{letter}.jpg" for size, letter in (("small", "S"), ("medium", "M"), ("large", "L"))}
        if book.cover
        else None,
    }
    return {name: value for name, value in data.items() if value}


# Searching


def _search(query: dict[str, str]) -> Answer:
    text = query.get("q")
    if text is not None and (refused := _refused(text)):
        return refused
    size, page = whole(query.get("limit", "100")), whole(query.get("page", "1"))
    start = whole(query["offset"]) if "offset" in query else (page - 1) * size
    if min(size, start) < 0:
        return unprocessable("limit", "Input should be greater than or equal to 0", query.get("limit", ""))
    found = _found(query)
    if order := SORTS.get(query.get("sort", "")):
        found.sort(key=order)
    fields = query.get("fields", ",".join(USUAL)).split(",")
    return as_json(
        {
            "numFound": len(found),
            "start": start,
            "numFoundExact": True,
            "num_found": len(found),
            "documentation_url": "https://openlibrary.org/dev/docs/api/search",
            "q": text or "",
            "offset": int(query["offset"]) if "offset" in query else None,
            "docs": [_doc(volume, fields) for volume in found[start : start + size]],
        }
    )


def _refused(text: str) -> Answer | None:
    if len(text.strip()) < 3:
        return unprocessable("q", "Value error, Query too short, must be at least 3 characters", text)
    if text.strip().casefold() == "the":
        return unprocessable("q", "Value error, Invalid query; too many results would be returned", text)
    return None


def _found(query: dict[str, str]) -> list[Volume]:
    terms = [(name, value.strip('"')) for name, value in TERM.findall(query.get("q", ""))]
    narrowed = [(name, value) for name, value in terms if name]
    narrowed += [(name, query[name]) for name in MATCHES if query.get(name)]
    words = " ".join(value for name, value in terms if not name)
    hits = ranked(volumes(), words, lambda volume: volume.names, _rest)
    if not words:
        hits = sorted(volumes(), key=lambda volume: -volume.popularity) if narrowed else []
    return [volume for volume in hits if all(MATCHES[name](volume, value) for name, value in narrowed)]


def _rest(volume: Volume) -> list[str]:
    publishers = [book.publisher for book in volume.editions if book.publisher]
    return [*(author.name for author in volume.authors), *volume.isbns, *publishers, volume.best.subtitle]


def _has(value: str, texts: list[str]) -> bool:
    """Every word in one of the texts; signs as they stand."""
    words = fold(value).split()
    return any(set(words) <= set(fold(text).split()) if words else value == text for text in texts)


MATCHES: dict[str, Callable[[Volume, str], bool]] = {
    "title": lambda volume, value: _has(value, [*volume.names, f"{volume.best.title} {volume.best.subtitle}"]),
    "author": lambda volume, value: _has(value, [author.name for author in volume.authors]),
    "isbn": lambda volume, value: value.replace("-", "").upper() in volume.isbns,
    "publisher": lambda volume, value: _has(value, [book.publisher for book in volume.editions]),
    "subject": lambda volume, value: _has(value, volume.subjects),
    "language": lambda volume, value: value in volume.languages,
    "key": lambda volume, value: value in (f"/works/{volume.olid}", volume.olid),
}


def _doc(volume: Volume, fields: list[str]) -> Json:
    doc = {name: value for name, value in _all_fields(volume).items() if name in fields or "*" in fields}
    wanted = [name.removeprefix("editions.") for name in fields if name.startswith("editions.")]
    if wanted or "editions" in fields:
        doc["editions"] = _best_edition(volume, wanted or list(EDITION_USUAL))
    return doc


def _all_fields(volume: Volume) -> Json:
    """The usual ones, and those that must be asked for."""
    book = volume.best
    covered = next((each for each in volume.editions if each.cover), None)
    pages = sorted(each.pages for each in volume.editions if each.pages)
    rated = book.votes // READERS
    doc = {
        "author_key": [author.olid for author in volume.authors],
        "author_name": [author.name for author in volume.authors],
        "cover_edition_key": edition_id(covered) if covered else None,
        "cover_i": covered.number() if covered else None,
        "ebook_access": "no_ebook",
        "edition_count": len(volume.editions),
        "edition_key": [edition_id(each) for each in volume.editions],
        "first_publish_year": volume.first_year,
        "has_fulltext": False,
        "isbn": volume.isbns,
        "key": f"/works/{volume.olid}",
        "language": volume.languages,
        "number_of_pages_median": pages[len(pages) // 2] if pages else None,
        "public_scan_b": False,
        "publish_date": [record["publish_date"] for record in _records(volume) if "publish_date" in record],
        "publish_year": sorted({each.year for each in volume.editions if each.year}),
        "publisher": list(dict.fromkeys(each.publisher for each in volume.editions if each.publisher)),
        "ratings_average": book.rating / 2 if rated else None,
        "ratings_count": rated or None,
        "subject": volume.subjects,
        "subtitle": book.subtitle,
        "title": book.title,
    }
    return {name: value for name, value in doc.items() if value is False or value}


def _records(volume: Volume) -> list[Json]:
    return [edition_record(book, volume) for book in volume.editions]


def _best_edition(volume: Volume, fields: list[str]) -> Json:
    book = volume.best
    row = {
        "key": f"/books/{edition_id(book)}",
        "title": book.title,
        "subtitle": book.subtitle,
        "isbn": [isbn for isbn in (book.isbn, isbn10(book.isbn)) if isbn],
        "cover_i": book.number() if book.cover else None,
        "language": [LANGUAGES[book.language]],
        "publisher": [book.publisher] if book.publisher else [],
        "publish_date": [date] if (date := edition_record(book, volume).get("publish_date")) else [],
        "ebook_access": "no_ebook",
    }
    docs = [{name: value for name, value in row.items() if value and (name in fields or "*" in fields)}]
    return {"numFound": len(volume.editions), "start": 0, "numFoundExact": True, "docs": docs}


def unprocessable(name: str, message: str, given: str) -> Answer:
    return as_json({"detail": [{"type": "value_error", "loc": ["query", name], "msg": message, "input": given}]}, 422)


def trouble(status: int) -> Answer:
    """There is no key to refuse; a caller it does not like is a 403."""
    match status:
        case 401:
            return as_json({"error": "forbidden"}, 403)
        case 429:
            hint = "Consider using https://openlibrary.org/developers/dumps."
            return as_json({"status": 429, "message": f"Too Many Requests. {hint}"}, 429)
    return as_json({"error": "internal_error" if status == 500 else "service_unavailable"}, status)
