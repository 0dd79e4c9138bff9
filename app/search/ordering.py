"""The order of the one list: text match first, then my library, the catalog, agreement of sources, and renown."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, TypeAlias

from app.catalog.storing import sort_title
from app.search.contract import Sort
from app.search.folding import compact, fold, numbered
from app.search.members import CATALOG, Group, Member
from app.search.mending import distance, forgiven
from app.search.numbers import OPTIONAL

Order: TypeAlias = tuple[Any, ...]

WHOLE, NAMED, BEGINS, WORDS, ACROSS = 5, 4, 3, 2, 1
EXACT, MENDED = 10, 4  # what a word as typed is above one with a slip, and that above a part
AGREEMENT = 0.15  # renown that each further source is worth
LAST = 1 << 30
PREFIX_MIN = 2  # letters from which a last word may be unfinished
INSIDE_MIN = 5  # letters from which a word may be written apart: spiderman


@dataclass(frozen=True, slots=True)
class Asked:
    """What was typed: `key` as one word, and the words that must be there."""

    key: str
    words: tuple[str, ...]
    every: frozenset[str]


def ranked(groups: Iterable[Group], text: str, sort: Sort = "relevance") -> list[Group]:
    """A total order: the same groups come in the same order, however they are given.

    The catalog's hits keep the order their engine gave them, but for what is in my library: one that stands before
    another matches no less.
    """
    asked = _read(text)
    found = [(group, match(group, asked), _place(group)) for group in groups]
    lifted = 0.0
    orders: list[tuple[Order, Group]] = []
    for group, matched, place in sorted(found, key=lambda each: (-each[2], each[0].key)):
        lifted = max(lifted, matched) if place < LAST else lifted
        relevance = _relevance(group, lifted if place < LAST else matched, place)
        orders.append(((*_wanted(group, sort), *relevance), group))
    return [group for _, group in sorted(orders, key=lambda each: each[0])]


def match(group: Group, asked: Asked) -> float:
    """How well a work is what was asked for: as its best member says it."""
    if not asked.words:
        return 0.0
    known = [_Words(member) for member in group.members]
    exact = max(_level(words, asked, slips=False) for words in known)
    if exact:
        return EXACT + exact
    slips = max(_level(words, asked, slips=True) for words in known)
    if slips:
        return MENDED + slips
    return max(_share(words, asked) for words in known)


class _Words:
    """A member's words by where they stand."""

    def __init__(self, member: Member) -> None:
        titles = [_tokens(title) for title in (member.title, member.original_title) if title]
        self.titles = [(compact(title), frozenset(title)) for title in titles]
        self.title = frozenset(word for title in titles for word in title)
        self.makers = frozenset(word for name in member.credits for word in _tokens(name))
        besides = [*_tokens(member.subtitle or ""), *_tokens(member.album or ""), str(member.year or "")]
        self.all = self.title | self.makers | frozenset(besides)


def _level(words: _Words, asked: Asked, *, slips: bool) -> int:
    for key, _ in words.titles:
        if key == asked.key or (slips and _slipped(asked.key, key)):
            return WHOLE
    begins = any(key.startswith(asked.key) for key, _ in words.titles)
    matched = [word for word in asked.words if _is_among(word, words.all, asked, slips=slips)]
    if len(matched) < len(asked.words):
        if begins:
            return BEGINS
        inside = all(
            len(word) >= INSIDE_MIN and any(word in key for key, _ in words.titles)
            for word in asked.words
            if word not in matched
        )
        return WORDS if inside and not slips else 0
    if any(title - OPTIONAL and title - OPTIONAL <= asked.every for _, title in words.titles):
        return NAMED
    if begins:
        return BEGINS
    for place in (words.title, words.makers):
        if all(_is_among(word, place, asked, slips=slips) for word in asked.words):
            return WORDS
    return ACROSS


def _share(words: _Words, asked: Asked) -> float:
    """Of what was typed, in letters; a slip counts as the word."""
    there = [word for word in asked.words if _is_among(word, words.all, asked, slips=True)]
    return round(sum(map(len, there)) / sum(map(len, asked.words)), 3)


def _is_among(word: str, words: frozenset[str], asked: Asked, *, slips: bool) -> bool:
    if word in words:
        return True
    if word == asked.words[-1] and len(word) >= PREFIX_MIN and any(each.startswith(word) for each in words):
        return True
    if not word.isascii() and any(word in each for each in words):  # scripts without spaces
        return True
    return slips and any(_slipped(word, each) for each in words)


@lru_cache(maxsize=16384)
def _slipped(word: str, other: str) -> bool:
    """Numbers are meant as they are."""
    edits = 0 if _digits(word) != _digits(other) else forgiven(word)
    return 0 < edits >= abs(len(word) - len(other)) and distance(word, other) <= edits


def _digits(text: str) -> str:
    return "".join(each for each in text if each.isdecimal())


def _read(text: str) -> Asked:
    words = _tokens(text)
    needed = tuple(dict.fromkeys(word for word in words if word not in OPTIONAL)) or tuple(words)
    return Asked(compact(words), needed, frozenset(words))


@lru_cache(maxsize=8192)
def _tokens(text: str) -> tuple[str, ...]:
    return tuple(numbered(fold(text).split()))


def _place(group: Group) -> int:
    """Among the catalog's hits."""
    places = [each.place for each in group.members if each.source == CATALOG and each.place is not None]
    return min(places, default=LAST)


def _wanted(group: Group, sort: Sort) -> Iterator[Any]:
    """What was asked to be sorted by; what is not known comes last."""
    match sort:
        case "newest":
            yield -group.year if group.year is not None else LAST
        case "rating":
            yield -_rating(group.members)
        case "title":
            yield sort_title(group.title)


def _relevance(group: Group, matched: float, place: int) -> Order:
    sources = len(set(group.sources) - {CATALOG})
    renown = max(each.popularity for each in group.members) + AGREEMENT * max(sources - 1, 0)
    return (
        -matched,
        not group.kept,
        group.item_id is None,
        place,
        -round(renown, 4),
        sort_title(group.title),
        group.key,
    )


def _rating(members: Sequence[Member]) -> float:
    """0 to 10, over all who voted."""
    ratings = [each.rating for each in members if each.rating]
    votes = sum(rating.votes for rating in ratings)
    return sum(10 * rating.value / rating.scale * rating.votes for rating in ratings) / votes if votes else 0.0
