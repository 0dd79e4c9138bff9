"""Limits by rate: one table for every family of them, questions to the outside included

Revision ID: 0016
Revises: 0015
"""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "rate_limits",
        sa.Column("family", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("paid_until", sa.DateTime(True), nullable=False),
        sa.Column("wait", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("family", "key", name="pk_rate_limits"),
        postgresql_with={"fillfactor": "50"},  # changed in place, again and again
    )
    op.drop_table("search_quotas")


def downgrade() -> None:
    op.create_table(
        "search_quotas",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("paid_until", sa.DateTime(True), nullable=False),
        sa.Column("wait", sa.Double(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_search_quotas_user_id_users", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("user_id", name="pk_search_quotas"),
        postgresql_with={"fillfactor": "50"},
    )
    op.drop_table("rate_limits")
