"""Slugs that were, and guest links

Revision ID: 0023
Revises: 0022
"""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

NOW = sa.text("now()")

# A menu that was never public leaves no address behind. Whoever comes second, at the same moment too, is refused by
# the key of menu_slugs.
CLAIM = """
CREATE FUNCTION claim_menu_slug() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'UPDATE' AND OLD.first_published_at IS NULL THEN
    DELETE FROM menu_slugs WHERE slug = OLD.slug AND menu_id = OLD.id;
  END IF;
  INSERT INTO menu_slugs AS s (slug, menu_id) VALUES (NEW.slug, NEW.id)
    ON CONFLICT (slug) DO UPDATE SET menu_id = EXCLUDED.menu_id WHERE s.menu_id = EXCLUDED.menu_id;
  IF NOT FOUND THEN
    RAISE unique_violation USING MESSAGE = 'this slug is or was another menu''s', CONSTRAINT = 'pk_menu_slugs';
  END IF;
  RETURN NULL;
END $$
"""
CLAIMS = (
    "CREATE TRIGGER claim_slug AFTER INSERT OR UPDATE OF slug ON menus FOR EACH ROW EXECUTE FUNCTION claim_menu_slug()"
)


def upgrade() -> None:
    op.add_column("menus", sa.Column("slug_is_chosen", sa.Boolean(), server_default="false", nullable=False))
    op.create_table(
        "menu_slugs",
        sa.Column("slug", sa.Text(), nullable=False),
        sa.Column("menu_id", sa.Uuid(), sa.ForeignKey("menus.id", ondelete="CASCADE"), nullable=False),
        sa.Column("claimed_at", sa.DateTime(timezone=True), server_default=NOW, nullable=False),
        sa.PrimaryKeyConstraint("slug", name="pk_menu_slugs"),
    )
    op.create_index("ix_menu_slugs_menu_id", "menu_slugs", ["menu_id"])
    op.execute("INSERT INTO menu_slugs (slug, menu_id) SELECT slug, id FROM menus")
    op.execute(CLAIM)
    op.execute(CLAIMS)
    op.create_table(
        "menu_share_tokens",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("menu_id", sa.Uuid(), sa.ForeignKey("menus.id", ondelete="CASCADE"), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("whom", sa.Text(), server_default="", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=NOW, nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True)),
        sa.Column("revoked_at", sa.DateTime(timezone=True)),
        sa.Column("opened_at", sa.DateTime(timezone=True)),
        sa.Column("opens", sa.Integer(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_menu_share_tokens"),
        sa.UniqueConstraint("token_hash", name="uq_menu_share_tokens_token_hash"),
        sa.CheckConstraint("length(whom) <= 80", name="whom"),
        sa.CheckConstraint("opens >= 0", name="opens"),
    )
    op.create_index("ix_menu_share_tokens_menu_id", "menu_share_tokens", ["menu_id"])


def downgrade() -> None:
    op.drop_table("menu_share_tokens")
    op.execute("DROP TRIGGER claim_slug ON menus")
    op.execute("DROP FUNCTION claim_menu_slug()")
    op.drop_table("menu_slugs")
    op.drop_column("menus", "slug_is_chosen")
