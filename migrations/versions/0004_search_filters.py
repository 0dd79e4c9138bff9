"""What search filters and sorts by, a smaller head within the head, and events that fail

What the index holds keeps answering, and is taken in anew through the outbox: only then do its new columns fill.

Revision ID: 0004
Revises: 0003
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

TAKE_IN_ANEW = """
INSERT INTO events (topic, happened, subject_id, recorded_at)
SELECT 'item', 'stored', item_id, now() FROM search_documents ORDER BY popularity DESC, item_id
"""

# A tag is the same in any spelling of case, spaces and hyphens.
TAG = """
CREATE FUNCTION search_tag(given text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
  SELECT replace(search_fold(search_soft(given)), ' ', '')
$$
"""

# What an item can be filtered by, as lexemes, and its creators' whole names; and the values of its facets, to be counted and shown. In PL/pgSQL,
# because what is inlined keeps a rebuild from folding in parallel.
FILTERS = """
CREATE FUNCTION search_filters(sources text[], tags text[], creators text[]) RETURNS tsvector
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
BEGIN
  RETURN array_to_tsvector(
    ARRAY(SELECT '#@' || name FROM unnest(sources) AS name)
    || ARRAY(SELECT '#=' || search_tag(tag) FROM unnest(tags[:20]) AS tag)
    || ARRAY(SELECT '#:' || search_key(name) FROM unnest(creators[:20]) AS name));
END $$
"""
FACETS = """
CREATE FUNCTION search_facets(sources text[], tags text[], year integer) RETURNS text[]
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
BEGIN
  RETURN ARRAY(SELECT DISTINCT '@' || name FROM unnest(sources) AS name)
    || ARRAY(SELECT DISTINCT '=' || left(btrim(tag), 60) FROM unnest(tags[:20]) AS tag)
    || CASE WHEN year > 0 THEN ARRAY['~' || year / 10 * 10] ELSE '{}' END;
END $$
"""
FUNCTIONS = {
    "search_tag(text)": TAG,
    "search_filters(text[], text[], text[])": FILTERS,
    "search_facets(text[], text[], integer)": FACETS,
}


def upgrade() -> None:
    for source in FUNCTIONS.values():
        op.get_bind().exec_driver_sql(source)

    op.add_column("events", sa.Column("attempts", sa.SmallInteger(), server_default="0", nullable=False))
    op.add_column("events", sa.Column("due_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("events", sa.Column("parked_because", sa.Text(), nullable=True))

    op.create_index("ix_events_subject_id_id", "events", ["subject_id", "id"])

    op.add_column("search_documents", sa.Column("released", sa.Date(), nullable=True))
    op.add_column("search_documents", sa.Column("rating", sa.REAL(), nullable=True))
    op.add_column("search_documents", sa.Column("top", sa.Boolean(), server_default="false", nullable=False))
    op.add_column("search_documents", sa.Column("facets", sa.ARRAY(sa.Text()), server_default="{}", nullable=False))
    for name in ("top", "facets"):
        op.alter_column("search_documents", name, server_default=None)
    op.execute("UPDATE search_documents SET top = true WHERE head")
    op.create_index(
        "ix_search_documents_top_lexemes",
        "search_documents",
        ["lexemes"],
        postgresql_using="gin",
        postgresql_with={"fastupdate": "off"},
        postgresql_where="top",
    )
    op.create_index("ix_search_documents_top_key", "search_documents", ["key"], postgresql_where="top")
    op.create_index("ix_search_documents_top_popularity", "search_documents", ["popularity"], postgresql_where="top")
    for name in ("released", "rating"):
        op.create_index(
            f"ix_search_documents_{name}",
            "search_documents",
            [sa.text(f"{name} DESC NULLS LAST"), sa.text("popularity DESC"), "item_id"],
        )
    op.execute(TAKE_IN_ANEW)
    op.execute("ANALYZE events")  # else the first batches would be claimed as if there were few


def downgrade() -> None:
    for name in ("rating", "released", "top_popularity", "top_key", "top_lexemes"):
        op.drop_index(f"ix_search_documents_{name}", "search_documents")
    for name in ("facets", "top", "rating", "released"):
        op.drop_column("search_documents", name)
    op.drop_index("ix_events_subject_id_id", "events")
    for name in ("parked_because", "due_at", "attempts"):
        op.drop_column("events", name)
    for name in reversed(FUNCTIONS):
        op.execute(f"DROP FUNCTION {name}")
