"""Reading titles: what names the work, what names only an edition of it, and what makes it another version.

"Dune (40th Anniversary Edition)" is Dune; "Dune: The Graphic Novel" is not, and "Creep (Acoustic)" is not Creep.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from app.catalog.candidates import ItemType
from app.search.folding import SHORT, article, compact, fold, numbered
from app.search.numbers import read_data

PIECES = re.compile(r"[(\[{]([^()\[\]{}]*)[)\]}]|\s[-\u2013\u2014~|]\s|:\s|;\s|\s[\u2013\u2014]")
INVERTED = re.compile(r"(.+), (the|an?)", re.IGNORECASE)
ISSUE = re.compile(r"#\s*(?=\d)")
SEVERAL = re.compile(r"\d\s*(?:[-\u2013,&]|and|to)\s*#?\d")
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
LABEL = re.compile(r"(.*?)\s*\b(?:(?:book|volume|part|number|no|tome|band|series)\s)?\s*(\d{1,3})(?: of .*| in .*)?")
OF_SERIES = frozenset({"the", "a", "series", "saga", "trilogy", "chronicles", "cycle", "novel", "novels", "books"})
NUMBERING = ("", "book", "volume", "part", "number", "no")
DESCRIBES = re.compile(r"(?:an?|or|how|why|what|memoirs?|stories|essays|poems) .*")


@dataclass(frozen=True, slots=True)
class Reading:
    """`key` is the whole name as one word, `main` what comes before a subtitle that only describes, if one does.

    `label` is a book's series and its number there, and `year` that of the work, as far as brackets say so.
    """

    key: str
    article: str
    main: str | None
    derived: frozenset[str]
    generic: bool
    label: tuple[str, str] | None
    year: int | None


@lru_cache(maxsize=8192)
def read(item_type: ItemType, title: str, subtitle: str | None = None, album: str | None = None) -> Reading:
    found = _Found(item_type)
    for piece, bracketed in _pieces(title):
        found.add(piece, bracketed=bracketed)
    for piece, _ in _pieces(subtitle or ""):
        found.add(piece, bracketed=False)
    if item_type == "music":
        found.end()
        found.versions |= ON_STAGE & set(fold(album or "").split())
    derived = frozenset(DERIVED.findall(fold(f"{title} {subtitle or ''}")))
    key = (compact(found.words) or compact(fold(title).split())) + "".join(
        f"~{word}" for word in sorted(found.versions)
    )
    main = found.main if item_type == "book" and found.described and not derived else None
    return Reading(key, article(found.words), main, derived, GENERIC.issuperset(found.words), found.label, found.year)


class _Found:
    """What the pieces of a title say, one after the other."""

    def __init__(self, item_type: ItemType) -> None:
        self.item_type = item_type
        self.words: list[str] = []
        self.versions: set[str] = set()
        self.main = ""
        self.described = False  # by all that comes after `main`
        self.label: tuple[str, str] | None = None
        self.year: int | None = None

    def add(self, piece: str, *, bracketed: bool) -> None:
        folded = fold(piece if bracketed else ISSUE.sub(" issue ", piece))
        if self.words and self._is_aside(piece, folded, bracketed=bracketed):
            return
        words = numbered(ENDINGS[self.item_type].sub("", folded).split(), follows=bool(self.words))
        if not self.words:
            self.main = compact(words)
        else:
            describes = DESCRIBES.fullmatch(folded) is not None and not any(map(str.isdecimal, words))
            self.described = describes and (self.described or compact(self.words) == self.main)
        self.words += words

    def end(self) -> None:
        """Bad EP: said without a dash."""
        if len(self.words) > 1 and self.words[-1] == "ep":
            self.versions.add(self.words.pop())

    def _is_aside(self, piece: str, folded: str, *, bracketed: bool) -> bool:
        """Whether it is no part of the name: an edition, a version, a year, a place in a series."""
        if EDITIONS[self.item_type].fullmatch(folded):
            return True
        if bracketed and YEAR.fullmatch(folded):
            self.year = int(folded)
            return True
        if self.item_type == "music":
            return self._is_version(folded) or (bracketed and folded.startswith("with "))
        return self.item_type == "book" and bracketed and not SEVERAL.search(piece) and self._is_label(folded)

    def _is_version(self, folded: str) -> bool:
        words = folded.split()
        if VERSIONS.isdisjoint(words):
            return False
        self.versions |= {SAME_VERSION.get(word, word) for word in words} - NOISE or {folded}
        return True

    def _is_label(self, folded: str) -> bool:
        """ "(Dune, #1)". Where nothing but the number tells volumes apart, it is part of the name: "(Volume 2)"."""
        spelled = [SHORT.get(word, word) for word in folded.split()]
        match = LABEL.fullmatch(" ".join(numbered(spelled)))
        if match is None:
            return False
        series, number = match[1].split(), match[2]
        self.label = ("".join(word for word in series if word not in OF_SERIES), number)
        if match[1] in NUMBERING or (compact(series) == compact(self.words) and number != "1"):
            self.words.append(number)
            self.described = False
        return True


def _pieces(title: str) -> Iterator[tuple[str, bool]]:
    """The parts of a title as brackets, dashes and colons set them off; and whether in brackets."""
    inverted = INVERTED.fullmatch(title)
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
