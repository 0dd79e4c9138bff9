"""Reading titles: what names the work, what names only an edition of it, and what makes it another version.

"Dune (40th Anniversary Edition)" is Dune; "Dune: The Graphic Novel" is not, and "Creep (Acoustic)" is not Creep.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from app.catalog.candidates import ItemType
from app.search.folding import SHORT, compact, fold, numbered
from app.search.numbers import read_data

PIECES = re.compile(r"[(\[{]([^()\[\]{}]*)[)\]}]|\s[-\u2013\u2014~|/]\s|:\s|;\s|\s[\u2013\u2014]")
YEAR = re.compile(r"(?:1[89]|20)\d\d")
NTH = r"(?:\d+(?:st|nd|rd|th)|first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth)"

_titles = read_data("titles.toml")


def _pattern(expression: str) -> re.Pattern[str]:
    return re.compile(expression.replace("{nth}", NTH))


EDITIONS = {item_type: _pattern("|".join(each)) for item_type, each in _titles["editions"].items()}
ENDINGS = {item_type: _pattern(f" {each}$") for item_type, each in _titles["endings"].items()}
VERSIONS = frozenset[str](_titles["versions"]["words"])
SAME_VERSION: dict[str, str] = _titles["versions"]["same"]
NOISE = frozenset[str](_titles["versions"]["noise"])
ON_STAGE = frozenset[str](_titles["versions"]["on_stage"])
DERIVED = re.compile(rf"\b(?:{_titles['derived']['words']})\b")
GENERIC = frozenset[str](_titles["generic"]["words"])
LABEL = re.compile(r"(.*?)\s*\b(?:book|volume|part|number|no|tome|band|series)?\s*(\d{1,3})(?: of .*| in .*)?")
DESCRIBES = re.compile(r"(?:an?|or|how|why|what|memoirs?|stories|essays|poems) .*")


@dataclass(frozen=True, slots=True)
class Reading:
    """`key` is the whole name as one word, `main` what comes before a subtitle that only describes, if one does."""

    key: str
    main: str | None
    derived: frozenset[str]
    generic: bool
    year: int | None  # said in brackets


@lru_cache(maxsize=8192)
def read(item_type: ItemType, title: str, subtitle: str | None = None, album: str | None = None) -> Reading:
    words: list[str] = []
    versions: set[str] = set()
    year, main, rest_describes = None, "", True
    pieces = [*_pieces(title), *((piece, False) for piece, _ in _pieces(subtitle or ""))]
    for at, (piece, bracketed) in enumerate(pieces):
        folded = fold(piece)
        if at and bracketed and YEAR.fullmatch(folded):
            year = int(folded)
            continue
        if at and (EDITIONS[item_type].fullmatch(folded) or (bracketed and _with_others(item_type, folded))):
            continue
        folded = ENDINGS[item_type].sub("", folded)
        if at and item_type == "music" and not VERSIONS.isdisjoint(folded.split()):
            versions |= {SAME_VERSION.get(word, word) for word in folded.split()} - NOISE or {folded}
            continue
        if at and bracketed and item_type == "book" and (label := _label(folded, words)) is not None:
            words += label
            rest_describes = rest_describes and not label
            continue
        words += numbered(folded.split(), follows=at > 0)
        if not main:
            main = compact(words)
        else:
            rest_describes = rest_describes and DESCRIBES.fullmatch(folded) is not None
    if item_type == "music":
        versions |= _ending(words)
        if album:
            versions |= ON_STAGE & set(fold(album).split())
    key = compact(words) + "".join(f"~{word}" for word in sorted(versions))
    derived = frozenset(DERIVED.findall(" ".join(fold(f"{title} {subtitle or ''}").split())))
    loose = main if item_type == "book" and main != key and rest_describes and not derived else None
    return Reading(key, loose, derived, GENERIC.issuperset(words), year)


def _pieces(title: str) -> Iterator[tuple[str, bool]]:
    """The parts of a title as brackets, dashes and colons set them off; and whether in brackets."""
    inverted = re.fullmatch(r"(.+), (the|an?)", title, re.IGNORECASE)
    title = f"{inverted[2]} {inverted[1]}" if inverted else title
    start = 0
    for match in PIECES.finditer(title):
        if title[start : match.start()].strip():
            yield title[start : match.start()], False
        if match[1] and match[1].strip():
            yield match[1], True
        start = match.end()
    if title[start:].strip():
        yield title[start:], False


def _with_others(item_type: ItemType, folded: str) -> bool:
    return item_type == "music" and folded.startswith("with ")


def _label(folded: str, words: Iterable[str]) -> list[str] | None:
    """What "(Dune, #1)" adds to a name: nothing, as a rule; the number where it is all that tells volumes apart."""
    spelled = " ".join(SHORT.get(word, word) for word in folded.split())
    match = LABEL.fullmatch(" ".join(numbered(spelled.split())))
    if match is None:
        return None
    series, number = fold(match[1]) if match[1] else "", match[2]
    alone = not series or series in ("book", "volume", "part", "number", "no")
    same = compact(series.split()) == compact(list(words))
    return [number] if alone or (same and number != "1") else []


def _ending(words: list[str]) -> set[str]:
    """ "Bad EP", "Bad Single": said without a dash."""
    if len(words) > 1 and words[-1] == "ep":
        return {words.pop()}
    return set()
