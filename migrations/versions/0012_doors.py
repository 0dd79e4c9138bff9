"""Doors: throttles, known devices, links to reset, invitations, mail

Revision ID: 0012
Revises: 0011
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

NOW = sa.text("now()")


def when(name: str, *, nullable: bool = False, now: bool = False) -> sa.Column:
    return sa.Column(name, sa.DateTime(True), nullable=nullable, server_default=NOW if now else None)


def upgrade() -> None:
    op.create_table(
        "login_delays",
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("attempts", sa.SmallInteger(), nullable=False),
        when("next_at"),
        sa.PrimaryKeyConstraint("account", name=op.f("pk_login_delays")),
    )
    op.create_table(
        "login_turns",
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("net", sa.Text(), nullable=False),
        sa.Column("tries", sa.SmallInteger(), nullable=False),
        when("turn_at", nullable=True),
        when("seen_at"),
        sa.PrimaryKeyConstraint("account", "net", name=op.f("pk_login_turns")),
    )
    op.create_table(
        "devices",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("session_id", sa.Uuid(), nullable=True),
        when("created_at", now=True),
        when("seen_at", now=True),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_devices_user_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["session_id"],
            ["sessions.id"],
            name=op.f("fk_devices_session_id"),
            ondelete="SET NULL",
            onupdate="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_devices")),
        sa.UniqueConstraint("token_hash", "user_id", name=op.f("uq_devices_token_hash_user_id")),
    )
    op.create_index(op.f("ix_devices_user_id"), "devices", ["user_id"])
    op.create_index(op.f("ix_devices_session_id"), "devices", ["session_id"])
    op.create_table(
        "reset_links",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        when("expires_at"),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_reset_links_user_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reset_links")),
        sa.UniqueConstraint("user_id", name=op.f("uq_reset_links_user_id")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_reset_links_token_hash")),
    )
    op.create_table(
        "invitations",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("made_by", sa.Uuid(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False, server_default=""),
        sa.Column("uses_max", sa.SmallInteger(), nullable=False),
        sa.Column("used", sa.SmallInteger(), nullable=False, server_default="0"),
        when("created_at", now=True),
        when("expires_at"),
        sa.CheckConstraint("used BETWEEN 0 AND uses_max", name=op.f("ck_invitations_used")),
        sa.CheckConstraint("length(note) <= 200", name=op.f("ck_invitations_note")),
        sa.ForeignKeyConstraint(["made_by"], ["users.id"], name=op.f("fk_invitations_made_by"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invitations")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_invitations_token_hash")),
    )
    op.create_index(op.f("ix_invitations_made_by"), "invitations", ["made_by"])
    op.create_table(
        "pending_registrations",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("password_hash", sa.Text(), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(), nullable=True),
        sa.Column("invitation_id", sa.Uuid(), nullable=True),
        when("expires_at"),
        sa.CheckConstraint("length(email) BETWEEN 3 AND 254", name=op.f("ck_pending_registrations_email")),
        sa.CheckConstraint("length(name) BETWEEN 1 AND 80", name=op.f("ck_pending_registrations_name")),
        sa.ForeignKeyConstraint(
            ["invitation_id"],
            ["invitations.id"],
            name=op.f("fk_pending_registrations_invitation_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pending_registrations")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_pending_registrations_token_hash")),
    )
    op.create_index(op.f("ix_pending_registrations_invitation_id"), "pending_registrations", ["invitation_id"])
    op.create_index(op.f("ix_pending_registrations_expires_at"), "pending_registrations", ["expires_at"])
    op.create_table(
        "outgoing_mail",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("letter", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=True),
        sa.Column("about", sa.Uuid(), nullable=True),
        sa.Column("details", JSONB(), nullable=False, server_default="{}"),
        when("written_at", now=True),
        when("due_at", now=True),
        sa.Column("attempts", sa.SmallInteger(), nullable=False, server_default="0"),
        sa.Column("lost_because", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_outgoing_mail_user_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outgoing_mail")),
    )
    op.create_index(op.f("ix_outgoing_mail_user_id"), "outgoing_mail", ["user_id"])
    op.create_index(
        op.f("ix_outgoing_mail_due_at"),
        "outgoing_mail",
        ["due_at"],
        postgresql_where=sa.text("lost_because IS NULL"),
    )


def downgrade() -> None:
    for table in (
        "outgoing_mail",
        "pending_registrations",
        "invitations",
        "reset_links",
        "devices",
        "login_turns",
        "login_delays",
    ):
        op.drop_table(table)
