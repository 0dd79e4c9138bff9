"""What Wikidata keeps: an item for every work but tracks, for who made it, and for what statements name.

A statement is a property, the type of its value and the value; None is a value that is known to be unknown.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from typing import NamedTuple

from sandbox.igdb_tables import slug
from sandbox.musicbrainz_records import Group
from sandbox.open_library_records import Volume, volumes
from sandbox.tmdb_shapes import COUNTRIES, number_of
from sandbox.web import Json
from sandbox.works import Album, Film, Game, Screen, Series, Work, fold, made_number, works_of

__all__ = ["Claim", "Item", "items", "merged_item", "work_of_image"]

FILM, SERIES, GAME, BOOK, ALBUM = "Q11424", "Q5398426", "Q7889", "Q7725634", "Q482994"
HUMAN, DISAMBIGUATION = "Q5", "Q4167410"
MINUTE = "http://www.wikidata.org/entity/Q7727"
FEATURE_CARTOON = "Q29168811"

LANGUAGES = {
    "ar": ("Q13955", "Arabic"), "cn": ("Q9186", "Cantonese"), "de": ("Q188", "German"), "en": ("Q1860", "English"),
    "es": ("Q1321", "Spanish"), "fa": ("Q9168", "Persian"), "fr": ("Q150", "French"), "it": ("Q652", "Italian"),
    "ja": ("Q5287", "Japanese"), "ko": ("Q9176", "Korean"), "pt": ("Q5146", "Portuguese"), "ru": ("Q7737", "Russian"),
    "zh": ("Q7850", "Chinese"),
}  # fmt: skip
STATES = {
    "BR": "Q155", "CA": "Q16", "CN": "Q148", "DE": "Q183", "ES": "Q29", "FR": "Q142", "GB": "Q145", "HK": "Q8646",
    "IR": "Q794", "IT": "Q38", "JP": "Q17", "KR": "Q884", "MX": "Q96", "NZ": "Q664", "PL": "Q36", "SU": "Q15180",
    "TW": "Q865", "US": "Q30",
}  # fmt: skip
GENRES = {
    "Action": ("Q188473", "action film"), "Adventure": ("Q319221", "adventure film"),
    "Animation": ("Q202866", "animated film"), "Comedy": ("Q157443", "comedy film"), "Crime": ("Q959790", "crime film"),
    "Drama": ("Q130232", "drama film"), "Family": ("Q1361932", "family film"), "Fantasy": ("Q157394", "fantasy film"),
    "Horror": ("Q200092", "horror film"), "Music": ("Q842256", "musical film"), "Mystery": ("Q1200678", "mystery film"),
    "Romance": ("Q1054574", "romance film"), "Science Fiction": ("Q471839", "science fiction film"),
    "Thriller": ("Q2484376", "thriller film"), "War": ("Q369747", "war film"),
}  # fmt: skip
PEOPLE = {
    "Christopher Nolan": "Q25191", "Quentin Tarantino": "Q3772", "Ridley Scott": "Q56005", "Stanley Kubrick": "Q2001",
}  # fmt: skip
KINDS = {
    FILM: "film", SERIES: "television series", GAME: "video game", BOOK: "literary work", ALBUM: "album",
    FEATURE_CARTOON: "animated feature film", HUMAN: "human", DISAMBIGUATION: "Wikimedia disambiguation page",
}  # fmt: skip


class Claim(NamedTuple):
    property: str
    kind: str  # the data type
    value: Json


@dataclass(frozen=True)
class Item:
    number: str  # Q60
    labels: dict[str, str]
    description: str = ""
    aliases: tuple[str, ...] = ()
    claims: tuple[Claim, ...] = field(default=(), hash=False)
    popularity: int = 0
    article: str = ""  # in the English Wikipedia

    @property
    def names(self) -> tuple[str, ...]:
        return (*self.labels.values(), *self.aliases)


def items() -> dict[str, Item]:
    return _items()


@cache
def _items() -> dict[str, Item]:
    main = [*map(_screen, works_of(Screen)), *map(_game, works_of(Game)), *map(_album, works_of(Album))]
    main += map(_literary, volumes())
    known = [*main, *_ambiguous(main), *_named()]
    return {item.number: item for item in (*_makers(), *known)}


def merged_item(number: str) -> Item | None:
    """The item that an old number leads to; every famous work has one."""
    return _merged().get(number)


@cache
def _merged() -> dict[str, Item]:
    return {made_item(f"merged/{item.number}"): item for item in _items().values() if item.popularity >= 90}


def work_of_image(name: str) -> Work | None:
    return _images().get(name.replace("_", " "))


@cache
def _images() -> dict[str, Work]:
    return {image_of(work): work for work in works_of(Work) if work.cover}


def image_of(work: Work) -> str:
    """Files have a name of their own at Commons: no slashes, no colons."""
    return f"{fold(work.title)[:100].capitalize()} {work.digest('image').hex()[:6]}.jpg"


def made_item(text: str) -> str:
    return f"Q{made_number(f'wikidata/{text}')}"


# Works


def _screen(work: Screen) -> Item:
    made = isinstance(work, Film)
    kind = FILM if made else SERIES
    if made and "Animation" in work.genres:
        kind = FEATURE_CARTOON
    makers = _and(work.creators)
    said = f"{work.year or 'unreleased'} {KINDS[FILM if made else SERIES]}"
    claims = [
        *_of_kind(kind),
        *_linked("P57" if made else "P170", map(_maker, work.creators)),
        *_linked("P136", [GENRES[name][0] for name in work.genres if name in GENRES]),
        *_linked("P495", [STATES[code] for code in work.countries]),
        *_linked("P364", [LANGUAGES[work.language][0]]),
        *_external("P345", work.imdb),
        *_external("P4947" if made else "P4983", number_of(work) if work.tmdb else ""),
        *_titled(work),
    ]
    if isinstance(work, Film):
        claims += _dated("P577", work.released)
        claims += [Claim("P2047", "quantity", {"amount": f"+{work.minutes}", "unit": MINUTE})] if work.minutes else []
    elif isinstance(work, Series):
        claims += [*_dated("P580", work.released), *(_dated("P582", work.ended) if work.ended else [])]
        claims += _external("P8600", work.tvmaze or "")
    by = f" {'directed' if made else 'created'} by {makers}" if makers else ""
    return _item(work, work.wikidata, f"{said}{by}", claims)


def _game(game: Game) -> Item:
    claims = [
        *_of_kind(GAME),
        *_linked("P178", map(_maker, game.creators)),
        *_linked("P123", map(_maker, game.publishers)),
        *_dated("P577", game.released),
        *_external("P1733", game.steam or ""),
        *_external("P5794", slug(game.title)),
        *_titled(game),
    ]
    return _item(game, "", f"{game.year} video game" if game.year else "video game", claims)


def _album(album: Album) -> Item:
    claims = [
        *_of_kind(ALBUM),
        *_linked("P175", map(_maker, album.creators)),
        *_dated("P577", album.released),
        *_external("P436", Group(album).mbid),
        *_titled(album),
    ]
    return _item(album, "", f"{album.year} album by {_and(album.creators)}", claims)


def _literary(volume: Volume) -> Item:
    """The work, not an edition: no ISBN, and the year of the first edition there is."""
    book = volume.best
    claims = [
        *_of_kind(BOOK),
        *_linked("P50", map(_maker, book.creators)),
        *_dated("P577", str(volume.first_year or "")),
        *_linked("P407", [LANGUAGES[book.language][0]]),
        *_external("P648", volume.olid),
        *_titled(book),
    ]
    return _item(book, "", f"book by {_and(book.creators)}" if book.creators else "", claims)


def _item(work: Work, number: str, description: str, claims: Sequence[Claim]) -> Item:
    labels, others = {"en": work.title}, work.also
    if work.original and work.language == "en":
        others = (work.original, *others)
    elif work.original:
        labels[_code(work.language)] = work.original
    pictured = [Claim("P18", "commonsMedia", image_of(work))] if work.cover else []
    number = number or made_item(work.key)
    return Item(number, labels, description, others, (*claims, *pictured), work.popularity, work.title)


def _code(language: str) -> str:
    """TMDB's cn is Cantonese."""
    return "yue" if language == "cn" else language


def _and(names: Sequence[str]) -> str:
    return " and ".join(names)


# Statements


def _of_kind(number: str) -> list[Claim]:
    return [Claim("P31", "wikibase-item", number)]


def _linked(name: str, numbers: Iterable[str]) -> list[Claim]:
    return [Claim(name, "wikibase-item", number) for number in dict.fromkeys(numbers)]


def _external(name: str, value: str | int) -> list[Claim]:
    return [Claim(name, "external-id", str(value))] if value else []


def _titled(work: Work) -> list[Claim]:
    title = {"text": work.original or work.title, "language": _code(work.language)}
    return [Claim("P1476", "monolingualtext", title)]


def _dated(name: str, date: str) -> list[Claim]:
    """Precision 11 is the day, 10 the month, 9 the year; no date is an unknown one."""
    if not date:
        return [Claim(name, "time", None)]
    precision = {10: 11, 7: 10, 4: 9}[len(date)]
    return [Claim(name, "time", {"time": f"+{(date + '-00-00')[:10]}T00:00:00Z", "precision": precision})]


# What is named


def _maker(name: str) -> str:
    return PEOPLE.get(name) or made_item(f"who/{name}")


def _makers() -> list[Item]:
    """People, bands and companies; only directors are said to be human."""
    directors = {name for film in works_of(Film) for name in film.creators}
    makers = {name for work in works_of(Work) for name in work.creators}
    makers |= {name for game in works_of(Game) for name in game.publishers}
    return [
        Item(_maker(name), {"en": name}, "film director" if name in directors else "",
             claims=tuple(_of_kind(HUMAN)) if name in directors else (), popularity=20)
        for name in sorted(makers)
    ]  # fmt: skip


def _named() -> list[Item]:
    pairs = [*LANGUAGES.values(), *GENRES.values(), *KINDS.items()]
    pairs += [(number, COUNTRIES[code]) for code, number in STATES.items()]
    return [Item(number, {"en": name}) for number, name in pairs]


def _ambiguous(works: Sequence[Item]) -> list[Item]:
    """A title that several works have is an item too."""
    shared: dict[str, list[Item]] = {}
    for item in works:
        shared.setdefault(item.labels["en"], []).append(item)
    page = Item("", {}, KINDS[DISAMBIGUATION], claims=tuple(_of_kind(DISAMBIGUATION)), popularity=50)
    return [
        replace(page, number=made_item(f"disambiguation/{title}"), labels={"en": title}, article=title)
        for title, group in shared.items()
        if len(group) > 1
    ]
