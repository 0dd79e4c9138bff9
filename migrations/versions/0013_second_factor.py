"""A second factor, recovery codes, passkeys

Revision ID: 0013
Revises: 0012
"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

NOW = sa.text("now()")
TABLES = ("totp_secrets", "recovery_codes", "half_sessions", "passkeys", "passkey_challenges")


def of_a_user(table: str, *, nullable: bool = False) -> list[sa.schema.SchemaItem]:
    return [
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=nullable),
        sa.PrimaryKeyConstraint("id", name=f"pk_{table}"),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=f"fk_{table}_user_id_users", ondelete="CASCADE"),
    ]


def upgrade() -> None:
    op.create_table(
        "totp_secrets",
        *of_a_user("totp_secrets"),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("last_step", sa.BigInteger(), nullable=False, server_default="0"),
        sa.Column("created_at", sa.DateTime(True), nullable=False, server_default=NOW),
        sa.Column("confirmed_at", sa.DateTime(True), nullable=True),
        sa.UniqueConstraint("user_id", name="uq_totp_secrets_user_id"),
    )
    op.create_table(
        "recovery_codes",
        *of_a_user("recovery_codes"),
        sa.Column("code_hash", sa.LargeBinary(), nullable=False),
        sa.Column("used_at", sa.DateTime(True), nullable=True),
        sa.UniqueConstraint("user_id", "code_hash", name="uq_recovery_codes_user_id_code_hash"),
    )
    op.create_table(
        "half_sessions",
        *of_a_user("half_sessions"),
        sa.Column("secret_hash", sa.LargeBinary(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("remember", sa.Boolean(), nullable=False),
        sa.Column("next", sa.Text(), nullable=False),
        sa.Column("said", sa.Text(), nullable=False),
        sa.Column("password_set_at", sa.DateTime(True), nullable=False),
        sa.Column("expires_at", sa.DateTime(True), nullable=False),
    )
    op.create_table(
        "passkeys",
        *of_a_user("passkeys"),
        sa.Column("user_handle", sa.LargeBinary(), nullable=False),
        sa.Column("credential_id", sa.LargeBinary(), nullable=False),
        sa.Column("credential", sa.LargeBinary(), nullable=False),
        sa.Column("sign_count", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(True), nullable=False, server_default=NOW),
        sa.Column("used_at", sa.DateTime(True), nullable=True),
        sa.UniqueConstraint("credential_id", name="uq_passkeys_credential_id"),
        sa.CheckConstraint("length(name) BETWEEN 1 AND 80", name=op.f("ck_passkeys_name")),
    )
    op.create_table(
        "passkey_challenges",
        *of_a_user("passkey_challenges", nullable=True),
        sa.Column("secret_hash", sa.LargeBinary(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("challenge", sa.LargeBinary(), nullable=False),
        sa.Column("user_handle", sa.LargeBinary(), nullable=True),
        sa.Column("expires_at", sa.DateTime(True), nullable=False),
        sa.UniqueConstraint("secret_hash", name="uq_passkey_challenges_secret_hash"),
        sa.CheckConstraint("purpose IN ('login', 'proof', 'register')", name=op.f("ck_passkey_challenges_purpose")),
    )
    for table in ("half_sessions", "passkeys", "passkey_challenges"):
        op.create_index(f"ix_{table}_user_id", table, ["user_id"])
    for table in ("half_sessions", "passkey_challenges"):
        op.create_index(f"ix_{table}_expires_at", table, ["expires_at"])


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)
