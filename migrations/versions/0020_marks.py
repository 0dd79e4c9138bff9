"""Preferences, the log, and tags

Revision ID: 0020
Revises: 0019
"""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

COLOURS = ("none", "red", "orange", "yellow", "green", "teal", "blue", "purple", "brown")


def times() -> tuple[sa.Column[object], sa.Column[object]]:
    return (
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
    )


def upgrade() -> None:
    op.create_table(
        "user_preferences",
        sa.Column("user_id", sa.Uuid(), sa.ForeignKey("users.id", ondelete="CASCADE"), nullable=False),
        sa.Column("rating_scale", sa.Text(), server_default="stars", nullable=False),
        sa.Column("has_quick_keys", sa.Boolean(), server_default="true", nullable=False),
        sa.Column("shares_taste", sa.Boolean(), server_default="false", nullable=False),
        *times(),
        sa.PrimaryKeyConstraint("user_id", name="pk_user_preferences"),
        sa.CheckConstraint("rating_scale IN ('stars', 'ten', 'hundred')", name="rating_scale"),
    )
    op.create_table(
        "user_item_logs",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), sa.ForeignKey("users.id", ondelete="CASCADE"), nullable=False),
        sa.Column("item_id", sa.Uuid(), sa.ForeignKey("media_items.id"), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("round", sa.SmallInteger(), server_default="1", nullable=False),
        sa.Column("amount", sa.Numeric(8, 1)),
        sa.Column("unit", sa.Text()),
        sa.Column("season", sa.SmallInteger()),
        sa.Column("episode", sa.SmallInteger()),
        sa.Column("note", sa.Text(), server_default="", nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        *times(),
        sa.PrimaryKeyConstraint("id", name="pk_user_item_logs"),
        sa.CheckConstraint("kind IN ('started', 'progress', 'finished', 'dropped')", name="kind"),
        sa.CheckConstraint("unit IN ('page', 'percent', 'episode', 'minutes')", name="unit"),
        sa.CheckConstraint("(amount IS NULL) = (unit IS NULL)", name="progress"),
        sa.CheckConstraint("amount >= 0", name="amount"),
        sa.CheckConstraint("(season IS NULL) = (episode IS NULL)", name="episode"),
        sa.CheckConstraint("round >= 1", name="round"),
        sa.CheckConstraint("length(note) <= 2000", name="note"),
    )
    op.create_index("ix_user_item_logs_user_id_day_id", "user_item_logs", ["user_id", "day", "id"])
    op.create_index("ix_user_item_logs_user_id_item_id_day_id", "user_item_logs", ["user_id", "item_id", "day", "id"])
    op.create_index("ix_user_item_logs_item_id", "user_item_logs", ["item_id"])
    op.create_index(
        "uq_user_item_logs_episode",
        "user_item_logs",
        ["user_id", "item_id", "round", "season", "episode"],
        unique=True,
        postgresql_where=sa.text("episode IS NOT NULL"),
    )
    op.create_table(
        "tags",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), sa.ForeignKey("users.id", ondelete="CASCADE")),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("colour", sa.Text(), server_default="none", nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        *times(),
        sa.PrimaryKeyConstraint("id", name="pk_tags"),
        sa.UniqueConstraint("user_id", "key", name="uq_tags_user_id_key", postgresql_nulls_not_distinct=True),
        sa.CheckConstraint("length(name) BETWEEN 1 AND 60", name="name"),
        sa.CheckConstraint(f"colour IN {COLOURS}", name="colour"),
    )
    op.create_table(
        "media_item_tags",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), sa.ForeignKey("users.id", ondelete="CASCADE"), nullable=False),
        sa.Column("item_id", sa.Uuid(), sa.ForeignKey("media_items.id"), nullable=False),
        sa.Column("tag_id", sa.Uuid(), sa.ForeignKey("tags.id", ondelete="CASCADE"), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_media_item_tags"),
        sa.UniqueConstraint("user_id", "item_id", "tag_id", name="uq_media_item_tags_user_id_item_id_tag_id"),
    )
    op.create_index("ix_media_item_tags_tag_id_user_id_item_id", "media_item_tags", ["tag_id", "user_id", "item_id"])
    op.create_index("ix_media_item_tags_item_id", "media_item_tags", ["item_id"])


def downgrade() -> None:
    for table in ("media_item_tags", "tags", "user_item_logs", "user_preferences"):
        op.drop_table(table)
