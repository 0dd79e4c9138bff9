"""The one statement that finds, counts and ranks. `search_index/ranking.toml` has its numbers, docs/search.md its why.

`MATERIALIZED` and the queries as plain arguments keep the planner from reading items in order of popularity until
twenty of them match, which for a rare word is all of them.
"""

from app.search.contract import EXCERPT
from app.search.numbers import BOUND, SCORE

DEEPEST = 1000  # hits that can be turned to
BRIEF = "0.3::real"  # what a title of one word, or one that begins as asked, is worth in popularity when picking
LAST = "\U0010ffff"

# $1 keys, $2 lookup, $3 check, $11 resort: see `matching.Match`; {head} is empty or keeps to the most popular
MATCHING = """
SELECT d.item_id, d.type, d.popularity, d.title_words,
       starts_with(d.key, ($1::text[])[1]) AS starts,
       d.key = ANY ($1::text[]) OR coalesce(d.other_key = ANY ($1::text[]), false) AS exact
FROM search_documents AS d
WHERE ({head} {words})
   OR d.key = ANY ($1::text[]) OR d.other_key = ANY ($1::text[])
   OR ({head} d.key > ($1::text[])[1] AND d.key < ($1::text[])[1] || '{last}')
"""
CHECKED = "d.lexemes @@ $2::text::tsquery AND ($3::text = '' OR coalesce(d.lexemes, '') @@ $3::text::tsquery)"
EVERYWHERE = MATCHING.format(head="", words=CHECKED, last=LAST)
IN_THE_HEAD = MATCHING.format(head="d.head AND", words=CHECKED, last=LAST)
AS_A_RESORT = MATCHING.format(head="", words="d.lexemes @@ $11::text::tsquery", last=LAST)

# the scan of the whole catalog does not start when its constant condition is false
HEAD_FIRST = f"""
popular AS MATERIALIZED ({IN_THE_HEAD}),
verdict AS MATERIALIZED (
  SELECT $15::bool OR count(*) FILTER (WHERE $12::text IS NULL OR type = $12::text) >= {BOUND["enough"]} AS enough
  FROM popular
),
matches AS MATERIALIZED (
  SELECT * FROM popular WHERE (SELECT enough FROM verdict)
  UNION ALL
  SELECT * FROM ({AS_A_RESORT}) AS whole WHERE NOT (SELECT enough FROM verdict)
)
"""
WHOLE = f"""
matches AS MATERIALIZED ({EVERYWHERE}),
verdict AS (SELECT false AND $15::bool AND $11::text = '' AS enough) -- both statements take the same arguments
"""

# as float8 throughout: arithmetic on numeric is ten times slower
SCORED = """
  CASE WHEN d.key = ($1::text[])[1] THEN {exact} WHEN d.other_key = ($1::text[])[1] THEN {other}
       WHEN d.key = ANY ($1::text[]) OR d.other_key = ANY ($1::text[]) THEN {mended} ELSE 0 END
  + CASE WHEN p.starts THEN {starts} ELSE 0 END
  + CASE WHEN d.lexemes @@ $4::text::tsquery THEN {title}
         WHEN d.lexemes @@ $5::text::tsquery
         THEN {creators} + {named} * least($10::float8 / greatest(length(ts_filter(d.lexemes, '{{b}}')), 1), 1)
         ELSE 0 END
  + {cover} * (
      SELECT sum(CASE WHEN word = ANY ($6::text[]) THEN length(word)
                      WHEN $7::text <> '' AND starts_with(word, $7::text) THEN length($7::text) ELSE 0 END)::float8
             / greatest(sum(length(word)), 1)
      FROM unnest(string_to_array(d.title, ' ')) AS word)
  + coalesce((SELECT sum(worth) FROM unnest($8::text[], $9::float8[]) AS credit(query, worth)
              WHERE d.lexemes @@ credit.query::tsquery), 0)
  + {popularity} * d.popularity
""".format_map({name: f"{worth}::float8" for name, worth in SCORE.items()})


def _statement(matches: str) -> str:
    return f"""
WITH {matches}
, facets AS (
  SELECT type, count(*) AS n FROM matches GROUP BY type
), picked AS (
  SELECT item_id, starts, row_number() OVER () AS place FROM (
    SELECT item_id, starts FROM matches WHERE $12::text IS NULL OR type = $12::text
    ORDER BY exact DESC,
             popularity + {BRIEF} / title_words + CASE WHEN starts THEN {BRIEF} ELSE 0::real END DESC, item_id
    LIMIT CASE WHEN $13::int + $14::int <= {BOUND["scored"]} THEN {BOUND["scored"]} ELSE {DEEPEST} END
  ) AS best
), ranked AS (
  SELECT p.item_id, d.popularity, d.title, CASE WHEN p.place <= {BOUND["scored"]} THEN {SCORED} END AS score
  FROM picked AS p JOIN search_documents AS d USING (item_id)
), wanted AS (
  SELECT *, row_number() OVER () AS place FROM (
    SELECT * FROM ranked ORDER BY score DESC NULLS LAST, popularity DESC, title, item_id
    OFFSET $13::int LIMIT $14::int
  ) AS sorted
)
SELECT i.id, i.type, i.title, i.subtitle, i.creators, i.year, i.cover_provider, i.cover_key, i.popularity,
       left(i.description, {EXCERPT}) AS description,
       (SELECT json_object_agg(type, n) FROM facets) AS facets, (SELECT enough FROM verdict) AS partial
FROM (SELECT 1) AS one LEFT JOIN wanted AS w ON true LEFT JOIN media_items AS i ON i.id = w.item_id
ORDER BY w.place
"""


RANK = _statement(WHOLE)
RANK_HEAD_FIRST = _statement(HEAD_FIRST)

POPULAR = f"""
SELECT i.id, i.type, i.title, i.subtitle, i.creators, i.year, i.cover_provider, i.cover_key, i.popularity,
       left(i.description, {EXCERPT}) AS description,
       (SELECT json_object_agg(substr(word, 2), documents) FROM search_words
        WHERE word IN ('#book', '#movie', '#game', '#music')) AS facets, false AS partial
FROM (SELECT 1) AS one
LEFT JOIN (
  SELECT item_id, popularity, title FROM search_documents WHERE $1::text IS NULL OR type = $1::text
  ORDER BY popularity DESC, title, item_id OFFSET $2::int LIMIT $3::int
) AS w ON true LEFT JOIN media_items AS i ON i.id = w.item_id
ORDER BY w.popularity DESC, w.title, w.item_id
"""
