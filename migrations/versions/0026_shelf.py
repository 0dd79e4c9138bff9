"""The shelf: views that were saved, what it is sorted by, and how many entries there are

Revision ID: 0026
Revises: 0025
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

SORTED_BY = ("updated_at", "sort_title", "year", "rating", "creator", "length")

# in seconds, and the most there is where a source said more than that
LENGTH = """
CREATE FUNCTION item_length(item uuid, medium text) RETURNS integer LANGUAGE sql STABLE AS $$
  SELECT least(CASE medium
    WHEN 'book' THEN (SELECT f.pages::bigint * 120 FROM book_items f WHERE f.item_id = item)
    WHEN 'movie' THEN (SELECT f.runtime_minutes::bigint * 60
        * CASE WHEN f.kind = 'series' THEN greatest(f.episodes, 1) ELSE 1 END
      FROM movie_items f WHERE f.item_id = item)
    WHEN 'music' THEN (SELECT f.duration_ms / 1000 FROM music_items f WHERE f.item_id = item)
  END, 2147483647)::integer
$$
"""
CREATOR = """
CREATE FUNCTION first_creator(creators text[]) RETURNS text LANGUAGE sql STABLE AS $$
  SELECT nullif(left(lower(public.unaccent('public.unaccent'::regdictionary, creators[1])), 200), '')
$$
"""
# An entry that is new waits for who is just changing its item. One that is there already is written next, and may be
# held by whoever asks: to wait with it would be to wait for each other.
# It is looked for by its item: on a table nobody has analysed yet, any index of the user would do, and read them all.
SHELVE = """
CREATE FUNCTION shelve_entry() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM (SELECT user_id FROM user_item_states WHERE item_id = NEW.item_id OFFSET 0) theirs
                 WHERE user_id = NEW.user_id) THEN
    PERFORM FROM media_items i WHERE i.id = NEW.item_id FOR SHARE;
  END IF;
  SELECT i.type, i.sort_title, i.year, first_creator(i.creators), item_length(i.id, i.type)
    INTO NEW.item_type, NEW.sort_title, NEW.year, NEW.creator, NEW.length
    FROM media_items i WHERE i.id = NEW.item_id;
  RETURN NEW;
END $$
"""
RESHELVE = """
CREATE FUNCTION reshelve_item() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE user_item_states SET item_type = NEW.type, sort_title = NEW.sort_title, year = NEW.year,
      creator = first_creator(NEW.creators), length = item_length(NEW.id, NEW.type)
    WHERE item_id = NEW.id;
  RETURN NULL;
END $$
"""
MEASURE = """
CREATE FUNCTION reshelve_length() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE user_item_states SET length = item_length(NEW.item_id, item_type)
    WHERE item_id = NEW.item_id AND length IS DISTINCT FROM item_length(NEW.item_id, item_type);
  RETURN NULL;
END $$
"""
# Only ever added to, so that no two who write wait for each other; a job makes one row of many.
COUNT = """
CREATE FUNCTION count_entries_{event}() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO entry_counts (id, user_id, item_type, status, entries)
  SELECT gen_random_uuid(), user_id, item_type, status, sum(n) FROM ({changes}) each
  WHERE EXISTS (SELECT FROM users u WHERE u.id = each.user_id)
  GROUP BY user_id, item_type, status HAVING sum(n) <> 0;
  RETURN NULL;
END $$
"""
MORE, LESS = (f"SELECT user_id, item_type, status, {n} AS n FROM {rows}" for n, rows in ((1, "after"), (-1, "before")))  # noqa: S608
CHANGES = {"insert": MORE, "delete": LESS, "update": f"{LESS} UNION ALL {MORE}"}
SEEN = {
    "insert": "NEW TABLE AS after",
    "delete": "OLD TABLE AS before",
    "update": "OLD TABLE AS before NEW TABLE AS after",
}
TRIGGERS = (
    "CREATE TRIGGER shelve BEFORE INSERT OR UPDATE OF item_id ON user_item_states "
    "FOR EACH ROW EXECUTE FUNCTION shelve_entry()",
    "CREATE TRIGGER reshelve AFTER UPDATE OF type, sort_title, year, creators ON media_items FOR EACH ROW "
    "WHEN ((OLD.type, OLD.sort_title, OLD.year, OLD.creators) "
    "IS DISTINCT FROM (NEW.type, NEW.sort_title, NEW.year, NEW.creators)) EXECUTE FUNCTION reshelve_item()",
    *(
        f"CREATE TRIGGER reshelve AFTER INSERT OR UPDATE ON {medium}_items "
        "FOR EACH ROW EXECUTE FUNCTION reshelve_length()"
        for medium in ("book", "movie", "music")
    ),
    *(
        f"CREATE TRIGGER count_{event} AFTER {event.upper()} ON user_item_states REFERENCING {seen} "
        f"FOR EACH STATEMENT EXECUTE FUNCTION count_entries_{event}()"
        for event, seen in SEEN.items()
    ),
)
FILL = """
UPDATE user_item_states s SET item_type = i.type, sort_title = i.sort_title, year = i.year,
    creator = first_creator(i.creators), length = item_length(i.id, i.type)
FROM media_items i WHERE i.id = s.item_id
"""
COUNTED = """
INSERT INTO entry_counts (id, user_id, item_type, status, entries)
SELECT gen_random_uuid(), user_id, item_type, status, count(*) FROM user_item_states GROUP BY user_id, item_type, status
"""


def upgrade() -> None:
    op.create_table(
        "saved_views",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), sa.ForeignKey("users.id", ondelete="CASCADE"), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("query", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_saved_views"),
        sa.UniqueConstraint("user_id", "name", name="uq_saved_views_user_id_name"),
        sa.CheckConstraint("length(name) BETWEEN 1 AND 60", name="name"),
        sa.CheckConstraint("length(query) <= 2000", name="query"),
    )
    op.create_table(
        "entry_counts",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), sa.ForeignKey("users.id", ondelete="CASCADE"), nullable=False),
        sa.Column("item_type", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("entries", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_entry_counts"),
    )
    op.create_index(
        "ix_entry_counts_user_id_item_type_status", "entry_counts", ["user_id", "item_type", "status"], unique=False
    )
    op.add_column("user_preferences", sa.Column("shelf", JSONB(), nullable=False, server_default="{}"))
    for name, type_ in (("item_type", sa.Text()), ("sort_title", sa.Text()), ("year", sa.SmallInteger())):
        op.add_column("user_item_states", sa.Column(name, type_))
    op.add_column("user_item_states", sa.Column("creator", sa.Text()))
    op.add_column("user_item_states", sa.Column("length", sa.Integer()))
    for function in (LENGTH, CREATOR, SHELVE, RESHELVE, MEASURE):
        op.execute(function)
    for event, changes in CHANGES.items():
        op.execute(COUNT.format(event=event, changes=changes))
    op.execute(FILL)
    op.execute(COUNTED)
    for name in ("item_type", "sort_title"):
        op.alter_column("user_item_states", name, nullable=False)
    for key in SORTED_BY:
        op.create_index(f"ix_user_item_states_user_id_{key}_id", "user_item_states", ["user_id", key, "id"])
    op.create_index("ix_media_items_creators", "media_items", ["creators"], postgresql_using="gin")
    for trigger in TRIGGERS:
        op.execute(trigger)
    op.execute("ANALYZE user_item_states")  # every row is another, and the plans of the shelf stand on its columns


def downgrade() -> None:
    for event in SEEN:
        op.execute(f"DROP TRIGGER count_{event} ON user_item_states")
        op.execute(f"DROP FUNCTION count_entries_{event}()")
    op.execute("DROP TRIGGER shelve ON user_item_states")
    for table in ("media_items", "book_items", "movie_items", "music_items"):
        op.execute(f"DROP TRIGGER reshelve ON {table}")
    for function in (
        "shelve_entry()",
        "reshelve_item()",
        "reshelve_length()",
        "first_creator(text[])",
        "item_length(uuid, text)",
    ):
        op.execute(f"DROP FUNCTION {function}")
    op.drop_index("ix_media_items_creators", "media_items")
    for column in ("item_type", "sort_title", "year", "creator", "length"):
        op.drop_column("user_item_states", column)
    for key in ("updated_at", "rating"):
        op.drop_index(f"ix_user_item_states_user_id_{key}_id", "user_item_states")
    op.drop_column("user_preferences", "shelf")
    for table in ("entry_counts", "saved_views"):
        op.drop_table(table)
