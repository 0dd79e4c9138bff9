"""Mending typos: words of the vocabulary that are one edit away, or two when the word is long.

An edit drops, adds, replaces a letter or swaps two neighbours. One edit away are few strings, so they are made here
and looked up by key; two edits away are found by the trigrams they share, and measured here.
"""

import string
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from app.kit.connections import Connection
from app.search.reading import LAST, Reading, Word

ONE_EDIT, TWO_EDITS = 4, 8  # letters from which so many are forgiven
BEGINNING_MIN = 5
FORMS_MAX = 5
NEAR_MAX = 100
LETTERS = string.ascii_lowercase + string.digits

# one edit beats two, and whole words beat beginnings: what is farther is looked for only where nothing is nearer
MEND = f"""
WITH near AS MATERIALIZED (
  SELECT asked.n, w.word, w.documents FROM unnest($1::text[], $2::int[]) AS asked(nears, n)
  JOIN LATERAL (
    SELECT word, documents FROM search_words WHERE word = ANY (string_to_array(asked.nears, ' '))
  ) AS w ON true
)
SELECT n, 1 AS way, word, documents FROM near
UNION ALL
SELECT asked.n, 2, alike.word, alike.documents FROM unnest($3::text[], $4::int[]) AS asked(word, n)
CROSS JOIN LATERAL (
  SELECT w.word, w.documents FROM search_words AS w
  WHERE w.word % asked.word AND length(w.word) BETWEEN length(asked.word) - 2 AND length(asked.word) + 2
    AND NOT starts_with(w.word, '#')
  ORDER BY similarity(w.word, asked.word) DESC, w.word LIMIT {NEAR_MAX}
) AS alike
WHERE asked.word ~ '[^ -~]' OR NOT EXISTS (SELECT FROM near WHERE near.n = asked.n)
UNION ALL
SELECT asked.n, 3, begun.word, begun.documents FROM unnest($5::text[], $6::int[]) AS asked(nears, n)
CROSS JOIN LATERAL unnest(string_to_array(asked.nears, ' ')) AS beginning(word)
CROSS JOIN LATERAL (
  SELECT beginning.word, sum(documents) AS documents FROM (
    SELECT documents FROM search_words
    WHERE word > beginning.word AND word < beginning.word || '{LAST}' LIMIT 50
  ) AS longer
) AS begun
WHERE begun.documents > 0 AND NOT EXISTS (SELECT FROM near WHERE near.n = asked.n)
"""


async def mend(connection: Connection, reading: Reading, *, known: bool = False) -> Reading:
    """Gives forms to the words nothing has, or also to `known` ones: "form" may have been meant to be "from"."""
    slips = {
        n: word.text
        for n, word in enumerate(reading.words)
        if forgiven(word.text) and (known or word.doubtful or not word.known)
    }
    if not slips:
        return reading
    edits = [(" ".join(one_edit_away(text)), n) for n, text in slips.items()]  # one string: encoding many is slow
    long = [(text, n) for n, text in slips.items() if not text.isascii() or forgiven(text) > 1]
    begun = [(nears, n) for nears, n in edits if reading.words[n].begins and len(slips[n]) >= BEGINNING_MIN]
    rows = await connection.fetch(MEND, *_columns(edits), *_columns(long), *_columns(begun))
    words = list(reading.words)
    for n, text in slips.items():
        found = [(row["word"], row["documents"], row["way"]) for row in rows if row["n"] == n]
        words[n] = _with_forms(words[n], text, found)
    return replace(reading, words=tuple(words))


def forgiven(text: str) -> int:
    """How many edits are forgiven; numbers are meant as they are."""
    if len(text) < ONE_EDIT or text.isdecimal():
        return 0
    return 1 if len(text) < TWO_EDITS else 2


def one_edit_away(text: str) -> Iterator[str]:
    """In ASCII letters and digits; other scripts only lose and swap theirs, and are found by trigrams besides."""
    for i in range(len(text)):
        yield text[:i] + text[i + 1 :]
        if text[i : i + 1] != text[i + 1 : i + 2]:
            yield text[:i] + text[i + 1 : i + 2] + text[i] + text[i + 2 :]
    if text.isascii():
        for i in range(len(text) + 1):
            for letter in LETTERS:
                yield text[:i] + letter + text[i:]
                if i < len(text) and letter != text[i]:
                    yield text[:i] + letter + text[i + 1 :]


def distance(one: str, other: str, at_most: int = 2) -> int:
    """Optimal string alignment: Levenshtein, and a swap of neighbours is one edit. Gives up beyond `at_most`."""
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, a in enumerate(one, 1):
        before, last, row = row, before, [i]
        for j, b in enumerate(other, 1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (a != b))
            if i > 1 and j > 1 and a == other[j - 2] and one[i - 2] == b:
                cost = min(cost, last[j - 2] + 1)
            row.append(cost)
        if min(row) > at_most and min(before) > at_most:
            return at_most + 1
    return row[-1]


def _with_forms(word: Word, text: str, found: Iterable[tuple[str, int, int]]) -> Word:
    found = [each for each in found if not word.doubtful or each[0][0] == text[0]]
    whole = [(distance(text, near), near, n) for near, n, way in found if way != 3 and near != text]
    whole = [slip for slip in whole if slip[0] <= forgiven(text)] or [
        (1, near, n) for near, n, way in found if way == 3
    ]
    if not whole:
        return word
    least = min(slip[0] for slip in whole)
    best = sorted({(near[0] != text[0], -n, near) for edits, near, n in whole if edits == least})[:FORMS_MAX]
    return replace(
        word,
        forms=word.forms + tuple(near for _, _, near in best),
        documents=word.documents + sum(-n for _, n, _ in best),
    )


def _columns(pairs: Sequence[tuple[str, int]]) -> tuple[list[str], list[int]]:
    return [text for text, _ in pairs], [n for _, n in pairs]
