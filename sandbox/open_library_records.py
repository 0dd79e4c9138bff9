"""What Open Library keeps: works, the editions that make them up, and authors. What is unknown has no key."""

import datetime as dt
from dataclasses import dataclass
from functools import cache

from sandbox.google_books import isbn10
from sandbox.web import Json
from sandbox.works import Book, fold, made_number, works_of

__all__ = ["LANGUAGES", "Author", "Volume", "author_record", "edition_id", "edition_record", "volumes", "work_record"]

LANGUAGES = {
    "ar": "ara", "de": "ger", "en": "eng", "es": "spa", "fr": "fre", "it": "ita", "ja": "jpn", "ru": "rus", "zh": "chi",
}  # fmt: skip
AUTHORS = {
    "Frank Herbert": "OL79034A", "J. K. Rowling": "OL23919A", "J. R. R. Tolkien": "OL26320A",
    "Jane Austen": "OL21594A", "George Orwell": "OL118077A",
}  # fmt: skip
DATES = ("%B %-d, %Y", "%Y-%m-%d", "%b %d, %Y")  # as people typed them
ENTERED = {"type": "/type/datetime", "value": "2009-12-11T01:12:51.084799"}


@dataclass(frozen=True)
class Author:
    name: str

    @property
    def olid(self) -> str:
        return AUTHORS.get(self.name, f"OL{made_number(self.name)}A")


@dataclass(frozen=True)
class Volume:
    """A work with its editions, the best known first."""

    editions: tuple[Book, ...]

    @property
    def best(self) -> Book:
        return self.editions[0]

    @property
    def popularity(self) -> int:
        return self.best.popularity

    @property
    def names(self) -> tuple[str, ...]:
        """Every title it goes by."""
        return tuple(name for book in self.editions for name in (book.title, book.original, *book.also) if name)

    @property
    def authors(self) -> tuple[Author, ...]:
        return tuple(map(Author, self.best.creators))

    @property
    def olid(self) -> str:
        return self.best.olid or f"OL{made_number(f'OL/{_identity(self.best)}')}W"

    @property
    def merged(self) -> str:
        """A second record of the same work, since merged into it."""
        return f"OL{made_number(f'OL/merged/{_identity(self.best)}')}W"

    @property
    def first_year(self) -> int | None:
        return min((book.year for book in self.editions if book.year), default=None)

    @property
    def isbns(self) -> list[str]:
        return [isbn for book in self.editions if book.isbn for isbn in (book.isbn, isbn10(book.isbn)) if isbn]

    @property
    def languages(self) -> list[str]:
        return list(dict.fromkeys(LANGUAGES[book.language] for book in self.editions))

    @property
    def subjects(self) -> list[str]:
        """The headings cut up: Fiction / Classics is two of them."""
        return list(
            dict.fromkeys(part for book in self.editions for genre in book.genres for part in genre.split(" / "))
        )

    @property
    def covers(self) -> list[int]:
        return [book.number() for book in self.editions if book.cover]


def _identity(book: Book) -> tuple[str, tuple[str, ...]]:
    return fold(book.title), book.creators


@cache
def volumes() -> tuple[Volume, ...]:
    together: dict[tuple[str, tuple[str, ...]], list[Book]] = {}
    for book in works_of(Book):
        together.setdefault(_identity(book), []).append(book)
    return tuple(Volume(tuple(sorted(books, key=lambda book: -book.popularity))) for books in together.values())


def edition_id(book: Book) -> str:
    return f"OL{book.number()}M"


def work_record(volume: Volume) -> Json:
    """The description is a text or an object, and a cover that was taken away is -1."""
    book, famous = volume.best, volume.popularity >= 90
    described = book.about if book.digest()[0] % 2 else {"type": "/type/text", "value": book.about}
    record = {
        "title": book.title,
        "subtitle": book.subtitle,
        "key": f"/works/{volume.olid}",
        "authors": [
            {"author": {"key": f"/authors/{author.olid}"}, "type": {"key": "/type/author_role"}}
            for author in volume.authors
        ],
        "type": {"key": "/type/work"},
        "description": described if book.about else "",
        "covers": volume.covers[:1] + [-1] * famous + volume.covers[1:],
        "subjects": volume.subjects,
        "first_publish_date": str(volume.first_year) if volume.first_year and book.digest()[1] % 2 else "",
    }
    return _known(record) | _entered()


def edition_record(book: Book, volume: Volume) -> Json:
    record = {
        "title": book.title,
        "subtitle": book.subtitle,
        "key": f"/books/{edition_id(book)}",
        "authors": [{"key": f"/authors/{author.olid}"} for author in map(Author, book.creators)],
        "works": [{"key": f"/works/{volume.olid}"}],
        "type": {"key": "/type/edition"},
        "publishers": [book.publisher] if book.publisher else [],
        "publish_date": _typed_date(book),
        "number_of_pages": book.pages,
        "isbn_13": [book.isbn] if book.isbn else [],
        "isbn_10": [isbn10(book.isbn)] if isbn10(book.isbn) else [],
        "covers": [book.number()] if book.cover else [],
        "languages": [{"key": f"/languages/{LANGUAGES[book.language]}"}],
    }
    return _known(record) | {"identifiers": {}, "classifications": {}} | _entered()


def author_record(author: Author) -> Json:
    return {"name": author.name, "key": f"/authors/{author.olid}", "type": {"key": "/type/author"}} | _entered()


def _typed_date(book: Book) -> str:
    match len(book.released):
        case 10:
            return dt.date.fromisoformat(book.released).strftime(DATES[book.digest()[2] % len(DATES)])
        case 7:
            return dt.date.fromisoformat(f"{book.released}-01").strftime("%B %Y")
    return book.released


def _known(record: Json) -> Json:
    return {name: value for name, value in record.items() if value}


def _entered() -> Json:
    return {"latest_revision": 5, "revision": 5, "created": ENTERED, "last_modified": ENTERED}
