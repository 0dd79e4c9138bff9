"""Triggers of the shelf that find what they look for by index, whatever they were planned on

A plan is kept for as long as its connection. One that was made while the table held a row or two reads all of it, and
goes on to, once for each entry of a library that comes in one transaction, until somebody analyses the table.

Revision ID: 0030
Revises: 0029
"""

from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None

FUNCTIONS = ("shelve_entry()", "reshelve_item()", "reshelve_length()")


def upgrade() -> None:
    for function in FUNCTIONS:
        op.execute(f"ALTER FUNCTION {function} SET enable_seqscan = off")


def downgrade() -> None:
    for function in FUNCTIONS:
        op.execute(f"ALTER FUNCTION {function} RESET enable_seqscan")
