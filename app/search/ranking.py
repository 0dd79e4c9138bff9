"""The statement that finds, counts and ranks, in the variants that questions need. `search_index/ranking.toml` has its
numbers, docs/search.md its why.

`MATERIALIZED` and the queries as plain arguments keep the planner from reading items in order of popularity until
twenty of them match, which for a rare word is all of them. Rows are taken up again where they lie (`ctid`), which
one snapshot may rely on, without asking an index.
"""

from functools import cache
from typing import Literal

from app.catalog.reading import CARD
from app.search.contract import EXCERPT, Sort
from app.search.numbers import BOUND, SCORE

Tier = Literal["whole", "head", "top", "library"]  # where to look

DEEPEST = 1000  # hits that can be turned to, and that tags, sources and decades are counted over
BRIEF = "0.3::real"  # what a title of one word, or one that begins as asked, is worth in popularity when picking
LAST = "\U0010ffff"

ORDERS: dict[Sort, str] = {
    "relevance": "popularity DESC, title, item_id",
    "newest": "released DESC NULLS LAST, popularity DESC, title, item_id",
    "rating": "rating DESC NULLS LAST, popularity DESC, title, item_id",
    "title": "key, popularity DESC, item_id",
}
BEST = f"""
exact DESC, popularity + {BRIEF} / title_words + CASE WHEN starts THEN {BRIEF} ELSE 0::real END DESC, item_id
"""

# as float8 throughout: arithmetic on numeric is ten times slower
SCORED = """
  CASE WHEN d.key = :key::text AND strpos(d.title, :typed::text) > 0 THEN {exact}
       WHEN d.other_key = :key::text THEN {other}
       WHEN d.key = ANY (:keys::text[]) OR d.other_key = ANY (:keys::text[]) THEN {mended} ELSE 0 END
  + CASE WHEN p.starts THEN {starts} ELSE 0 END
  + CASE WHEN length(:key::text) = 1 AND split_part(d.title, ' ', 1) = :key::text THEN {letter} ELSE 0 END
  + CASE WHEN d.key > :key::text AND starts_with(d.title, :articled::text) THEN {article} ELSE 0 END
  + CASE WHEN d.lexemes @@ :in_title::tsquery OR :begun::text <> '' AND p.starts AND strpos(d.title, :begun::text) > 0
         THEN {title} + {cover} * least(length(:key::text)::float8 / greatest(length(d.key), 1), 1)
         WHEN octet_length(:key::text) > length(:key::text) AND strpos(d.other_key, :key::text) > 0 THEN {original}
         WHEN d.lexemes @@ :in_creators::tsquery
         THEN {creators} + {named} * least(:required::float8 / greatest(length(ts_filter(d.lexemes, '{{b}}')), 1), 1)
         ELSE {cover} * (
           SELECT sum(CASE WHEN word = ANY (:words::text[]) THEN length(word)
                           WHEN :beginning::text <> '' AND starts_with(word, :beginning::text)
                           THEN length(:beginning::text) ELSE 0 END)::float8 / greatest(sum(length(word)), 1)
           FROM unnest(string_to_array(d.title, ' ')) AS word) END
  + CASE WHEN cardinality(:earning::tsquery[]) = 0 THEN 0 ELSE coalesce((
      SELECT sum(worth) FROM unnest(:earning::tsquery[], :worth::float8[]) AS credit(query, worth)
      WHERE d.lexemes @@ credit.query), 0) END
  + {popularity} * d.popularity
""".format_map({name: f"{worth}::float8" for name, worth in SCORE.items()})

# no column that the order does not need: the matches are many
ORDERED_BY: dict[Sort, str] = {
    "relevance": "d.popularity, d.title",
    "newest": "d.popularity, d.title, d.released",
    "rating": "d.popularity, d.title, d.rating",
    "title": "d.popularity, d.key",
}
PICKED_BY = """
d.popularity, d.title_words, starts_with(d.key, :key::text) AS starts,
d.key = ANY (:keys::text[]) OR coalesce(d.other_key = ANY (:keys::text[]), false)
  OR d.lexemes @@ :named::tsquery AS exact
"""
FILTERED = """(numnode(:filters::tsquery) = 0 OR d.lexemes @@ :filters::tsquery)
AND (:first::int IS NULL OR d.year >= :first::int) AND (:last::int IS NULL OR d.year <= :last::int)"""
MARKED = """
SELECT item_id FROM user_item_states WHERE user_id = :viewer::uuid AND (:mark::text = 'library' OR status = :mark::text)
"""

TYPES = "types AS (SELECT type, count(*) AS n FROM matches GROUP BY type)"
ALL_TYPES = """types AS (
  SELECT substr(word, 2) AS type, documents AS n FROM search_words WHERE word IN ('#book', '#movie', '#game', '#music')
)"""
FOREMOST = f"""
foremost AS MATERIALIZED (
  SELECT *, row_number() OVER () AS place FROM (
    SELECT {{columns}} FROM {{among}} WHERE :type::text IS NULL OR type = :type::text ORDER BY {{order}} LIMIT {DEEPEST}
  ) AS best
)"""
SCORED_PAGE = f"""
ranked AS (
  SELECT p.item_id, d.popularity, d.title, CASE WHEN p.place <= {BOUND["scored"]} THEN {SCORED} END AS score
  FROM foremost AS p JOIN search_documents AS d ON d.ctid = p.lies
  WHERE p.place <= CASE WHEN :offset::int + :limit::int <= {BOUND["scored"]} THEN {BOUND["scored"]} ELSE {DEEPEST} END
), wanted AS (
  SELECT item_id, row_number() OVER () AS place FROM (
    SELECT item_id FROM ranked ORDER BY score DESC NULLS LAST, {ORDERS["relevance"]}
    OFFSET :offset::int LIMIT :limit::int
  ) AS sorted
)"""
OF_TYPE = "SELECT coalesce(sum(documents), 0) FROM search_words WHERE word = '#' || $1"
SORTED_PAGE = """
wanted AS (
  SELECT item_id, place FROM foremost WHERE place > :offset::int AND place <= :offset::int + :limit::int
)"""
SHOWN = f"""
SELECT {CARD}, i.popularity,
       left(i.description, {EXCERPT}) AS description,
       (SELECT json_object_agg(type, n) FROM types) AS types,
       (SELECT json_object_agg(value, n) FROM (
          SELECT unnest(facets) AS value, count(*) AS n FROM foremost GROUP BY 1) AS counted) AS facets,
       (SELECT json_object_agg(status, n) FROM (
          SELECT status, count(*) AS n FROM foremost JOIN user_item_states AS s USING (item_id)
          WHERE s.user_id = :viewer::uuid GROUP BY status) AS kept) AS marks
FROM (SELECT 1) AS one LEFT JOIN wanted AS w ON true LEFT JOIN media_items AS i ON i.id = w.item_id
ORDER BY w.place
"""
WITHIN: dict[Tier, str] = {"top": "d.top AND", "head": "d.head AND", "whole": "", "library": ""}


@cache
def ranking(tier: Tier, sort: Sort, *, looked_up: bool, worded: bool, filtered: bool, marked: bool) -> str:
    """`looked_up`: by index, else all of the tier is read. `worded`: something was typed. `filtered`: by creator, tag,
    source or years. `marked`: by what the viewer made of it. Only the parts that a question needs are sent."""
    scored = worded and sort == "relevance"
    matches = f"""
matches AS MATERIALIZED (
  SELECT d.ctid AS lies, d.item_id, d.type, d.facets, {PICKED_BY if scored else ORDERED_BY[sort]}
  FROM search_documents AS d
  WHERE {_conditions(tier, looked_up=looked_up, worded=worded, filtered=filtered, marked=marked)}
)"""
    foremost = FOREMOST.format(
        columns="lies, item_id, facets" + (", starts" if scored else ""),
        among="matches",
        order=BEST if scored else ORDERS[sort],
    )
    return f"WITH {matches}, {TYPES}, {foremost}, {SCORED_PAGE if scored else SORTED_PAGE} {SHOWN}"


@cache
def browsing(sort: Sort, *, rare: bool) -> str:
    """Nothing typed, at most a type chosen: read along the index of the order, counted by the vocabulary. Of a `rare`
    type that index would have to be read to its end, so all of the type is sorted."""
    among = "(SELECT * FROM search_documents WHERE type = :type::text OFFSET 0) AS few" if rare else "search_documents"
    foremost = FOREMOST.format(columns="item_id, facets", among=among, order=ORDERS[sort])
    return f"WITH {ALL_TYPES}, {foremost}, {SORTED_PAGE} {SHOWN}"


def _conditions(tier: Tier, *, looked_up: bool, worded: bool, filtered: bool, marked: bool) -> str:
    within = WITHIN[tier]
    found = f"{within} d.lexemes @@ :lookup::tsquery" if looked_up else f"{within} true"
    if tier == "library":
        found = "(numnode(:lookup::tsquery) = 0 OR d.lexemes @@ :lookup::tsquery)"
    found += " AND (numnode(:check::tsquery) = 0 OR d.lexemes @@ :check::tsquery)"
    if worded:
        found = f"{found}\n   OR d.key = ANY (:keys::text[]) OR d.other_key = ANY (:keys::text[])"
    if worded and not filtered:  # filters leave little of what begins so, and it has to be found first
        found = f"{found}\n   OR ({within} d.key > :key::text AND d.key < :key::text || '{LAST}')"
    conditions = [f"({found})"]
    if filtered:
        conditions.append(FILTERED)
    if tier == "library":
        conditions.append(f"d.item_id = ANY (ARRAY({MARKED}))")
    elif marked:
        conditions.append(f"d.item_id IN ({MARKED})")
    return " AND ".join(conditions)
