"""Pairings

Revision ID: 0022
Revises: 0021
"""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "menu_item_pairings",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("menu_id", sa.Uuid(), sa.ForeignKey("menus.id", ondelete="CASCADE"), nullable=False),
        sa.Column("first_id", sa.Uuid(), sa.ForeignKey("course_items.id", ondelete="CASCADE"), nullable=False),
        sa.Column("second_id", sa.Uuid(), sa.ForeignKey("course_items.id", ondelete="CASCADE"), nullable=False),
        sa.Column("sentence", sa.Text(), nullable=False),
        sa.Column("words_version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_menu_item_pairings"),
        sa.UniqueConstraint("first_id", "second_id", name="uq_menu_item_pairings_first_id_second_id"),
        sa.CheckConstraint("first_id < second_id", name="order"),
        sa.CheckConstraint("length(sentence) BETWEEN 1 AND 500", name="sentence"),
    )
    op.create_index("ix_menu_item_pairings_menu_id", "menu_item_pairings", ["menu_id"])
    op.create_index("ix_menu_item_pairings_second_id", "menu_item_pairings", ["second_id"])


def downgrade() -> None:
    op.drop_table("menu_item_pairings")
