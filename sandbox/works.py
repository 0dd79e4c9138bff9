"""The works the sandbox knows, read from `works/*.toml`, and how they are found.

Numbers and keys a file does not give are made from the work itself, above every number the real catalogs use.
"""

import hashlib
import re
import tomllib
import unicodedata
from collections.abc import Callable, Iterable
from datetime import date, timedelta
from functools import cache, lru_cache
from pathlib import Path
from typing import TypeVar

import msgspec

__all__ = [
    "Album",
    "Book",
    "Film",
    "Game",
    "Screen",
    "Series",
    "Track",
    "Work",
    "find",
    "fold",
    "made_number",
    "ranked",
    "works_of",
]

FOLDER = Path(__file__).parent / "works"
FIRST_MADE_NUMBER = 900_000_000


class Work(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    title: str
    creators: tuple[str, ...] = ()  # authors; directors or makers; developers; artists
    released: str = ""  # YYYY, YYYY-MM or YYYY-MM-DD, as precise as it is known
    about: str = ""
    genres: tuple[str, ...] = ()  # in the source's own words
    language: str = "en"
    original: str = ""  # title in that language where it differs
    also: tuple[str, ...] = ()  # other names
    popularity: int = 30  # 0 to 100
    cover: bool = True

    @property
    def key(self) -> str:
        """What makes it this work and no other."""
        return "/".join((type(self).__name__, self.title, self.released, *self.creators))

    @property
    def year(self) -> int | None:
        return int(self.released[:4]) if self.released else None

    @property
    def rating(self) -> float:
        """Out of ten; made up from the popularity, as are all votes and counts."""
        return 5.5 + self.popularity / 25

    @property
    def votes(self) -> int:
        return max(0, self.popularity - 10) ** 2 * 3

    def digest(self, salt: str = "") -> bytes:
        return hashlib.sha256(f"{salt}{self.key}".encode()).digest()

    def number(self) -> int:
        return made_number(self.key)


def made_number(text: str) -> int:
    return FIRST_MADE_NUMBER + int.from_bytes(hashlib.sha256(text.encode()).digest()[:4]) % 90_000_000


class Book(Work, frozen=True):
    subtitle: str = ""
    publisher: str = ""
    isbn: str = ""  # ISBN-13
    olid: str = ""  # Open Library's work
    pages: int = 0


class Screen(Work, frozen=True):
    tmdb: int = 0
    imdb: str = ""
    wikidata: str = ""
    countries: tuple[str, ...] = ("US",)


class Film(Screen, frozen=True):
    minutes: int = 0


class Series(Screen, frozen=True):
    seasons: int = 1
    episodes: int = 0
    ended: str = ""
    tvmaze: int = 0
    network: str = ""  # the one it is broadcast on, or
    channel: str = ""  # the service it is streamed by

    def length_of(self, season: int) -> int:
        """Episodes: of those there are as many in each season, the first ones having what is left over."""
        return self.episodes // self.seasons + (season <= self.episodes % self.seasons)

    def aired(self, season: int, episode: int) -> str:
        """A season a year, an episode a week, or all at once where it is streamed; made up but for the first."""
        if len(self.released) < 10:
            return ""
        weeks = 52 * (season - 1) + (0 if self.channel else episode - 1)
        return (date.fromisoformat(self.released) + timedelta(weeks=weeks)).isoformat()


class Game(Work, frozen=True):
    igdb: int = 0
    steam: int = 0
    publishers: tuple[str, ...] = ()
    platforms: tuple[str, ...] = ("PC (Microsoft Windows)",)


class Album(Work, frozen=True):
    mbid: str = ""  # of a release, as Last.fm gives it
    release_group: str = ""
    tracks: tuple[str, ...] = ()


class Track(Work, frozen=True):
    mbid: str = ""
    album: str = ""
    seconds: int = 0


KINDS: dict[str, type[Work]] = {kind.__name__.lower(): kind for kind in (Book, Film, Series, Game, Album, Track)}
W = TypeVar("W", bound=Work)
H = TypeVar("H")


@cache
def _all_works() -> tuple[Work, ...]:
    return tuple(
        msgspec.convert(row, KINDS[kind])
        for path in sorted(FOLDER.glob("*.toml"))
        for kind, rows in tomllib.loads(path.read_text(encoding="utf-8")).items()
        for row in rows
    )


def works_of(kind: type[W]) -> tuple[W, ...]:
    return tuple(work for work in _all_works() if isinstance(work, kind))


APOSTROPHE = "['’]"
LETTERS = str.maketrans({"ø": "o", "ł": "l", "ß": "ss", "æ": "ae", "œ": "oe", "đ": "d", "ð": "d", "þ": "th", "ı": "i"})


@lru_cache(10_000)
def fold(text: str) -> str:
    """Words in lower case without accents or punctuation, one space between."""
    letters = unicodedata.normalize("NFKD", text.casefold()).translate(LETTERS)
    kept = "".join(letter for letter in letters if not unicodedata.combining(letter))
    return " ".join(re.findall(r"[^\W_]+", re.sub(APOSTROPHE, "", kept)))


def find(works: Iterable[W], query: str) -> list[W]:
    """Works whose title or creators have every word of the query, the best first."""
    return ranked(works, query, lambda work: (work.title, work.original, *work.also), lambda work: work.creators)


def ranked(
    rows: Iterable[H], query: str, titles: Callable[[H], Iterable[str]], rest: Callable[[H], Iterable[str]]
) -> list[H]:
    """Exact titles, then titles that begin so, then titles with all the words, then the rest; the popular first."""
    words = fold(query).split()
    hits = []
    for row in rows:
        names = [name for name in titles(row) if name]
        if _matches(words, query, [*names, *rest(row)]):
            hits.append((min(_tier(words, query, name) for name in names), -getattr(row, "popularity", 0), names, row))
    return [hit[-1] for hit in sorted(hits, key=lambda hit: hit[:3])]


def _matches(words: list[str], query: str, names: list[str]) -> bool:
    if not words:  # titles of signs only: ( ) and the like
        return bool(query.strip()) and any(query.strip() == name for name in names)
    text = _searchable(tuple(names))
    return all(_has(text, word) for word in words)


@cache
def _searchable(names: tuple[str, ...]) -> str:
    """What stands after an apostrophe is found too: étranger in L'Étranger."""
    return " ".join(f"{fold(name)} {fold(re.sub(APOSTROPHE, ' ', name))}" for name in names)


def _has(text: str, word: str) -> bool:
    """At the start of a word; anywhere in scripts that set no spaces."""
    return f" {word}" in f" {text}" or (not word.isascii() and word in text)


def _tier(words: list[str], query: str, name: str) -> int:
    folded, asked = fold(name), " ".join(words)
    if folded == asked:
        return 0
    if folded.startswith(asked):
        return 1
    return 2 if all(_has(folded, word) for word in words) else 3
