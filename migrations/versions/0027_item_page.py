"""What each source says, works merged by hand, works added by hand

Revision ID: 0027
Revises: 0026
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("media_sources", sa.Column("said", postgresql.JSONB()))
    op.add_column(
        "media_items",
        sa.Column("made_by", sa.Uuid(), sa.ForeignKey("users.id", name="fk_media_items_made_by", ondelete="SET NULL")),
    )
    op.add_column("media_items", sa.Column("version", sa.Integer(), server_default="1", nullable=False))
    op.create_index("ix_media_items_made_by", "media_items", ["made_by"])
    op.create_table(
        "item_choices",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), sa.ForeignKey("users.id", ondelete="CASCADE"), nullable=False),
        sa.Column("item_id", sa.Uuid(), sa.ForeignKey("media_items.id", ondelete="CASCADE"), nullable=False),
        sa.Column("field", sa.Text(), nullable=False),
        sa.Column("source_name", sa.Text(), nullable=False),
        sa.Column("external_id", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_item_choices"),
        sa.UniqueConstraint("user_id", "item_id", "field", name="uq_item_choices_user_id_item_id_field"),
        sa.CheckConstraint("length(field) BETWEEN 1 AND 40", name="field"),
    )
    op.create_index("ix_item_choices_item_id", "item_choices", ["item_id"])
    op.create_table(
        "item_merges",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("from_id", sa.Uuid(), nullable=False),
        sa.Column("into_id", sa.Uuid(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("journal", postgresql.JSONB(), nullable=False),
        sa.Column("made_by", sa.Uuid(), sa.ForeignKey("users.id", ondelete="SET NULL")),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("undone_at", sa.DateTime(timezone=True)),
        sa.PrimaryKeyConstraint("id", name="pk_item_merges"),
        sa.CheckConstraint("kind IN ('merge', 'split')", name="kind"),
        sa.CheckConstraint("from_id <> into_id", name="two"),
    )
    op.create_index(
        "uq_item_merges_from_id",
        "item_merges",
        ["from_id"],
        unique=True,
        postgresql_where=sa.text("kind = 'merge' AND undone_at IS NULL"),
    )
    op.create_index("ix_item_merges_into_id", "item_merges", ["into_id"])
    op.create_index("ix_item_merges_made_by", "item_merges", ["made_by"])


def downgrade() -> None:
    op.drop_table("item_merges")
    op.drop_table("item_choices")
    op.drop_index("ix_media_items_made_by", table_name="media_items")
    op.drop_column("media_items", "version")
    op.drop_column("media_items", "made_by")
    op.drop_column("media_sources", "said")
