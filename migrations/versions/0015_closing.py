"""Settings of the instance, closing an account

Revision ID: 0015
Revises: 0014
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

# as 0011 has it, but what may lose what points to a person is only what was theirs: a row of nobody's stays whole, and
# one that an erased person did to somebody's account loses their address too
APPEND_ONLY = """
CREATE OR REPLACE FUNCTION audit_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' AND OLD.happened_at < now() - interval '400 days' THEN
    RETURN OLD;
  END IF;
  IF TG_OP = 'UPDATE' AND NEW.address = '' AND NEW.agent = '' AND NEW.details IN ('{}', OLD.details)
     AND (NEW.id, NEW.happened_at, NEW.action, NEW.refused, NEW.request_id)
       = (OLD.id, OLD.happened_at, OLD.action, OLD.refused, OLD.request_id)
     AND (NEW.user_id, NEW.actor_id) IS NOT DISTINCT FROM (OLD.user_id, OLD.actor_id)
     AND (OLD.user_id IS NOT NULL AND NOT EXISTS (SELECT FROM users WHERE id = OLD.user_id)
       OR OLD.actor_id IS NOT NULL AND NOT EXISTS (SELECT FROM users WHERE id = OLD.actor_id)) THEN
    RETURN NEW;
  END IF;
  RAISE EXCEPTION 'audit_events are only added to' USING ERRCODE = 'insufficient_privilege';
END $$
"""
APPEND_ONLY_BEFORE = """
CREATE OR REPLACE FUNCTION audit_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
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


def upgrade() -> None:
    op.create_table(
        "instance_settings",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("value", JSONB(), nullable=False),
        sa.Column("changed_at", sa.DateTime(True), nullable=False),
        sa.Column("changed_by", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(
            ["changed_by"], ["users.id"], name=op.f("fk_instance_settings_changed_by"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_instance_settings")),
    )
    op.create_index(op.f("ix_instance_settings_changed_by"), "instance_settings", ["changed_by"])
    op.create_index(op.f("ix_audit_events_action_id"), "audit_events", ["action", "id"])
    op.execute(APPEND_ONLY)


def downgrade() -> None:
    op.execute(APPEND_ONLY_BEFORE)
    op.drop_index(op.f("ix_audit_events_action_id"), "audit_events")
    op.drop_table("instance_settings")
