"""From words and filters to what Postgres looks up by index, and what it checks row by row."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields, replace
from math import log
from typing import Any

from app.search.numbers import BOUND, SCORE
from app.search.reading import PREFIX_MIN, Filter, Reading, Word

KEYS_MAX = 16
EVERYTHING = 1 << 31  # more documents than there can be


@dataclass(frozen=True, slots=True)
class Match:
    """Queries are tsquery literals, `""` for none; `earning` and `worth`: for each query a document answers, what it
    earns."""

    keys: list[str]  # as typed first, then as mended
    typed: str  # the first of them with its spaces
    lookup: str  # by index
    check: str  # row by row, on what the index found
    resort: str  # by index, everywhere, if the head has too little: what would be checked is taken as finished words
    filters: str
    named: str  # the whole name of a creator, or of a series with its number
    in_title: str
    in_creators: str
    words: list[str]
    beginning: str
    articled: str  # all that was typed, if it has an article in front, else what no title begins with
    begun: str  # all that was typed, if its last word is too short to be looked for as a beginning
    earning: list[str]
    worth: list[float]
    required: int  # words
    candidates: int  # no more than so many

    @property
    def values(self) -> dict[str, Any]:
        named = {field.name: getattr(self, field.name) for field in fields(self) if field.name != "candidates"}
        return {**named, "key": self.keys[0]}


@dataclass(frozen=True, slots=True)
class _Term:
    """One of what a document must have all of."""

    query: str
    documents: int
    finished: str  # the query without what its words may go on with
    begins: bool = False


def all_words(reading: Reading, filters: Sequence[Filter] = ()) -> Match:
    words = [_of_word(word, letters=bool(filters)) for word in reading.required]
    earnings = [(_either(word), SCORE["optional"]) for word in reading.words if word.optional]
    earnings += [_as_typed(word) for word in reading.words if word.forms]
    return _match(reading, words, filters, earnings)


def some_words(reading: Reading, filters: Sequence[Filter] = ()) -> Match:
    """Any of the rarer words; the more of them, and the rarer, the better."""
    known = [word for word in reading.required if word.known]
    rare = [word for word in known if word.documents <= BOUND["budget"]] or known
    total = sum(_rarity(word) for word in known) or 1.0
    either = f"({_any(_either(word) for word in rare)})"
    words = [_Term(either, sum(word.documents for word in rare), either)] if rare else []
    earnings = [(word, SCORE["found"] * _rarity(word) / total) for word in known]
    return _match(reading, words, filters, [half for word, worth in earnings for half in _halves(word, worth)])


def _halves(word: Word, worth: float) -> list[tuple[str, float]]:
    """What only begins so earns half."""
    if not word.begins:
        return [(_either(word), worth)]
    return [(_either(word), worth / 2), (_either(replace(word, begins=False)), worth / 2)]


def _match(reading: Reading, words: list[_Term], filters: Sequence[Filter], earnings: list[tuple[str, float]]) -> Match:
    last = reading.words[-1] if reading.words else None
    terms = [*words, *map(_of_filter, filters)] if words or not reading.key else []  # signs are looked for as keys only
    candidates = min((term.documents for term in terms), default=0)
    slow = [term for term in terms if term.begins and term.documents > max(BOUND["wide"] * candidates, BOUND["budget"])]
    slow += [_of_filter(each) for each in filters if each.kind == "years" and each.documents > candidates]
    looked_up = [term for term in terms if term not in slow] or terms
    years = [_of_filter(each) for each in filters if each.kind == "years"]
    if not reading.key and candidates > BOUND["patience"] and all(term in years for term in looked_up):
        looked_up = []  # so many years are read from the rows faster than from the index
    keys = _keys(reading)
    name = _quoted("#:" + reading.key) if reading.key else ""
    volume = _any(_quoted("#:+" + key) for key in keys if key[-1:].isdecimal())
    earnings = [*earnings, *((query, SCORE[worth]) for query, worth in ((name, "name"), (volume, "volume")) if query)]
    named = _or(name, volume)
    return Match(
        keys=keys,
        typed=reading.typed,
        lookup=_or(_all(term.query for term in looked_up), named),
        check=_all(term.query for term in terms if term not in looked_up and term not in years),
        resort=_or(_all(term.finished for term in terms if term not in years or term in looked_up), named),
        filters=_all(_of_filter(each).query for each in filters if each.kind != "years"),
        named=named,
        in_title=_all(_either(word, "A") for word in reading.required),
        in_creators=_or(_all(_either(word, "B") for word in reading.required), name),
        words=[form for word in reading.words for form in (word.text, *word.forms)],
        beginning=last.text if last and last.begins else "",
        articled=reading.folded if reading.folded != reading.typed else "\t",
        begun=reading.typed if last and len(last.text) == 1 else "",
        earning=[query for query, _ in earnings],
        worth=[worth for _, worth in earnings],
        required=len(reading.required),
        candidates=candidates,
    )


def _of_word(word: Word, *, letters: bool) -> _Term:
    """With `letters` a single one is the beginning of any word, which only little else leaves time to check."""
    finished = _either(replace(word, begins=False))
    if letters and word.begins and len(word.text) == 1:
        return _Term(_quoted(word.text, "*"), EVERYTHING, finished, begins=True)
    return _Term(_either(word), word.documents, finished, begins=word.begins)


def _as_typed(word: Word) -> tuple[str, float]:
    return (_quoted(word.text, "*"), SCORE["begun"]) if word.doubtful else (_quoted(word.text), SCORE["literal"])


def _of_filter(filter_: Filter) -> _Term:
    if filter_.kind == "by":
        (lexeme,) = filter_.lexemes
        begun = _quoted(lexeme, "*B" if filter_.begins else "B")
        return _Term(begun, filter_.documents, begun, begins=filter_.begins)
    either = _any(map(_quoted, filter_.lexemes)) or _quoted("#")  # years nothing came out in
    return _Term(f"({either})", filter_.documents, f"({either})")


def _or(query: str, other: str) -> str:
    return f"({query}) | {other}" if query and other else query or other


def _all(queries: Iterable[str]) -> str:
    return " & ".join(queries)


def _any(queries: Iterable[str]) -> str:
    return " | ".join(queries)


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
