"""From words to what Postgres looks up, and where: everywhere, or among the most popular few percent."""

from dataclasses import dataclass, replace
from math import log
from typing import Any

from app.search.numbers import BOUND, SCORE
from app.search.reading import PREFIX_MIN, Reading, Word

KEYS_MAX = 16


@dataclass(frozen=True, slots=True)
class Match:
    """Queries are tsquery literals, `""` for none; `earnings` are what a document earns for each query it answers."""

    keys: list[str]  # as typed first, then as mended
    lookup: str  # by index
    check: str  # row by row, on what the index found
    resort: str  # by index, everywhere, if the head has too little: what would be checked is taken as finished words
    in_title: str
    in_creators: str
    words: list[str]
    beginning: str
    earnings: list[tuple[str, float]]
    required: int  # words
    head: bool
    candidates: int  # no more than so many

    @property
    def arguments(self) -> list[Any]:
        return [
            self.keys,
            self.lookup,
            self.check,
            self.in_title,
            self.in_creators,
            self.words,
            self.beginning,
            [query for query, _ in self.earnings],
            [worth for _, worth in self.earnings],
            self.required,
            self.resort,
        ]


def all_words(reading: Reading) -> Match:
    required = reading.required
    slow = [word for word in required if word.begins and word.documents > BOUND["wide"]] if len(required) > 1 else []
    earnings = [(_either(word), SCORE["optional"]) for word in reading.words if word.optional]
    earnings += [(_quoted(word.text), SCORE["literal"]) for word in reading.words if word.forms]
    finished = [replace(word, begins=False) if word in slow else word for word in required]
    return _match(
        reading,
        lookup=" & ".join(_either(word) for word in required if word not in slow),
        check=" & ".join(_either(word) for word in slow),
        resort=" & ".join(_either(word) for word in finished),
        earnings=earnings,
        candidates=min((word.documents for word in required), default=0),
    )


def some_words(reading: Reading) -> Match:
    """Any of the rarer words; the more of them, and the rarer, the better."""
    known = [word for word in reading.required if word.known]
    rare = [word for word in known if word.documents <= BOUND["budget"]] or known
    total = sum(_rarity(word) for word in known) or 1.0
    lookup = " | ".join(_either(word) for word in rare)
    return _match(
        reading,
        lookup=lookup,
        check="",
        resort=lookup,
        earnings=[(_either(word), SCORE["found"] * _rarity(word) / total) for word in known],
        candidates=sum(word.documents for word in rare),
    )


def _match(
    reading: Reading, *, lookup: str, check: str, resort: str, earnings: list[tuple[str, float]], candidates: int
) -> Match:
    last = reading.words[-1] if reading.words else None
    return Match(
        keys=_keys(reading),
        lookup=lookup,
        check=check,
        resort=resort,
        in_title=" & ".join(_either(word, "A") for word in reading.required),
        in_creators=" & ".join(_either(word, "B") for word in reading.required),
        words=[form for word in reading.words for form in (word.text, *word.forms)],
        beginning=last.text if last and last.begins else "",
        earnings=earnings,
        required=len(reading.required),
        head=candidates > BOUND["budget"] or len(reading.key) < BOUND["short"],
        candidates=candidates,
    )


def _keys(reading: Reading) -> list[str]:
    """The key as typed, then with a form in place of each word in turn, the best ones of the words before kept."""
    keys, best = [reading.key], list(reading.order)
    for word in reading.words:
        if word.text in best:
            keys += ["".join(form if text == word.text else text for text in best) for form in word.forms]
            best = [word.forms[0] if word.forms and text == word.text else text for text in best]
    return list(dict.fromkeys(keys))[:KEYS_MAX]


def _either(word: Word, weight: str = "") -> str:
    begins = "*" if word.begins and len(word.text) >= PREFIX_MIN else ""
    if begins == "" and word.begins and len(word.text) == 1 and not word.text.isascii():
        begins = "*"  # one character of a script without spaces: the beginning of its pairs
    marks = begins + weight
    forms = [_quoted(word.text, marks)]
    forms += [_quoted(form, marks) for form in word.forms]
    if word.year and not weight:
        forms.append(_quoted("#" + word.text))
    return forms[0] if len(forms) == 1 else "(" + " | ".join(forms) + ")"


def _quoted(text: str, marks: str = "") -> str:
    doubled = text.replace("\\", "\\\\").replace("'", "''")
    return f"'{doubled}':{marks}" if marks else f"'{doubled}'"


def _rarity(word: Word) -> float:
    return 1.0 / log(2.0 + word.documents)
