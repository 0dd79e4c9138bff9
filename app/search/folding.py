"""Words as they are compared: without case, accents and punctuation, with numbers as digits.

In Python, because what sources tell is compared before any of it is in the database; the index folds for itself.
"""

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache

LETTERS = str.maketrans(
    {"ø": "o", "æ": "ae", "œ": "oe", "đ": "d", "ð": "d", "þ": "th", "ł": "l", "ı": "i"}
    | dict.fromkeys("™®©℠'’‘ʼ`´′·", "")
    | {"&": " and "}
)
ACCENTS = re.compile("[\u0300-\u036f]")  # of Latin, Greek and Cyrillic; other scripts mean something by their marks
INNER = ((re.compile(r"(?<=\w)\$|\$(?=[^\W\d])"), "s"), (re.compile(r"(?<=[^\W\d])!(?=[^\W\d])"), "i"))  # Ke$ha, P!nk
PLUS = re.compile(r"\s\+\s")
ROMAN = dict(
    zip(
        ("i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x", "xi", "xii", "xiii", "xiv", "xv", "xvi"),
        map(str, range(1, 17)),
        strict=True,
    )
)
SPELLED = dict(
    zip(
        ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "thirteen"),
        map(str, range(1, 14)),
        strict=True,
    )
)
SHORT = {"pt": "part", "vol": "volume", "bk": "book", "ep": "episode", "ch": "chapter"}
MARKERS = frozenset({"part", "volume", "chapter", "book", "episode", "season", "act", "number", "no"})
SILENT = frozenset({"part", "volume", "chapter"})  # Rocky II is Rocky, Part 2


@lru_cache(maxsize=8192)
def fold(text: str) -> str:
    """Words with single spaces between them. A text of signs only is left as it is."""
    plain = PLUS.sub(" and ", text.casefold())
    for sign, letter in INNER:
        plain = sign.sub(letter, plain)
    plain = unicodedata.normalize("NFKD", plain.translate(LETTERS))
    plain = unicodedata.normalize("NFC", ACCENTS.sub("", plain)).translate(LETTERS)
    folded = "".join(each if unicodedata.category(each)[0] in "LNM" else " " for each in plain)
    return " ".join(folded.split()) or "".join(text.casefold().split())


def numbered(words: Sequence[str], *, follows: bool = False) -> list[str]:
    """Numerals as digits, where they are meant as numbers: last, after "part" and the like, or of several letters.

    The first word of a title is never one, unless it `follows` on another piece of it.
    """
    found: list[str] = []
    for at, word in enumerate(words):
        before = SHORT.get(found[-1], found[-1]) if found else ""
        marked, first = before in MARKERS, at == 0 and not follows
        number = word
        if not first and (marked or at == len(words) - 1):
            number = ROMAN.get(word) or SPELLED.get(word) or word
        elif not first and len(word) > 1:
            number = ROMAN.get(word, word)
        if marked and number.isdecimal():
            number = number.lstrip("0") or "0"
            found[-1] = before
            if before in SILENT and (len(found) > 1 or follows):
                found.pop()
        found.append(number)
    return found


def article(words: Sequence[str]) -> str:
    """The leading one, in English."""
    return words[0] if len(words) > 1 and words[0] in ("the", "a", "an") else ""


def compact(words: Sequence[str]) -> str:
    """As one word, without a leading article: Spider-Man is Spiderman."""
    return "".join(words[1:] if article(words) else words)
