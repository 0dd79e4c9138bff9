"""Changes of the shelf, kept for a day so that they can be undone

Revision ID: 0031
Revises: 0030
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "shelf_changes",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), sa.ForeignKey("users.id", ondelete="CASCADE"), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("rows", JSONB(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("restored", sa.Integer()),
        sa.PrimaryKeyConstraint("id", name="pk_shelf_changes"),
        sa.CheckConstraint("kind IN ('marked', 'let_go', 'tagged', 'untagged')", name="kind"),
    )
    op.create_index("ix_shelf_changes_user_id_id", "shelf_changes", ["user_id", "id"])
    op.create_index("ix_shelf_changes_expires_at", "shelf_changes", ["expires_at"])


def downgrade() -> None:
    op.drop_table("shelf_changes")
