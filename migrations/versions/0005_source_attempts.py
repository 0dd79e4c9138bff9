"""How asking each source went, and which are not asked for a while"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

IN_PLACE = {"fillfactor": "50"}  # a few rows that change all the time


def upgrade() -> None:
    op.create_table(
        "source_circuits",
        sa.Column("source_name", sa.Text(), nullable=False),
        sa.Column("held", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("paused_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("paused_for", sa.Text(), nullable=True),
        sa.Column("open_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("openings", sa.Integer(), server_default="0", nullable=False),
        sa.Column("successes", sa.Integer(), server_default="0", nullable=False),
        sa.Column("probe", sa.Integer(), server_default="0", nullable=False),
        sa.Column("probe_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("recent", postgresql.JSONB(astext_type=sa.Text()), server_default="[]", nullable=False),
        sa.PrimaryKeyConstraint("source_name", name="pk_source_circuits"),
        postgresql_with=IN_PLACE,
    )
    op.create_table(
        "source_days",
        sa.Column("source_name", sa.Text(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("requests", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("source_name", "day", name="pk_source_days"),
        postgresql_with=IN_PLACE,
    )
    op.create_table(
        "source_attempts",
        sa.Column("source_name", sa.Text(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("milliseconds", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("attempted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_source_attempts"),
    )
    op.create_index("ix_source_attempts_source_name_attempted_at", "source_attempts", ["source_name", "attempted_at"])
    op.create_index("ix_source_attempts_attempted_at", "source_attempts", ["attempted_at"])


def downgrade() -> None:
    op.drop_table("source_attempts")
    op.drop_table("source_days")
    op.drop_table("source_circuits")
