"""Keeping the documents and the vocabulary in step with the catalog.

One writer at a time holds `WRITER`, so counts add up and two writers never wait for each other in a ring. `REBUILD`
is held by a rebuild while it runs beside; whoever cannot share it notes what it changed in `search_changes`.
Both are advisory locks of the transaction: a crash frees them.
"""

from collections.abc import Sequence

from app.kit.connections import Connection
from app.kit.ids import UUID

WRITER, REBUILD = 0x7461_7374_0001, 0x7461_7374_0002
WRITE_WAIT = 30.0  # a rebuild's last step lets writers wait a few seconds
REBUILD_WAIT = 1800.0
HEAD_MIN, HEAD_SHARE = 20_000, 0.05  # of the catalog, the most popular
TOP_MIN, TOP_SHARE = 5_000, 0.01

COLUMNS = (
    "item_id, type, popularity, year, title_words, head, key, other_key, title, lexemes, released, rating, top, facets"
)

# Out of ten, by all who voted at any source; few votes are drawn towards the usual.
USUAL, DOUBT = 6.5, 20
RATING = f"""
(sum(10 * rating_value / rating_scale * rating_votes) + {USUAL * DOUBT}) / (nullif(sum(rating_votes), 0) + {DOUBT})
"""

# a tag in any spelling of case, spaces and hyphens; `search_filters` and `search_facets` cut where these say
TAG_KEY = "search_tag({tag})"
TAGS_MAX, TAG_MAX = 20, 60

# an item as it is searched, but for `head` and `top`; the sentence goes on with WHERE
DOCUMENT = """
SELECT i.id AS item_id, i.type, i.popularity::real AS popularity, i.year,
       greatest(cardinality(string_to_array(search_fold(search_soft(i.title)), ' ')), 1)::smallint AS title_words,
       search_key(i.title) AS key,
       CASE WHEN i.original_title <> i.title THEN nullif(search_key(i.original_title), search_key(i.title)) END
         AS other_key,
       search_fold(search_soft(i.title)) AS title,
       search_vector(i.title, array_to_string(i.creators[:20], ' '),
                     nullif(concat_ws(' ', i.subtitle, i.original_title, b.series, m.album), ''), i.year)
         || search_filters(told.sources, i.genres, i.creators)
         || array_to_tsvector(array_remove(ARRAY['#:+' || search_key(b.series)], NULL)) AS lexemes,
       coalesce(i.released, make_date(nullif(i.year, 0), 1, 1)) AS released, told.rating::real AS rating,
       search_facets(told.sources, i.genres, i.year) AS facets
FROM media_items AS i
LEFT JOIN book_items AS b ON b.item_id = i.id
LEFT JOIN music_items AS m ON m.item_id = i.id
{told}
"""
TOLD = f"SELECT array_agg(source_name) AS sources, {RATING} AS rating FROM media_sources"
ITEMS = DOCUMENT.format(told=f"CROSS JOIN LATERAL ({TOLD} WHERE item_id = i.id) AS told")
# a correlated query would keep a rebuild from folding in parallel
ALL_ITEMS = DOCUMENT.format(
    told=f"LEFT JOIN (SELECT item_id, {TOLD.removeprefix('SELECT')} GROUP BY item_id) AS told ON told.item_id = i.id"
)

# every lexeme of a document once, and its type as one more; the whole names among them are no vocabulary
WORDS_OF = "unnest(tsvector_to_array(lexemes) || ('#' || type))"

IS_WORD = "NOT starts_with(word, '#:')"

LOCK = f"SELECT pg_advisory_xact_lock({WRITER})"
IS_REBUILDING = f"SELECT NOT pg_try_advisory_xact_lock_shared({REBUILD})"
NOTE = "INSERT INTO search_changes SELECT unnest($1::uuid[]) ON CONFLICT DO NOTHING"

# While the catalog is small all of it is head and top; then whatever is more popular than the least popular there.
PUT = f"""
WITH old AS (
  SELECT item_id, type, lexemes FROM search_documents WHERE item_id = ANY ($1::uuid[])
), catalog AS (
  SELECT coalesce(sum(documents), 0) AS items,
         (SELECT min(popularity) FROM search_documents WHERE head) AS head_from,
         (SELECT min(popularity) FROM search_documents WHERE top) AS top_from
  FROM search_words WHERE word IN ('#book', '#movie', '#game', '#music')
), new AS MATERIALIZED (
  {ITEMS} WHERE i.id = ANY ($1::uuid[]) AND $2
), put AS (
  INSERT INTO search_documents ({COLUMNS})
  SELECT new.item_id, type, popularity, year, title_words, items < {HEAD_MIN} OR popularity > head_from,
         key, other_key, title, lexemes, released, rating, items < {TOP_MIN} OR popularity > top_from, facets
  FROM new CROSS JOIN catalog
  ON CONFLICT (item_id) DO UPDATE SET
    type = excluded.type, popularity = excluded.popularity, year = excluded.year,
    title_words = excluded.title_words, head = excluded.head, key = excluded.key,
    other_key = excluded.other_key, title = excluded.title, lexemes = excluded.lexemes,
    released = excluded.released, rating = excluded.rating, top = excluded.top, facets = excluded.facets
), gone AS (
  DELETE FROM search_documents WHERE item_id IN (SELECT item_id FROM old EXCEPT SELECT item_id FROM new)
), changed AS (
  SELECT word, sum(n)::int AS n FROM (
    SELECT {WORDS_OF} AS word, 1 AS n FROM new UNION ALL SELECT {WORDS_OF}, -1 FROM old
  ) AS changes WHERE {IS_WORD} GROUP BY word HAVING sum(n) <> 0
), added AS (
  INSERT INTO search_words (word, documents) SELECT word, n FROM changed WHERE n > 0 ORDER BY word
  ON CONFLICT (word) DO UPDATE SET documents = search_words.documents + excluded.documents
), spent AS (
  UPDATE search_words AS w SET documents = w.documents + changed.n
  FROM changed WHERE changed.word = w.word AND changed.n < 0
  RETURNING w.word, w.documents
)
SELECT word FROM spent WHERE documents = 0
"""
FORGET = "DELETE FROM search_words WHERE word = ANY ($1::text[]) AND documents = 0"


async def put(connection: Connection, item_ids: Sequence[UUID], *, keep: bool = True) -> None:
    """Takes in the items that there are and takes out the others; all of them if not `keep`."""
    async with connection.transaction():
        await connection.execute(LOCK, timeout=WRITE_WAIT)
        if await connection.fetchval(IS_REBUILDING):
            await connection.execute(NOTE, item_ids)
        if unused := await connection.fetch(PUT, item_ids, keep, timeout=WRITE_WAIT):
            await connection.execute(FORGET, [row["word"] for row in unused])
