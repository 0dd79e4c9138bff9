"""Covers that people put there themselves

No provider has them, so they are kept here, and not in the folder of covers, which may forget.

Revision ID: 0032
Revises: 0031
"""

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "hand_covers",
        sa.Column("key", sa.Text(), nullable=False),
        *(sa.Column(name, sa.LargeBinary(), nullable=False) for name in ("whole", "small", "middle", "large")),
        sa.PrimaryKeyConstraint("key", name="pk_hand_covers"),
    )
    op.create_index(
        "ix_media_items_hand_cover", "media_items", ["cover_key"], postgresql_where=sa.text("cover_provider = 'hand'")
    )


def downgrade() -> None:
    op.drop_index("ix_media_items_hand_cover", table_name="media_items")
    op.execute("UPDATE media_items SET cover_provider = NULL, cover_key = NULL WHERE cover_provider = 'hand'")
    op.drop_table("hand_covers")
