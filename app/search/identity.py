"""Whether two things found are one work: what speaks for it, what against it, and how surely."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import product
from typing import TypeAlias

from app.catalog.candidates import STRONG_SCHEMES, Identifier, ItemType
from app.search.folding import compact, fold
from app.search.members import Member
from app.search.mending import distance
from app.search.titles import Reading, read

Namespace: TypeAlias = tuple[str, str]  # (scheme, kind)

EDITIONS = frozenset({"isbn13"})  # strong, and yet a work has many
GLOBAL = frozenset({"imdb", "wikidata", "isbn13", "isrc"})  # no two kinds share a value
APART_MS = 7_000  # two lengths of one recording differ by less
SAME_MS = 3_000
LONG_NAME = 9  # letters from which a slip in a surname is forgiven: Dostoyevsky, Dostoevsky
HONOURS = frozenset({"jr", "sr", "dr", "mr", "mrs", "sir", "phd", "md"})
FIRMS = frozenset({"inc", "ltd", "llc", "corp", "corporation", "co", "gmbh", "ab", "sa", "plc", "limited", "company"})


@dataclass(slots=True, eq=False)
class Known:
    """A member as it is compared. `names` are all it goes by; `loose` what it may go by without its subtitle."""

    member: Member
    readings: tuple[Reading, ...]
    names: frozenset[str]
    loose: frozenset[str]
    strong: dict[Namespace, frozenset[str]]
    years: frozenset[int]

    @property
    def sort(self) -> tuple[str, str | None]:
        """What is never merged with another: films are not series, tracks not albums."""
        return (self.member.type, self.member.kind)

    @property
    def label(self) -> tuple[str, str] | None:
        return self.readings[0].label

    @property
    def derived(self) -> frozenset[str]:
        return self.readings[0].derived


@dataclass(frozen=True, slots=True, order=True)
class Likeness:
    """Of two by their names. A `weak` one lacks a creator or a year; the rest is how far apart they are."""

    weak: bool
    years: int
    length: int  # in milliseconds
    reason: str = field(compare=False)


def known(member: Member) -> Known:
    album = member.album if member.kind == "track" else None
    texts = dict.fromkeys([(member.title, member.subtitle), (member.original_title or member.title, member.subtitle)])
    readings = tuple(read(member.type, title, subtitle, album) for title, subtitle in texts)
    strong: dict[Namespace, set[str]] = {}
    for each in member.identifiers:
        if each.scheme in STRONG_SCHEMES and each.scheme not in EDITIONS:
            strong.setdefault(namespace(each), set()).add(each.value)
    year = member.year if member.year is not None else readings[0].year
    return Known(
        member=member,
        readings=readings,
        names=frozenset(reading.key for reading in readings),
        loose=frozenset(reading.main for reading in readings if reading.main),
        strong={space: frozenset(values) for space, values in strong.items()},
        years=frozenset({year}) if year is not None else frozenset(),
    )


def namespace(identifier: Identifier) -> Namespace:
    """Within which two values mean two things: tmdb movie 1 and tmdb tv 1 have nothing to do with each other."""
    return (identifier.scheme, "" if identifier.scheme in GLOBAL else identifier.kind)


def differ(one: Known, other: Known) -> bool:
    """Both carry strong identifiers of one scheme, and none of them is the same."""
    return any(values.isdisjoint(other.strong[space]) for space, values in one.strong.items() if space in other.strong)


def likeness(one: Known, other: Known, name: str) -> Likeness | None:
    """Of two of one sort that both go by `name`. None if that is not enough, or something speaks against it."""
    a, b = one.member, other.member
    if unlike([one], [other]) or one.derived != other.derived or (name in one.loose and name in other.loose):
        return None
    whole = name in one.names and name in other.names
    generic = _is_generic(one, other, name)
    gap = apart(one.years, other.years)
    strict = not whole or generic or a.type != "book"
    if not a.credits or not b.credits:
        if not _is_much_alike(one, other, gap):
            return None
        return Likeness(True, 0, 0, f"Same title and year, {min(one.years)}; not all say who made it")
    length = abs((a.duration_ms or 0) - (b.duration_ms or 0)) if a.duration_ms and b.duration_ms else APART_MS
    if gap is None:
        if a.type == "book" and not strict:
            return Likeness(False, 0, length, "Same title and creator")
        if a.type != "music" or generic:
            return None
        return Likeness(True, 0, length, "Same title and creator; not all say which year")
    if gap > 1 and strict and not _on_one_record(one, other):
        return None
    return Likeness(False, gap, length, f"Same title and creator, {_years(one, other)}")


def unlike(some: Iterable[Known], others: Iterable[Known]) -> bool:
    """Nobody of `some` made what `others` are, or it is another volume, another length, or came out in other years.

    Each side is taken as one work: what sources say of it differs, and one that agrees is enough.
    """
    some, others = list(some), list(others)
    item_type = some[0].member.type
    names = [list(dict.fromkeys(name for each in side for name in _credits(each.member))) for side in (some, others)]
    if names[0] and names[1] and not agree(item_type, names[0], names[1]):
        return True
    labels = [[each.label for each in side if each.label] for side in (some, others)]
    if labels[0] and labels[1] and not any(_same_label(one, other) for one, other in product(*labels)):
        return True
    lengths = [[each.member.duration_ms for each in side if each.member.duration_ms] for side in (some, others)]
    if lengths[0] and lengths[1] and all(abs(one - other) > APART_MS for one, other in product(*lengths)):
        return True
    years = [frozenset(year for each in side for year in each.years) for side in (some, others)]
    gap = apart(years[0], years[1])
    if item_type == "book" or gap is None or gap <= 1:
        return False
    return not any(_on_one_record(one, other) for one, other in product(some, others))


def apart(years: Iterable[int], others: Iterable[int]) -> int | None:
    return min((abs(one - other) for one, other in product(years, others)), default=None)


def agree(item_type: ItemType, names: Iterable[str], others: Iterable[str]) -> bool:
    """Whether a name is on both sides, as people, firms or artists are called."""
    return any(SAME[item_type](one, other) for one, other in product(names, others))


def same_artist(one: str, other: str) -> bool:
    return _artist(one) == _artist(other)


def same_firm(one: str, other: str) -> bool:
    return _firm(one) == _firm(other)


@lru_cache(maxsize=8192)
def same_person(one: str, other: str) -> bool:
    """Tolkien, J. R. R. is John Ronald Reuel Tolkien; David A. Smith is not David B. Smith."""
    a, b = _person(one), _person(other)
    if "".join(a) == "".join(b) or (len(a) > 1 and sorted(a) == sorted(b)):
        return True
    if len(a) < 2 or len(b) < 2 or not _same_surname(a[-1], b[-1]):
        return False
    given, others = sorted((_given(a), _given(b)), key=len)
    rest = iter(others)
    return _same_given(given[0], others[0]) and all(any(_same_given(x, y) for y in rest) for x in given)


def _credits(member: Member) -> tuple[str, ...]:
    """Of music whose it is: the first named, alone or as it is printed. Who is a guest there may have his own."""
    return member.credits[:2] if member.type == "music" else member.credits


def _is_much_alike(one: Known, other: Known, gap: int | None) -> bool:
    """Where nobody says who made it, the rest must be the same: Stranger and The Stranger came out in one year."""
    a, b = one.member, other.member
    articles = [{reading.article for reading in each.readings} for each in (one, other)]
    spoken = a.language is None or b.language is None or a.language == b.language
    return a.type in ("movie", "game") and gap == 0 and spoken and not articles[0].isdisjoint(articles[1])


def _is_generic(one: Known, other: Known, name: str) -> bool:
    """Poems, Greatest Hits, or called after who made it: that the names are the same says little."""
    if any(reading.generic for each in (one, other) for reading in each.readings if reading.key == name):
        return True
    makers = {_artist(credit) for each in (one, other) for credit in each.member.credits}
    return one.member.kind == "album" and name in makers


def _same_label(one: tuple[str, str], other: tuple[str, str]) -> bool:
    return one[1] == other[1] and (one[0] in other[0] or other[0] in one[0])


def _on_one_record(one: Known, other: Known) -> bool:
    """Tracks of one album and one length, whenever that album was brought out again."""
    a, b = one.member, other.member
    if not (a.album and b.album and a.duration_ms and b.duration_ms):
        return False
    return abs(a.duration_ms - b.duration_ms) <= SAME_MS and read(a.type, a.album).key == read(b.type, b.album).key


def _years(one: Known, other: Known) -> str:
    a, b = sorted((min(one.years), min(other.years)))
    return f"both {a}" if a == b else f"years {a} and {b}"


def _same_surname(one: str, other: str) -> bool:
    return one == other or (min(len(one), len(other)) >= LONG_NAME and distance(one, other) == 1)


def _given(name: tuple[str, ...]) -> tuple[str, ...]:
    """Initials written together are apart: JK Rowling."""
    first = name[0]
    together = len(name) == 2 and 1 < len(first) <= 3 and not set(first) & set("aeiouy")
    return tuple(first) if together else name[:-1]


def _same_given(one: str, other: str) -> bool:
    return one == other or (min(len(one), len(other)) == 1 and one[0] == other[0])


@lru_cache(maxsize=8192)
def _person(name: str) -> tuple[str, ...]:
    last, comma, first = name.partition(",")
    inverted = f"{first} {last}" if comma and "," not in first and fold(first) not in HONOURS else name
    return tuple(word for word in fold(inverted).split() if word not in HONOURS) or (fold(name),)


@lru_cache(maxsize=8192)
def _artist(name: str) -> str:
    words = fold(name).split()
    for guest in ("feat", "ft", "featuring"):
        if guest in words[1:]:
            words = words[: words.index(guest, 1)]
    return compact(words)


@lru_cache(maxsize=8192)
def _firm(name: str) -> str:
    words = fold(name.replace(".", "")).split()
    return compact([word for word in words if word not in FIRMS] or words)


SAME: dict[ItemType, Callable[[str, str], bool]] = {
    "book": same_person,
    "movie": same_person,
    "game": same_firm,
    "music": same_artist,
}
