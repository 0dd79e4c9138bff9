"""What is under way and what has aired, by indexes of their own

Revision ID: 0029
Revises: 0028
"""

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None

NAME = "ix_user_item_states_active"


def upgrade() -> None:
    op.create_index(
        NAME, "user_item_states", ["user_id", "updated_at", "id"], postgresql_where=sa.text("status = 'active'")
    )
    op.create_index("ix_series_episodes_aired", "series_episodes", ["aired"])


def downgrade() -> None:
    op.drop_index("ix_series_episodes_aired", "series_episodes")
    op.drop_index(NAME, "user_item_states")
