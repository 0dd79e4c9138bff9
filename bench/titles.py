"""Works to search among: real titles from the datasets where there are any, then titles that read like them."""

import csv
import io
import json
import lzma
import os
import random
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

DATASETS = Path(os.environ.get("TASTEBUDS_DATASETS", "../shared/datasets"))
SYLLABLES = "ka lo mi ran tes vor el an dur bel sha qui nor fen ol ri za mon tre wic ga sul per dan hol".split()  # noqa: SIM905 - legible
PEOPLE = 5_000  # who made them, where no real ones are known
SOURCES = {
    "book": ("open_library", "google_books"),
    "movie": ("tmdb", "wikidata", "tvmaze"),
    "game": ("igdb", "steam"),
    "music": ("musicbrainz", "itunes", "lastfm"),
}
GENRES = (  # noqa: SIM905 - legible
    "Drama|Comedy|Fantasy|Science Fiction|Romance|Thriller|Mystery|History|Horror|Adventure|Biography|Crime|Poetry|"
    "Rock|Pop|Jazz|Electronic|Hip-Hop|Classical|Folk|Strategy|Puzzle|Platform|Simulation|Racing|Sports|War|Western|"
    "Animation|Documentary|Family|Music|Philosophy|Travel|Cooking|Science|Art|Religion|Essays|Short Stories"
).split("|")


@dataclass(frozen=True, slots=True)
class Work:
    type: str
    title: str
    creators: tuple[str, ...]
    year: int | None
    popularity: float

    @property
    def source(self) -> str:
        return self._pick(SOURCES[self.type], 1)[0]

    @property
    def genres(self) -> list[str]:
        return self._pick(GENRES, 2)

    def _pick(self, among: Sequence[str], n: int) -> list[str]:
        """The same for the same title, and some far more often than others."""
        dice = random.Random(self.title)
        return dice.choices(among, weights=[1 / (place + 1) for place in range(len(among))], k=n)


def works(rows: int, seed: int = 1) -> list[Work]:
    """Real ones first, most popular of each file first; generated ones are never popular."""
    real = list(_real()) if DATASETS.is_dir() else []
    dice = random.Random(seed)
    if len(real) > rows:
        real = dice.sample(real, rows)
    return real + list(generated(rows - len(real), real, dice))


def _real() -> Iterator[Work]:
    seen: set[tuple[str, str, tuple[str, ...]]] = set()
    for file in (_goodbooks, _films, _spotify, _vgsales, _steam, _streamed, _gutenberg):
        for work in file():
            same = (work.type, work.title.lower(), work.creators)
            if work.title and same not in seen:
                seen.add(same)
                yield work


def _table(name: str, delimiter: str = ",") -> Iterator[dict[str, str]]:
    with lzma.open(DATASETS / f"{name}.csv.xz") as file:
        yield from csv.DictReader(io.TextIOWrapper(file, "utf-8", errors="replace"), delimiter=delimiter)


def _goodbooks() -> Iterator[Work]:
    for n, row in enumerate(_table("goodbooks10k_books")):
        title = re.sub(r"\s*\(.*\)$", "", row["title"])
        yield _work("book", title, row["authors"].split(", "), row["original_publication_year"], 1 - n / 12_000)


def _films() -> Iterator[Work]:
    with lzma.open(DATASETS / "wikipedia_movies.ndjson.xz", "rt", encoding="utf-8") as file:
        for line in file:
            film = json.loads(line)
            known = 0.1 + 0.04 * min(len(film.get("cast") or ()), 10) + (0.2 if film.get("thumbnail") else 0)
            yield _work("movie", film["title"], (film.get("cast") or [])[:2], film["year"], known)


def _spotify() -> Iterator[Work]:
    for row in _table("spotify_songs_32k", ";"):
        if row["track_popularity"].isdecimal():  # else the row's quotes are broken
            year, known = row["track_album_release_date"], int(row["track_popularity"]) / 100
            yield _work("music", row["track_name"], [row["track_artist"]], year, known)


def _vgsales() -> Iterator[Work]:
    for n, row in enumerate(_table("vgsales")):
        yield _work("game", row["Name"], [row["Publisher"]], row["Year"], 1 - n / 17_000)


def _steam() -> Iterator[Work]:
    for n, row in enumerate(_table("steam_games_2017")):
        yield _work("game", row["ResponseName"], [], row["ReleaseDate"], 0.8 * (1 - n / 11_000))


def _streamed() -> Iterator[Work]:
    for name in ("netflix_titles", "disney_plus_titles", "amazon_prime_titles", "hulu_titles"):
        for row in _table(name):
            yield _work("movie", row["title"], [(row["director"] or "").split(",")[0]], row["release_year"], 0.3)


def _gutenberg() -> Iterator[Work]:
    for row in _table("gutenberg_metadata"):
        author = " ".join(reversed((row["author"] or "").split(", ", 1)))
        yield _work("book", (row["title"] or "").split("\n")[0], [author], "", 0.05)


def _work(type_: str, title: str, creators: Iterable[str], year: object, popularity: float) -> Work:
    names = tuple(name.strip() for name in creators if name and name.strip())
    digits = re.match(r"\d{4}", str(year or ""))
    title = " ".join(title.replace("\x00", "").split())[:500]
    return Work(type_, title, names, int(digits[0]) if digits else None, min(max(popularity, 0.0), 1.0))


def generated(rows: int, real: list[Work], dice: random.Random) -> Iterator[Work]:
    """Chains of words that followed each other in real titles of the type; syllables where there are none."""
    chains: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    people = [work.creators for work in real] or [(f"{_coined(dice)} {_coined(dice)}",) for _ in range(PEOPLE)]
    for work in real:
        before = ""
        for word in work.title.split():
            chains[work.type][before].append(word)
            before = word
    for _ in range(rows):
        type_ = dice.choice(("book", "book", "movie", "game", "music"))
        words: list[str] = []
        length = 2 + min(int(dice.expovariate(0.4)), 8)
        while len(words) < length:
            following = chains[type_].get(words[-1] if words else "")
            words.append(dice.choice(following) if following else _coined(dice))
        year, popularity = dice.randint(1920, 2026), 0.2 * dice.random() ** 3
        yield Work(type_, " ".join(words)[:500], dice.choice(people), year, popularity)


def _coined(dice: random.Random) -> str:
    return "".join(dice.choices(SYLLABLES, k=dice.randint(1, 3))).title()
