"""What sources answered to which question, and who may still ask"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("search_previews", sa.Column("raw", postgresql.JSONB(), nullable=True))
    op.execute("UPDATE search_previews SET raw = candidate -> 'raw', candidate = candidate - 'raw'")
    op.create_table(
        "source_answers",
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("page", sa.Integer(), nullable=False),
        sa.Column("source_name", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=True),
        sa.Column("sentence", sa.Text(), nullable=False),
        sa.Column("previews", postgresql.ARRAY(sa.Uuid()), nullable=False),
        sa.Column("milliseconds", sa.Integer(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("question", "type", "page", "source_name", name="pk_source_answers"),
    )
    op.create_index("ix_source_answers_expires_at", "source_answers", ["expires_at"])
    op.create_table(
        "search_quotas",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("paid_until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("wait", sa.Double(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_search_quotas_user_id_users", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("user_id", name="pk_search_quotas"),
        postgresql_with={"fillfactor": "50"},  # changed in place, again and again
    )


def downgrade() -> None:
    op.drop_table("search_quotas")
    op.drop_table("source_answers")
    op.execute("UPDATE search_previews SET candidate = candidate || jsonb_build_object('raw', raw)")
    op.drop_column("search_previews", "raw")
