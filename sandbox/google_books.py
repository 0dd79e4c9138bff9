"""Google Books v1: volumes by query and by id (developers.google.com/books/docs/v1/reference)."""

import base64
import html
import re
from functools import cache
from urllib.parse import quote_plus

from sandbox.partial import partial
from sandbox.web import Answer, Json, Request, as_json, whole
from sandbox.works import Book, find, fold, works_of

__all__ = ["answer", "book_of", "trouble", "volume_id"]

OPERATORS = ("intitle", "inauthor", "inpublisher", "subject", "isbn", "lccn", "oclc")
TERM = re.compile(rf'(?:({"|".join(OPERATORS)}):)?("[^"]*"|\S+)')
MAX_RESULTS = 40
READERS = 40  # Google counts few ratings: one for so many votes
NO_PICTURE = {"text": False, "image": False}


def answer(request: Request) -> Answer:
    key = request.query.get("key") or request.headers.get("x-goog-api-key", "")
    if not key:
        return _without_key()
    if key == "wrong":
        return trouble(401)
    if request.path == "/volumes":
        found = _list(request.query)
    elif book := book_of(request.path.removeprefix("/volumes/")):
        found = as_json(_volume(book, full=True))
    else:
        found = error(404, "notFound", "The volume ID could not be found.")
    return partial(found, request.query.get("fields", ""))


def volume_id(book: Book) -> str:
    return base64.urlsafe_b64encode(book.digest()[:9]).decode()


def book_of(identifier: str) -> Book | None:
    return _books_by_id().get(identifier)


@cache
def _books_by_id() -> dict[str, Book]:
    return {volume_id(book): book for book in works_of(Book)}


def _list(query: dict[str, str]) -> Answer:
    text = query.get("q", "").strip()
    if not text:
        return error(400, "queryRequired", "Missing query.", locationType="parameter", location="q")
    start, size = query.get("startIndex", "0"), query.get("maxResults", "10")
    if whole(start) < 0:
        return _out_of_range("startIndex", start, "[0, 2147483647]")
    if not 0 <= whole(size) <= MAX_RESULTS:
        return _out_of_range("maxResults", size, f"[0, {MAX_RESULTS}]")
    books = [book for book in _search(text) if query.get("langRestrict", book.language) == book.language]
    if query.get("printType", "").upper() == "MAGAZINES":
        books = []
    if query.get("orderBy") == "newest":
        books.sort(key=lambda book: book.released, reverse=True)
    page = books[int(start) : int(start) + int(size)]
    volumes: Json = {"kind": "books#volumes", "totalItems": _estimate(len(books), int(start), len(page))}
    if page:
        volumes["items"] = [_volume(book, full=False) for book in page]
    return as_json(volumes)


def _estimate(found: int, start: int, shown: int) -> int:
    """Google's total: right when all is shown at once, else large and different on every page."""
    return found if shown == found else found * 10 + start


def _search(text: str) -> list[Book]:
    terms = [(operator, value.strip('"')) for operator, value in TERM.findall(text)]
    books = find(works_of(Book), " ".join(value for operator, value in terms if not operator))
    if all(operator for operator, _ in terms):
        books = sorted(works_of(Book), key=lambda book: -book.popularity)
    return [book for book in books if all(_satisfies(book, operator, value) for operator, value in terms if operator)]


def _satisfies(book: Book, operator: str, value: str) -> bool:
    if operator == "isbn":
        return re.sub(r"[^0-9Xx]", "", value).upper() in filter(None, (book.isbn, isbn10(book.isbn)))
    text = {
        "intitle": " ".join((book.title, book.subtitle, book.original, *book.also)),
        "inauthor": " ".join(book.creators),
        "inpublisher": book.publisher,
        "subject": " ".join(book.genres),
    }.get(operator, "")
    return f" {fold(value)} " in f" {fold(text)} "


def isbn10(isbn13: str) -> str:
    """Empty where there is none."""
    if not isbn13.startswith("978"):
        return ""
    body = isbn13[3:12]
    check = -sum((10 - place) * int(digit) for place, digit in enumerate(body)) % 11
    return body + ("X" if check == 10 else str(check))


def _volume(book: Book, *, full: bool) -> Json:
    """A search hit, or with `full` the fuller detail: hierarchical categories, HTML, printed size."""
    identifier = volume_id(book)
    volume: Json = {
        "kind": "books#volume",
        "id": identifier,
        "etag": base64.urlsafe_b64encode(book.digest("etag")[:8]).decode().rstrip("="),
        "selfLink": f"https://www.googleapis.com/books/v1/volumes/{identifier}",
        "volumeInfo": _info(book, full=full),
        "saleInfo": {"country": "US", "saleability": "NOT_FOR_SALE", "isEbook": False},
        "accessInfo": {
            "country": "US",
            "viewability": "NO_PAGES",
            "embeddable": False,
            "publicDomain": False,
            "textToSpeechPermission": "ALLOWED",
            "epub": {"isAvailable": False},
            "pdf": {"isAvailable": False},
            "webReaderLink": f"http://play.google.com/books/reader?id={identifier}&hl=&source=gbs_api",
            "accessViewStatus": "NONE",
            "quoteSharingAllowed": False,
        },
    }
    if not full and book.about:
        snippet = html.escape(book.about.replace(book.title, f"\0{book.title}\1"))
        volume["searchInfo"] = {"textSnippet": snippet.replace("\0", "<b>").replace("\1", "</b>")}
    return volume


def _info(book: Book, *, full: bool) -> Json:
    identifier = volume_id(book)
    page = f"http://books.google.com/books?id={identifier}"
    info = {
        "title": book.title,
        "subtitle": book.subtitle,
        "authors": list(book.creators),
        "publisher": book.publisher,
        "publishedDate": book.released,
        "description": f"<p>{html.escape(book.about, quote=False)}</p>" if full and book.about else book.about,
        "industryIdentifiers": _identifiers(book),
        "readingModes": NO_PICTURE,
        "pageCount": book.pages,
        "printedPageCount": book.pages if full else 0,
        "dimensions": {"height": "20.00 cm", "width": "13.00 cm", "thickness": "2.20 cm"} if full else {},
        "printType": "BOOK",
        "categories": _categories(book, full=full),
        "averageRating": round(book.rating) / 2 if book.votes >= READERS else 0,
        "ratingsCount": book.votes // READERS,
        "maturityRating": "NOT_MATURE",
        "allowAnonLogging": False,
        "contentVersion": "preview-1.0.0",
        "panelizationSummary": {"containsEpubBubbles": False, "containsImageBubbles": False},
        "imageLinks": _pictures(identifier, full=full) if book.cover else {},
        "language": book.language,
        "previewLink": f"{page}&dq={quote_plus(book.title)}&hl=&cd=1&source=gbs_api",
        "infoLink": f"{page}&hl=&source=gbs_api",
        "canonicalVolumeLink": f"https://books.google.com/books/about/?id={identifier}",
    }
    return {name: value for name, value in info.items() if value is False or value}


def _identifiers(book: Book) -> list[Json]:
    if not book.isbn:
        return [{"type": "OTHER", "identifier": f"OCLC:{book.number()}"}]
    numbers = {"ISBN_10": isbn10(book.isbn), "ISBN_13": book.isbn}
    return [{"type": kind, "identifier": number} for kind, number in numbers.items() if number]


def _categories(book: Book, *, full: bool) -> list[str]:
    """Fiction / Classics in detail, only Fiction in a search hit."""
    return list(book.genres) if full else list(dict.fromkeys(genre.split(" / ")[0] for genre in book.genres))[:1]


def _pictures(identifier: str, *, full: bool) -> Json:
    address = f"http://books.google.com/books/content?id={identifier}&printsec=frontcover&img=1"
    last = "&imgtk=SANDBOX" if full else "&edge=curl"
    return {
        "smallThumbnail": f"{address}&zoom=5{last}&source=gbs_api",
        "thumbnail": f"{address}&zoom=1{last}&source=gbs_api",
    }


def _out_of_range(name: str, value: str, allowed: str) -> Answer:
    message = f"Invalid value '{value}'. Values must be within the range: {allowed}"
    return error(400, "invalidParameter", message, locationType="parameter", location=name)


def error(code: int, reason: str, message: str, **where: str) -> Answer:
    detail = {"message": message, "domain": "global", "reason": reason, **where}
    return as_json({"error": {"code": code, "message": message, "errors": [detail]}}, code)


BAD_KEY = "API key not valid. Please pass a valid API key."


def trouble(status: int) -> Answer:
    """A refused key is a 400 at Google; 429 is the limit per minute of those who have a key."""
    match status:
        case 401:
            details = {"reason": "API_KEY_INVALID", "metadata": {"service": "books.googleapis.com"}}
            return _detailed(400, "badRequest", BAD_KEY, "INVALID_ARGUMENT", details)
        case 429:
            return _over_quota(
                "Queries per minute per user", "defaultPerMinutePerUser", "100", "1/min/{project}/{user}"
            )
        case 503:
            where = {"locationType": "other", "location": "backend_flow"}
            return error(503, "backendFailed", "Service temporarily unavailable.", **where)
    return error(status, "backendError", "Internal error encountered.")


def _without_key() -> Answer:
    """Those without a key share a project whose daily quota is none."""
    return _over_quota("Queries per day", "defaultPerDayPerProject", "0", "1/d/{project}")


def _over_quota(limit: str, name: str, value: str, unit: str) -> Answer:
    message = (
        f"Quota exceeded for quota metric 'Queries' and limit '{limit}' of service "
        "'books.googleapis.com' for consumer 'project_number:624717413613'."
    )
    metadata = {
        "service": "books.googleapis.com",
        "quota_metric": "books.googleapis.com/default",
        "quota_limit": name,
        "quota_limit_value": value,
        "quota_unit": unit,
        "consumer": "projects/624717413613",
    }
    details = {"reason": "RATE_LIMIT_EXCEEDED", "metadata": metadata}
    return _detailed(429, "rateLimitExceeded", message, "RESOURCE_EXHAUSTED", details)


def _detailed(code: int, reason: str, message: str, status: str, details: Json) -> Answer:
    first = {"message": message, "domain": "global", "reason": reason}
    info = {"@type": "type.googleapis.com/google.rpc.ErrorInfo", "domain": "googleapis.com", **details}
    body = {"code": code, "message": message, "errors": [first], "status": status, "details": [info]}
    return as_json({"error": body}, code)
