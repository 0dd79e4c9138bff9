"""Reading a question: folded into words by the database, each with the number of documents it is in."""

from dataclasses import dataclass, replace
from typing import Literal

from app.kit.connections import Connection
from app.kit.text import storable
from app.search.contract import TEXT_MAX, Question
from app.search.numbers import BOUND, OPTIONAL, SAME

WORD_MAX = 64
PREFIX_MIN = 2  # a single letter is looked for where titles begin, not in every word
LAST = "\U0010ffff"
COMMON_ENOUGH = 1000  # assumed of a number word's other forms

READ = f"""
SELECT search_key($1) AS key, search_fold(search_soft($1)) AS folded,
       asked.word, coalesce(known.documents, 0) AS documents,
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


FILTERS = f"""
SELECT 'by' AS kind, ARRAY[left(word, {WORD_MAX})] AS lexemes, n = last AND length(word) >= {PREFIX_MIN} AS begins,
       coalesce((SELECT documents FROM search_words AS w WHERE w.word = asked.word), 0)
       + CASE WHEN n = last AND length(word) >= {PREFIX_MIN} THEN (
           SELECT coalesce(sum(documents), 0) FROM (
             SELECT documents FROM search_words AS w WHERE w.word > asked.word AND w.word < asked.word || '{LAST}'
             LIMIT 2000
           ) AS longer) ELSE 0 END AS documents
FROM (
  SELECT word, n, count(*) OVER () AS last FROM unnest(search_lexemes($1, true)) WITH ORDINALITY AS u(word, n)
  WHERE word <> '' ORDER BY n LIMIT 12
) AS asked
UNION ALL
SELECT kind, ARRAY[named.word], false, coalesce(w.documents, 0)
FROM (VALUES ('tag', '#=' || search_tag($2::text)), ('source', '#@' || $3::text)) AS named(kind, word)
LEFT JOIN search_words AS w ON w.word = named.word WHERE length(named.word) > 2
UNION ALL
SELECT 'years', coalesce(array_agg(word), '{{}}'), false, coalesce(sum(documents), 0) FROM (
  SELECT word, documents, CASE WHEN word ~ '^#[0-9]+$' THEN substr(word, 2)::int END AS year
  FROM search_words WHERE word > '#' AND word < '#:'
) AS years
WHERE year BETWEEN coalesce($4::int, 0) AND coalesce($5::int, 9999)
HAVING $4::int IS NOT NULL OR $5::int IS NOT NULL
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
    doubtful: bool = False  # no word, but the beginning of a few

    @property
    def known(self) -> bool:
        return self.documents > 0


@dataclass(frozen=True, slots=True)
class Reading:
    key: str  # the whole text as `search_documents.key` has titles
    words: tuple[Word, ...]  # each once
    order: tuple[str, ...] = ()  # as they stand in the key
    typed: str = ""  # the key with the spaces that were typed
    folded: str = ""  # the same with its article

    @property
    def required(self) -> tuple[Word, ...]:
        return tuple(word for word in self.words if not word.optional) or self.words


@dataclass(frozen=True, slots=True)
class Filter:
    """What every hit must have: a word of a creator, a tag, a source, or one of the years."""

    lexemes: tuple[str, ...]  # any of them
    documents: int
    kind: Literal["by", "tag", "source", "years"]
    begins: bool = False


def tidy(text: str) -> str:
    """Nothing Postgres refuses, and not too much of it."""
    return " ".join(storable(text[:TEXT_MAX]).split())


async def read_filters(connection: Connection, question: Question) -> list[Filter]:
    rows = await connection.fetch(
        FILTERS, tidy(question.by), tidy(question.tag), tidy(question.source), *question.years
    )
    return [Filter(tuple(row["lexemes"]), int(row["documents"]), row["kind"], begins=row["begins"]) for row in rows]


async def read(connection: Connection, text: str) -> Reading:
    rows = await connection.fetch(READ, text)
    key = rows[0]["key"]
    if rows[0]["word"] is None:
        return Reading(key, ())
    texts = [row["word"][:WORD_MAX] for row in rows]
    words = {
        text: Word(
            text,
            row["documents"] + (row["longer"] or 0),
            begins=row is rows[-1],
            doubtful=row["documents"] == 0 < (row["longer"] or 0) <= BOUND["doubtful"],
        )
        for text, row in zip(texts, rows, strict=True)
    }
    kept = tuple(words.values())[: BOUND["words"]]
    read = tuple(map(_among_others, kept)) if len(kept) > 1 else kept
    folded = rows[0]["folded"]
    return Reading(key, read, _order(key, texts), _spaced(key, folded), folded)


def _order(key: str, texts: list[str]) -> tuple[str, ...]:
    """Without the article the key left out; nothing where the key is not made of these words."""
    for start in (0, 1):
        if key == "".join(texts[start:]):
            return tuple(texts[start:])
    return ()


def _spaced(key: str, folded: str) -> str:
    """Without the article the key left out."""
    article, _, rest = folded.partition(" ")
    return rest if rest and len(folded.replace(" ", "")) == len(article) + len(key) else folded


def _among_others(word: Word) -> Word:
    same = tuple(SAME.get(word.text, ()))
    return replace(
        word,
        optional=word.text in OPTIONAL,
        forms=same,
        year=len(word.text) == 4 and word.text.isdecimal(),
        documents=max(word.documents, COMMON_ENOUGH) if same else word.documents,
    )
