"""Whose calendar somebody's days are counted by

Revision ID: 0033
Revises: 0032
"""

import sqlalchemy as sa
from alembic import op

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("user_preferences", sa.Column("time_zone", sa.Text(), server_default="", nullable=False))


def downgrade() -> None:
    op.drop_column("user_preferences", "time_zone")
