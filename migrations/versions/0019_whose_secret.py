"""Secrets of apps belong to the session that began them; hashes of what was sent are keyed

Revision ID: 0019
Revises: 0018
"""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("DELETE FROM submissions")  # theirs had no key: fast to guess a password from
    op.execute("DELETE FROM totp_secrets WHERE confirmed_at IS NULL")
    op.add_column("totp_secrets", sa.Column("session_id", sa.Uuid(), nullable=True))
    op.create_foreign_key(
        "fk_totp_secrets_session_id",
        "totp_secrets",
        "sessions",
        ["session_id"],
        ["id"],
        ondelete="CASCADE",
        onupdate="CASCADE",
    )
    op.create_index("ix_totp_secrets_session_id", "totp_secrets", ["session_id"])


def downgrade() -> None:
    op.drop_column("totp_secrets", "session_id")
