"""How often each source may be asked"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "source_budgets",
        sa.Column("source_name", sa.Text(), nullable=False),
        sa.Column("paid_until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("wait", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("source_name", name="pk_source_budgets"),
        postgresql_with={"fillfactor": "50"},  # a few rows that change all the time, in place
    )


def downgrade() -> None:
    op.drop_table("source_budgets")
