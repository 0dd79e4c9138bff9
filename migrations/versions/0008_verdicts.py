"""Which rows hosts said are one work, and which are not"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "merge_verdicts",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("external_id", sa.Text(), nullable=False),
        sa.Column("other_source", sa.Text(), nullable=False),
        sa.Column("other_external_id", sa.Text(), nullable=False),
        sa.Column("is_one", sa.Boolean(), nullable=False),
        sa.Column("said_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(source, external_id) < (other_source, other_external_id)", name=op.f("ck_merge_verdicts_order")
        ),
        sa.CheckConstraint(
            "octet_length(source || external_id) <= 1100 AND octet_length(other_source || other_external_id) <= 1100",
            name=op.f("ck_merge_verdicts_length"),
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_merge_verdicts_user_id_users"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_merge_verdicts")),
        sa.UniqueConstraint(
            "user_id", "source", "external_id", "other_source", "other_external_id", name="uq_merge_verdicts_pair"
        ),
    )


def downgrade() -> None:
    op.drop_table("merge_verdicts")
