"""Sessions say when their owner was last proved; what happens to accounts is kept

Revision ID: 0011
Revises: 0010
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

NOW = sa.text("now()")

# Rows are only added. An erased account's rows may lose what points to a person, and rows past their time may go
# (AU-2, PR-2); both are for the sweep, and neither can change what happened.
APPEND_ONLY = """
CREATE FUNCTION audit_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' AND OLD.happened_at < now() - interval '400 days' THEN
    RETURN OLD;
  END IF;
  IF TG_OP = 'UPDATE' AND NEW.address = '' AND NEW.agent = '' AND NEW.details = '{}'
     AND (NEW.id, NEW.happened_at, NEW.action, NEW.refused, NEW.request_id)
       = (OLD.id, OLD.happened_at, OLD.action, OLD.refused, OLD.request_id)
     AND (NEW.user_id, NEW.actor_id) IS NOT DISTINCT FROM (OLD.user_id, OLD.actor_id)
     AND NOT EXISTS (SELECT FROM users WHERE id = OLD.user_id) THEN
    RETURN NEW;
  END IF;
  RAISE EXCEPTION 'audit_events are only added to' USING ERRCODE = 'insufficient_privilege';
END $$
"""
TRIGGERS = (
    "CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON audit_events "
    "FOR EACH ROW EXECUTE FUNCTION audit_append_only()",
    "CREATE TRIGGER append_only_all BEFORE TRUNCATE ON audit_events "
    "FOR EACH STATEMENT EXECUTE FUNCTION audit_append_only()",
)


def upgrade() -> None:
    op.add_column("users", sa.Column("password_set_at", sa.DateTime(True), nullable=False, server_default=NOW))
    op.add_column("users", sa.Column("disabled_at", sa.DateTime(True), nullable=True))
    op.add_column("users", sa.Column("closes_at", sa.DateTime(True), nullable=True))
    op.create_index(op.f("ix_users_closes_at"), "users", ["closes_at"])
    op.add_column("sessions", sa.Column("proved_at", sa.DateTime(True), nullable=False, server_default=NOW))
    op.add_column("sessions", sa.Column("is_remembered", sa.Boolean(), nullable=False, server_default="true"))
    op.add_column("sessions", sa.Column("name", sa.Text(), nullable=False, server_default=""))
    op.create_table(
        "audit_events",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("happened_at", sa.DateTime(True), nullable=False, server_default=NOW),
        sa.Column("user_id", sa.Uuid(), nullable=True),
        sa.Column("actor_id", sa.Uuid(), nullable=True),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("refused", sa.Boolean(), nullable=False, server_default="false"),
        sa.Column("address", sa.Text(), nullable=False, server_default=""),
        sa.Column("agent", sa.Text(), nullable=False, server_default=""),
        sa.Column("request_id", sa.Text(), nullable=False, server_default=""),
        sa.Column("details", JSONB(), nullable=False, server_default="{}"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_events")),
    )
    op.create_index(op.f("ix_audit_events_user_id_id"), "audit_events", ["user_id", "id"])
    op.execute(APPEND_ONLY)
    for trigger in TRIGGERS:
        op.execute(trigger)


def downgrade() -> None:
    op.drop_table("audit_events")
    op.execute("DROP FUNCTION audit_append_only()")
    for column in ("name", "is_remembered", "proved_at"):
        op.drop_column("sessions", column)
    op.drop_index(op.f("ix_users_closes_at"), "users")
    for column in ("closes_at", "disabled_at", "password_set_at"):
        op.drop_column("users", column)
