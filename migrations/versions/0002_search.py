"""The Postgres search engine: folding functions, its narrow table, its vocabulary.

The functions are the only place where text is folded, for what is indexed and for what is asked alike. Lexemes are
made here and cast, not parsed: Postgres's own parser takes `AC/DC` for a path and `9-1-1` for a negative number.

Revision ID: 0002
Revises: 0001
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import TSVECTOR

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

# Lower case, no accents, no marks, one kind of apostrophe, initials drawn together (J. R. R. → jrr.).
# unaccent is only STABLE because its dictionary could be swapped; naming the dictionary makes the promise ours.
SOFT = r"""
CREATE FUNCTION search_soft(given text) RETURNS text LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
DECLARE x text := left(given, 1000);
BEGIN
  IF octet_length(x) <> length(x) THEN
    x := normalize(translate(x, '’‘ʼʻ´＇′`™®©℠', ''''''''''''''''''), NFKC);
    x := lower(public.unaccent('public.unaccent'::regdictionary, x));
    x := regexp_replace(x, '[\u0300-\u036f\u0483-\u0489\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7'
      '\u0610-\u061a\u0640\u064b-\u065f\u0670\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufe00-\ufe0f\ufeff]',
      '', 'g');
  ELSE
    x := lower(translate(x, '`', ''''));
  END IF;
  IF strpos(x, '.') > 0 THEN
    x := regexp_replace(x, '\m([[:alpha:]])\.\s?(?=[[:alpha:]]\M(?!''))', '\1', 'g');
  END IF;
  IF strpos(x, '$') > 0 THEN
    x := regexp_replace(x, '([a-z])\$(?=[a-z])', '\1s', 'g');
  END IF;
  IF strpos(x, '!') > 0 THEN
    x := regexp_replace(x, '([a-z])!(?=[a-z])', '\1i', 'g');
  END IF;
  RETURN x;
END $$
"""

# Whole blocks of Indic and South-East Asian scripts count as letters, because their vowel signs and joiners are not,
# to Postgres.
LETTERS = r"[:alnum:]\u0900-\u0963\u0966-\u0e4e\u0e50-\u0eff\u1000-\u1049\u1780-\u17d3"

# Words with one space between them.
FOLD = rf"""
CREATE FUNCTION search_fold(soft text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
  SELECT btrim(regexp_replace(replace(soft, '''', ''), '[^{LETTERS}]+', ' ', 'g'))
$$
"""

# The title as one word, without its leading article: what an exact hit is. `!!!` and `÷` are their own keys.
KEY = r"""
CREATE FUNCTION search_key(given text) RETURNS text LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
DECLARE x text := btrim(search_soft(given));
BEGIN
  IF x ~ ', (the|a|an)$' THEN
    x := regexp_replace(x, ', (the|a|an)$', '');
  ELSIF x ~ '^(the|an?|le|les|la|el|los|las|il|der|das) ' THEN
    x := regexp_replace(x, '^(the|an?|le|les|la|el|los|las|il|der|das) +(?=[^ ])', '');
  END IF;
  x := replace(search_fold(x), ' ', '');
  RETURN left(CASE WHEN x = '' THEN lower(replace(given, ' ', '')) ELSE x END, 200);
END $$
"""

# Scripts written without spaces become pairs of neighbours; an indexed run also gives its last character alone, so
# that every single character asked for is the beginning of some lexeme.
GRAMS = r"""
CREATE FUNCTION search_grams(words text[], asked boolean) RETURNS text[]
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
DECLARE
  spaceless constant text := '\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3005-\u3007\u3040-\u30ff\u3400-\u4dbf'
    '\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003ffff';
  found text[] := '{}';
  word text;
  run text;
  n int;
BEGIN
  FOREACH word IN ARRAY words LOOP
    IF octet_length(word) = length(word) OR word !~ ('[' || spaceless || ']') THEN
      found := found || word;
      CONTINUE;
    END IF;
    FOR run IN SELECT m[1] FROM regexp_matches(word, '([' || spaceless || ']+|[^' || spaceless || ']+)', 'g') AS m LOOP
      n := length(run);
      IF n = 1 OR run !~ ('[' || spaceless || ']') THEN
        found := found || run;
      ELSE
        found := found || ARRAY(SELECT substr(run, i, 2) FROM generate_series(1, n - 1) AS i);
        IF NOT asked THEN
          found := found || right(run, 1);
        END IF;
      END IF;
    END LOOP;
  END LOOP;
  RETURN found;
END $$
"""

# What is asked: the folded words. What is indexed: these, and the same text with its punctuation dropped (spiderman,
# acdc, 911) and with apostrophes and initials' full stops as spaces (l etranger, j r r).
LEXEMES = rf"""
CREATE FUNCTION search_lexemes(given text, asked boolean) RETURNS text[]
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
DECLARE
  soft text := search_soft(given);
  words text[] := string_to_array(search_fold(soft), ' ');
BEGIN
  IF NOT asked AND soft ~ '[^{LETTERS}[:space:]]' THEN
    words := words
      || string_to_array(search_fold(regexp_replace(soft, '[^{LETTERS}[:space:]]+', '', 'g')), ' ')
      || string_to_array(search_fold(search_soft(translate(given, '.''’', '   '))), ' ');
    words := ARRAY(SELECT w FROM unnest(words) WITH ORDINALITY AS u(w, n) GROUP BY w ORDER BY min(n));
  END IF;
  RETURN CASE WHEN octet_length(soft) = length(soft) THEN words ELSE search_grams(words, asked) END;
END $$
"""

# The year is the lexeme `#1984`, apart from the word 1984, so that a title of that name does not drown in its year.
VECTOR = r"""
CREATE FUNCTION search_vector(title text, creators text, rest text, year integer) RETURNS tsvector
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT coalesce(string_agg(left(w, 100) || ':' || least(n, 16000) || weight, ' '), '')::tsvector
    || coalesce(('''#' || year || ''':1D')::tsvector, '')
  FROM (
    SELECT w, n, 'A' AS weight FROM unnest(search_lexemes(title, false)) WITH ORDINALITY AS a(w, n)
    UNION ALL
    SELECT w, n + 100, 'B' FROM unnest(search_lexemes(creators, false)) WITH ORDINALITY AS b(w, n)
    UNION ALL
    SELECT w, n + 300, 'C' FROM unnest(search_lexemes(rest, false)) WITH ORDINALITY AS c(w, n)
  ) AS lexemes WHERE w <> ''
$$
"""

FUNCTIONS = {
    "search_soft(text)": SOFT,
    "search_fold(text)": FOLD,
    "search_key(text)": KEY,
    "search_grams(text[], boolean)": GRAMS,
    "search_lexemes(text, boolean)": LEXEMES,
    "search_vector(text, text, text, integer)": VECTOR,
}


def upgrade() -> None:
    for source in FUNCTIONS.values():
        op.get_bind().exec_driver_sql(source)  # `text()` would take the colons for parameters

    op.create_table(
        "search_documents",
        sa.Column("item_id", sa.Uuid(), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("popularity", sa.REAL(), nullable=False),
        sa.Column("year", sa.SmallInteger(), nullable=True),
        sa.Column("title_words", sa.SmallInteger(), nullable=False),
        sa.Column("head", sa.Boolean(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("other_key", sa.Text(), nullable=True),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("lexemes", TSVECTOR(), nullable=False),
        sa.PrimaryKeyConstraint("item_id", name=op.f("pk_search_documents")),
    )
    no_pending_list = {"fastupdate": "off"}  # a list searched row by row until vacuum comes: slow just after writes
    op.create_index(
        "ix_search_documents_lexemes",
        "search_documents",
        ["lexemes"],
        postgresql_using="gin",
        postgresql_with=no_pending_list,
    )
    op.create_index(
        "ix_search_documents_head_lexemes",
        "search_documents",
        ["lexemes"],
        postgresql_using="gin",
        postgresql_with=no_pending_list,
        postgresql_where="head",
    )
    op.create_index("ix_search_documents_key", "search_documents", ["key"])
    op.create_index("ix_search_documents_head_key", "search_documents", ["key"], postgresql_where="head")
    op.create_index(
        "ix_search_documents_other_key",
        "search_documents",
        ["other_key"],
        postgresql_where="other_key IS NOT NULL",
    )
    op.create_index("ix_search_documents_head_popularity", "search_documents", ["popularity"], postgresql_where="head")
    op.create_index(
        "ix_search_documents_popular", "search_documents", [sa.text("popularity DESC"), "title", "item_id"]
    )
    op.create_index(
        "ix_search_documents_type_popular",
        "search_documents",
        ["type", sa.text("popularity DESC"), "title", "item_id"],
    )

    op.create_table(
        "search_words",
        sa.Column("word", sa.Text(), nullable=False),
        sa.Column("documents", sa.Integer(), nullable=False),
        sa.CheckConstraint("documents >= 0", name=op.f("ck_search_words_documents")),
        sa.PrimaryKeyConstraint("word", name=op.f("pk_search_words")),
        postgresql_with={"fillfactor": "80"},  # counts change in place, without touching the indexes
    )
    op.create_index(
        "ix_search_words_trigrams",
        "search_words",
        ["word"],
        postgresql_using="gin",
        postgresql_ops={"word": "gin_trgm_ops"},
        postgresql_with=no_pending_list,
    )

    op.create_table(
        "search_changes",
        sa.Column("item_id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("item_id", name=op.f("pk_search_changes")),
    )


def downgrade() -> None:
    for table in ("search_changes", "search_words", "search_documents"):
        op.drop_table(table)
    for name in reversed(FUNCTIONS):
        op.execute(f"DROP FUNCTION {name}")
