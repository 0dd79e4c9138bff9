"""Goals, lines that were removed, and episodes

Revision ID: 0025
Revises: 0024
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "goals",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), sa.ForeignKey("users.id", ondelete="CASCADE"), nullable=False),
        sa.Column("year", sa.SmallInteger(), nullable=False),
        sa.Column("type", sa.Text()),
        sa.Column("target", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_goals"),
        sa.UniqueConstraint(
            "user_id", "year", "type", name="uq_goals_user_id_year_type", postgresql_nulls_not_distinct=True
        ),
        sa.CheckConstraint("type IN ('book', 'movie', 'game', 'music')", name="type"),
        sa.CheckConstraint("year BETWEEN 1900 AND 2999", name="year"),
        sa.CheckConstraint("target BETWEEN 1 AND 9999", name="target"),
    )
    op.create_table(
        "removed_logs",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), sa.ForeignKey("users.id", ondelete="CASCADE"), nullable=False),
        sa.Column("item_id", sa.Uuid(), sa.ForeignKey("media_items.id", ondelete="CASCADE"), nullable=False),
        sa.Column("kept", JSONB(), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_removed_logs"),
    )
    op.create_index(
        "ix_removed_logs_user_id_item_id_removed_at", "removed_logs", ["user_id", "item_id", "removed_at"]
    )
    op.create_index("ix_removed_logs_item_id", "removed_logs", ["item_id"])
    op.create_index("ix_removed_logs_removed_at", "removed_logs", ["removed_at"])
    op.create_table(
        "episode_guides",
        sa.Column("item_id", sa.Uuid(), sa.ForeignKey("media_items.id", ondelete="CASCADE"), nullable=False),
        sa.Column("source_name", sa.Text(), nullable=False),
        sa.Column("fetched_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("item_id", name="pk_episode_guides"),
    )
    op.create_table(
        "series_episodes",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("item_id", sa.Uuid(), sa.ForeignKey("media_items.id", ondelete="CASCADE"), nullable=False),
        sa.Column("season", sa.SmallInteger(), nullable=False),
        sa.Column("number", sa.SmallInteger(), nullable=False),
        sa.Column("title", sa.Text(), server_default="", nullable=False),
        sa.Column("aired", sa.Date()),
        sa.Column("runtime_minutes", sa.SmallInteger()),
        sa.PrimaryKeyConstraint("id", name="pk_series_episodes"),
        sa.UniqueConstraint("item_id", "season", "number", name="uq_series_episodes_item_id_season_number"),
        sa.CheckConstraint("season >= 1 AND number >= 1", name="numbers"),
        sa.CheckConstraint("length(title) <= 500", name="title"),
        sa.CheckConstraint("runtime_minutes > 0", name="runtime"),
    )


def downgrade() -> None:
    for table in ("series_episodes", "episode_guides", "removed_logs", "goals"):
        op.drop_table(table)
