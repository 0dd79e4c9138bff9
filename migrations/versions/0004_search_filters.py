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


def upgrade() -> None:
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


def downgrade() -> None:
    for name in ("rating", "released", "top_popularity", "top_key", "top_lexemes"):
        op.drop_index(f"ix_search_documents_{name}", "search_documents")
    for name in ("facets", "top", "rating", "released"):
        op.drop_column("search_documents", name)
    op.drop_index("ix_events_subject_id_id", "events")
    for name in ("parked_because", "due_at", "attempts"):
        op.drop_column("events", name)
