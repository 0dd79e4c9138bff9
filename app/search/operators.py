"""What is typed into the box: words, and operators like `type:book` or `by:"le guin"` that filter and sort.

Only a known name at the beginning of a word, with something right after its colon, is an operator: `Re: Zero`,
`Mission: Impossible` and `http://…` are words. A wrong operator filters nothing and is told in a sentence.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, replace
from typing import Any

from app.catalog.candidates import ItemType
from app.kit.ids import UUID
from app.search.contract import Mark, Question, Sort
from app.sources.registry import SOURCES

Years = tuple[int | None, int | None]

TYPES: dict[str, ItemType] = {
    **dict.fromkeys(("book", "books", "novel", "novels"), "book"),
    **dict.fromkeys(("movie", "movies", "film", "films", "tv", "series", "show", "shows"), "movie"),
    **dict.fromkeys(("game", "games"), "game"),
    **dict.fromkeys(("music", "song", "songs", "track", "tracks", "album", "albums"), "music"),
}
STATUSES: dict[str, Mark] = {
    **dict.fromkeys(("wanted", "want", "wishlist"), "wanted"),
    **dict.fromkeys(("active", "reading", "watching", "playing", "listening"), "active"),
    **dict.fromkeys(("paused",), "paused"),
    **dict.fromkeys(("done", "read", "watched", "played", "finished"), "done"),
    **dict.fromkeys(("dropped", "abandoned"), "dropped"),
}
SORTED: dict[str, Sort] = {
    **dict.fromkeys(("relevance", "best"), "relevance"),
    **dict.fromkeys(("newest", "new", "year"), "newest"),
    **dict.fromkeys(("rating", "rated"), "rating"),
    **dict.fromkeys(("title", "name"), "title"),
}
NAMES = {source.name for source in SOURCES} | {"sample"}

OPENS = CLOSES = '"“”„«»'
OPERATOR = re.compile(
    rf"(?<!\S)(?P<name>type|year|by|tag|source|in|is|status|sort)[:：](?:[{OPENS}](?P<quoted>[^{CLOSES}]+)[{CLOSES}]?|(?P<word>\S+))",
    re.IGNORECASE,
)
YEARS = re.compile(r"([0-9]{1,4})?(?:(\.\.|-|–)([0-9]{1,4})?)?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """What was typed, taken apart; `problems` are sentences about its wrong operators, to be shown beside the box."""

    text: str = ""
    type: ItemType | None = None
    by: str = ""
    tag: str = ""
    source: str = ""
    years: Years = (None, None)
    mark: Mark | None = None
    sort: Sort = "relevance"
    problems: tuple[str, ...] = ()

    def but(self, **changed: Any) -> str:
        """The same box with other filters, as it would be typed; `tag=""` or `type=None` takes one away."""
        return written(replace(self, **changed))

    def question(self, *, viewer: UUID | None = None, page: int = 1) -> Question:
        filters = {field.name: getattr(self, field.name) for field in fields(self) if field.name != "problems"}
        return Question(**filters, viewer=viewer, page=page)


class _Wrong(Exception):
    """Its sentence is for the person who typed it."""


def read_box(typed: str) -> Box:
    """Never fails, and leaves text without operators as it is. Of an operator given twice the last one counts."""
    found: dict[str, Any] = {}
    problems: list[str] = []
    for match in OPERATOR.finditer(typed):
        name = match["name"].lower()
        value = " ".join(re.sub(f"[{CLOSES}]", " ", match["quoted"] or match["word"]).split())
        try:
            what, meant = READERS[name](value)
        except _Wrong as wrong:
            problems.append(str(wrong))
            continue
        if what == "by":
            meant = f"{found.get('by', '')} {meant}".strip()
        elif what == "mark" and meant == "library":
            meant = found.get("mark", meant)  # a status is in the library anyway
        elif found.get(what, meant) not in (meant, "library"):
            problems.append(f"{name}: counts once; the last one, {name}:{value}, is used.")
        found[what] = meant
    text = " ".join(OPERATOR.sub(" ", typed).split()) if found or problems else typed
    return Box(text=text, problems=tuple(dict.fromkeys(problems)), **found)


def written(box: Box) -> str:
    """What one would type to get it."""
    said = [box.text.strip()]
    for name, value in (
        ("type", box.type),
        ("by", box.by),
        ("tag", box.tag),
        ("year", _span(box.years)),
        ("source", box.source),
        ("in" if box.mark == "library" else "is", box.mark),
        ("sort", "" if box.sort == "relevance" else box.sort),
    ):
        if value:
            bare = " ".join(re.sub(f"[{CLOSES}]", " ", value).split())
            said.append(f'{name}:"{bare}"' if " " in bare else f"{name}:{bare}")
    return " ".join(filter(None, said))


def _type(value: str) -> tuple[str, object]:
    return "type", _one_of("type", TYPES, value, "book, movie, game or music, like type:book")


def _year(value: str) -> tuple[str, object]:
    spoken = YEARS.fullmatch(value)
    if spoken is None or value in ("..", "-", "–"):
        raise _Wrong("year: wants a year or two, like year:1965 or year:1965..1990.")
    first, last = (int(year) if year else None for year in (spoken[1], spoken[3] if spoken[2] else spoken[1]))
    if first is not None and last is not None and first > last:
        raise _Wrong(f"year: wants the earlier year first, like year:{last}..{first}.")
    return "years", (first, last)


def _by(value: str) -> tuple[str, object]:
    return "by", _worded("by", value, 'who made it, like by:herbert or by:"le guin"')


def _tag(value: str) -> tuple[str, object]:
    return "tag", _worded("tag", value, 'a genre, like tag:fantasy or tag:"science fiction"')


def _source(value: str) -> tuple[str, object]:
    known = {_plain(name): name for name in NAMES}
    return "source", _one_of("source", known, _plain(value), "where it is from: " + _listed(sorted(NAMES)))


def _in(value: str) -> tuple[str, object]:
    return "mark", _one_of("in", {"library": "library", "mine": "library"}, value, "the library: in:library")


def _is(value: str) -> tuple[str, object]:
    known = {**STATUSES, "kept": "library"}
    return "mark", _one_of("is", known, value, "a status: wanted, active, paused, done or dropped")


def _status(value: str) -> tuple[str, object]:
    return "mark", _one_of("status", STATUSES, value, "wanted, active, paused, done or dropped")


def _sort(value: str) -> tuple[str, object]:
    return "sort", _one_of("sort", SORTED, value, "relevance, newest, rating or title, like sort:newest")


READERS: dict[str, Callable[[str], tuple[str, object]]] = {
    "type": _type,
    "year": _year,
    "by": _by,
    "tag": _tag,
    "source": _source,
    "in": _in,
    "is": _is,
    "status": _status,
    "sort": _sort,
}


def _one_of(name: str, known: Mapping[str, str], value: str, wanted: str) -> str:
    if (meant := known.get(value.lower())) is None:
        raise _Wrong(f"{name}: wants {wanted}.")
    return meant


def _worded(name: str, value: str, wanted: str) -> str:
    if not any(character.isalnum() for character in value):
        raise _Wrong(f"{name}: wants {wanted}.")
    return value


def _plain(value: str) -> str:
    return "".join(character for character in value.lower() if character.isalnum())


def _listed(words: list[str]) -> str:
    return f"{', '.join(words[:-1])} or {words[-1]}"


def _span(years: Years) -> str:
    first, last = ("" if year is None else str(year) for year in years)
    return first if first == last else f"{first}..{last}"
