"""Forks and their lineage, menus that are cooked, public profiles, words to discover menus by

Revision ID: 0024
Revises: 0023
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

# Each word once and without a place: menus are listed the newest first, not ranked. `search_lexemes` reads a thousand
# characters of what it is given.
WORDS = """
CREATE FUNCTION menu_words_of(wanted uuid) RETURNS tsvector LANGUAGE sql STABLE AS $$
  SELECT array_to_tsvector(coalesce(array_agg(DISTINCT left(word, 100)) FILTER (WHERE word <> ''), '{}'))
  FROM (
    SELECT unnest(ARRAY[m.title, left(m.intent, 1000), substr(m.intent, 1001), u.name]) AS told
    FROM menus m JOIN users u ON u.id = m.owner_id WHERE m.id = wanted
    UNION ALL SELECT c.title FROM courses c WHERE c.menu_id = wanted
    UNION ALL (
      SELECT i.title FROM courses c JOIN course_items s ON s.course_id = c.id JOIN media_items i ON i.id = s.item_id
      WHERE c.menu_id = wanted ORDER BY c.position, s.position LIMIT 1000
    )
  ) AS given, unnest(search_lexemes(told, false)) AS word
$$
"""
KEEP = """
CREATE FUNCTION keep_menu_words() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT FROM menus WHERE id = NEW.id AND published_at IS NOT NULL) THEN
    INSERT INTO menu_words (menu_id, words) VALUES (NEW.id, menu_words_of(NEW.id))
      ON CONFLICT (menu_id) DO UPDATE SET words = EXCLUDED.words;
  ELSE
    DELETE FROM menu_words WHERE menu_id = NEW.id;
  END IF;
  RETURN NULL;
END $$
"""
# every change to a menu raises its version; at the commit all of that change is there
KEPT = """
CREATE CONSTRAINT TRIGGER keep_words AFTER INSERT OR UPDATE OF version, published_at ON menus
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION keep_menu_words()
"""
RENAME = """
CREATE FUNCTION rename_in_menu_words() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE menu_words w SET words = menu_words_of(w.menu_id)
  FROM menus m WHERE m.id = w.menu_id AND m.owner_id = NEW.id;
  RETURN NULL;
END $$
"""
RENAMED = """
CREATE TRIGGER rename_in_menu_words AFTER UPDATE OF name ON users
FOR EACH ROW WHEN (OLD.name IS DISTINCT FROM NEW.name) EXECUTE FUNCTION rename_in_menu_words()
"""
NEWLY_RESERVED = """
    UPDATE menus SET slug = slug || '-' || left(replace(id::text, '-', ''), 8) WHERE slug IN ('cooking', 'imports')
"""


def times() -> tuple[sa.Column[object], sa.Column[object]]:
    return (
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
    )


def upgrade() -> None:
    op.create_table(
        "menu_lineage",
        sa.Column("menu_id", sa.Uuid(), sa.ForeignKey("menus.id", ondelete="CASCADE"), nullable=False),
        sa.Column("origin_id", sa.Uuid(), sa.ForeignKey("menus.id", ondelete="SET NULL")),
        sa.Column("origin_title", sa.Text(), nullable=False),
        sa.Column("origin_author", sa.Text(), nullable=False),
        sa.Column("origin_slug", sa.Text(), nullable=False),
        sa.Column("seen", postgresql.JSONB(), nullable=False),
        *times(),
        sa.PrimaryKeyConstraint("menu_id", name="pk_menu_lineage"),
    )
    op.create_index("ix_menu_lineage_origin_id", "menu_lineage", ["origin_id"])
    op.create_table(
        "menu_follows",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), sa.ForeignKey("users.id", ondelete="CASCADE"), nullable=False),
        sa.Column("menu_id", sa.Uuid(), sa.ForeignKey("menus.id", ondelete="CASCADE"), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True)),
        sa.PrimaryKeyConstraint("id", name="pk_menu_follows"),
        sa.UniqueConstraint("user_id", "menu_id", name="uq_menu_follows_user_id_menu_id"),
    )
    op.create_index("ix_menu_follows_user_id_id", "menu_follows", ["user_id", "id"])
    op.create_index("ix_menu_follows_menu_id", "menu_follows", ["menu_id"])
    op.create_table(
        "host_profiles",
        sa.Column("user_id", sa.Uuid(), sa.ForeignKey("users.id", ondelete="CASCADE"), nullable=False),
        sa.Column("handle", sa.Text(), nullable=False),
        sa.Column("bio", sa.Text(), server_default="", nullable=False),
        sa.Column("is_public", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        *times(),
        sa.PrimaryKeyConstraint("user_id", name="pk_host_profiles"),
        sa.UniqueConstraint("handle", name="uq_host_profiles_handle"),
        sa.CheckConstraint("handle ~ '^[a-z0-9-]{3,30}$'", name="handle"),
        sa.CheckConstraint("length(bio) <= 500", name="bio"),
    )
    op.create_table(
        "menu_words",
        sa.Column("menu_id", sa.Uuid(), sa.ForeignKey("menus.id", ondelete="CASCADE"), nullable=False),
        sa.Column("words", postgresql.TSVECTOR(), nullable=False),
        sa.PrimaryKeyConstraint("menu_id", name="pk_menu_words"),
    )
    op.create_index("ix_menu_words_words", "menu_words", ["words"], postgresql_using="gin")
    op.create_index(
        "ix_menus_published_at_id",
        "menus",
        ["published_at", "id"],
        postgresql_where=sa.text("published_at IS NOT NULL"),
    )
    for statement in (NEWLY_RESERVED, WORDS, KEEP, KEPT, RENAME, RENAMED):
        op.execute(statement)
    op.execute("INSERT INTO menu_words SELECT id, menu_words_of(id) FROM menus WHERE published_at IS NOT NULL")


def downgrade() -> None:
    op.execute("DROP TRIGGER rename_in_menu_words ON users")
    op.execute("DROP TRIGGER keep_words ON menus")
    op.execute("DROP FUNCTION rename_in_menu_words()")
    op.execute("DROP FUNCTION keep_menu_words()")
    op.execute("DROP FUNCTION menu_words_of(uuid)")
    op.drop_index("ix_menus_published_at_id", "menus")
    for table in ("menu_words", "host_profiles", "menu_follows", "menu_lineage"):
        op.drop_table(table)
