"""Reading a question: folded into words by the database, each with the number of documents it is in."""

from dataclasses import dataclass, replace

from app.kit.connections import Connection
from app.kit.text import storable
from app.search.contract import TEXT_MAX
from app.search.numbers import BOUND, OPTIONAL, SAME

WORD_MAX = 64
PREFIX_MIN = 2  # a single letter is looked for where titles begin, not in every word
LAST = "\U0010ffff"
COMMON_ENOUGH = 1000  # assumed of a number word's other forms

READ = f"""
SELECT search_key($1) AS key, asked.word, coalesce(known.documents, 0) AS documents,
       CASE WHEN asked.n = asked.last AND length(asked.word) >= {PREFIX_MIN} THEN (
         SELECT sum(documents) FROM (
           SELECT documents FROM search_words WHERE word > asked.word AND word < asked.word || '{LAST}' LIMIT 2000
         ) AS longer) END AS longer
FROM (SELECT 1) AS one
LEFT JOIN LATERAL (
  SELECT word, n, count(*) OVER () AS last FROM unnest(search_lexemes($1, true)) WITH ORDINALITY AS u(word, n)
  WHERE word <> ''
) AS asked ON true
LEFT JOIN search_words AS known ON known.word = asked.word
ORDER BY asked.n
"""


@dataclass(frozen=True, slots=True)
class Word:
    """`forms` are what may stand in its place; `documents` counts those with the word, a form or a continuation."""

    text: str
    documents: int
    begins: bool = False  # longer words that begin so count too
    forms: tuple[str, ...] = ()
    year: bool = False  # may be the year the item came out
    optional: bool = False

    @property
    def known(self) -> bool:
        return self.documents > 0


@dataclass(frozen=True, slots=True)
class Reading:
    key: str  # the whole text as `search_documents.key` has titles
    words: tuple[Word, ...]  # each once
    order: tuple[str, ...] = ()  # as they stand in the key

    @property
    def required(self) -> tuple[Word, ...]:
        return tuple(word for word in self.words if not word.optional) or self.words


def tidy(text: str) -> str:
    """Nothing Postgres refuses, and not too much of it."""
    return " ".join(storable(text[:TEXT_MAX]).split())


async def read(connection: Connection, text: str) -> Reading:
    rows = await connection.fetch(READ, text)
    key = rows[0]["key"]
    if rows[0]["word"] is None:
        return Reading(key, ())
    texts = [row["word"][:WORD_MAX] for row in rows]
    words = {
        text: Word(text, row["documents"] + (row["longer"] or 0), begins=row is rows[-1])
        for text, row in zip(texts, rows, strict=True)
    }
    kept = tuple(words.values())[: BOUND["words"]]
    return Reading(key, tuple(map(_among_others, kept)) if len(kept) > 1 else kept, _order(key, texts))


def _order(key: str, texts: list[str]) -> tuple[str, ...]:
    """Without the article the key left out; nothing where the key is not made of these words."""
    for start in (0, 1):
        if key == "".join(texts[start:]):
            return tuple(texts[start:])
    return ()


def _among_others(word: Word) -> Word:
    same = tuple(SAME.get(word.text, ()))
    return replace(
        word,
        optional=word.text in OPTIONAL,
        forms=same,
        year=len(word.text) == 4 and word.text.isdecimal(),
        documents=max(word.documents, COMMON_ENOUGH) if same else word.documents,
    )
