"""What things are called on the page: the words of docs/glossary.md, in one place."""

from datetime import date, datetime, timedelta
from typing import Protocol

from app.catalog.wording import date_in_words, labels
from app.library.models import STATUSES
from app.sources import registry

TYPES = {"book": "Book", "movie": "Film or series", "game": "Game", "music": "Music"}
MANY = {"book": "Books", "movie": "Films & series", "game": "Games", "music": "Music"}
FINISHED = {
    "book": ("book", "books"),
    "movie": ("film or series", "films and series"),
    "game": ("game", "games"),
    "music": ("piece of music", "pieces of music"),
}
KINDS = {"film": "Film", "series": "Series"}
SOURCES = {source.name: source.label for source in registry.SOURCES} | {
    "sample": "The sample catalog",
    "catalog": "Catalog",
    "import": "Brought along in a file",
}
CREDITS = {source.name: source.credit for source in registry.SOURCES}
MARKS = {
    "book": {"wanted": "To read", "active": "Reading", "done": "Read"},
    "movie": {"wanted": "To watch", "active": "Watching", "done": "Watched"},
    "game": {"wanted": "To play", "active": "Playing", "done": "Played"},
    "music": {"wanted": "To hear", "active": "Hearing", "done": "Heard"},
}
ANY_MEDIUM = {"wanted": "To come", "active": "Under way", "paused": "Paused", "done": "Done", "dropped": "Dropped"}
IRREGULAR = {"ms": "ms", "person": "people", "library": "libraries", "entry": "entries", "series": "series"}


def type(item_type: str) -> str:  # noqa: A001 - templates say words.type(…)
    return TYPES[item_type]


def types(item_type: str) -> str:
    return MANY[item_type]


def status(item_type: str, value: str) -> str:
    return MARKS[item_type].get(value) or ANY_MEDIUM[value]


def statuses(item_type: str | None = None) -> list[tuple[str, str]]:
    """Value and label of each, in the medium's words where there is one medium."""
    return [(value, status(item_type, value) if item_type else ANY_MEDIUM[value]) for value in STATUSES]


def finished(item_type: str, number: int) -> str:
    """What was finished of one type, after its number."""
    return FINISHED[item_type][number != 1]


def source(name: str) -> str:
    return SOURCES.get(name, name)


def credit(name: str) -> str:
    """What the source's terms ask us to say beside what it told us."""
    return CREDITS.get(name, "")


def is_asked(name: str) -> bool:
    """Whether it is a source outside, and not the sample."""
    return name in CREDITS


def field(item_type: str, name: str) -> str:
    return labels(item_type).get(name, name)


def begun(said: str) -> str:
    """As a sentence begins, and not another letter changed: `S1 E10`, `Page 12 of 412`."""
    return said[:1].upper() + said[1:]


def plural(number: int, noun: str) -> str:
    """`3 items`, `1 item`, `12,345 items`."""
    many = IRREGULAR.get(noun, noun + "s")
    return f"{number:,} {noun if number == 1 else many}"


def day(moment: datetime | date) -> str:
    return f"{moment.day} {moment:%B %Y}"


def ago(moment: datetime, now: datetime) -> str:
    """As near as it helps: sessions are told every five minutes that they were seen."""
    minutes = (now - moment) // timedelta(minutes=1)
    if minutes < 6:
        return "just now"
    if minutes < 60:
        return f"{minutes} minutes ago"
    if minutes < 48 * 60:
        return f"{plural(minutes // 60, 'hour')} ago"
    return f"on {day(moment)}"


class Shown(Protocol):
    type: str


def medium(row: Shown) -> str:
    """A film and a series are told apart where it is known which it is: cards say `movie_kind`, hits `kind`."""
    return KINDS.get(getattr(row, "movie_kind", None) or getattr(row, "kind", None) or "") or TYPES[row.type]


class Released(Protocol):
    released: date | None
    released_precision: str | None


def released(row: Released) -> str:
    return date_in_words(row.released, row.released_precision)
