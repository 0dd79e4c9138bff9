"""First tables"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
    op.execute("CREATE EXTENSION IF NOT EXISTS unaccent")
    op.create_table(
        "events",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("topic", sa.Text(), nullable=False),
        sa.Column("happened", sa.Text(), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_events"),
    )
    op.create_index("ix_events_topic_id", "events", ["topic", "id"], unique=False)
    op.create_table(
        "media_items",
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("sort_title", sa.Text(), nullable=False),
        sa.Column("subtitle", sa.Text(), nullable=True),
        sa.Column("original_title", sa.Text(), nullable=True),
        sa.Column("creators", sa.ARRAY(sa.Text()), server_default="{}", nullable=False),
        sa.Column("released", sa.Date(), nullable=True),
        sa.Column("released_precision", sa.Text(), nullable=True),
        sa.Column("year", sa.SmallInteger(), nullable=True),
        sa.Column("description", sa.Text(), nullable=True),
        sa.Column("language", sa.Text(), nullable=True),
        sa.Column("genres", sa.ARRAY(sa.Text()), server_default="{}", nullable=False),
        sa.Column("cover_provider", sa.Text(), nullable=True),
        sa.Column("cover_key", sa.Text(), nullable=True),
        sa.Column("popularity", sa.Double(), server_default="0", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("released_precision IN ('year', 'month', 'day')", name=op.f("ck_media_items_precision")),
        sa.CheckConstraint("type IN ('book', 'movie', 'game', 'music')", name=op.f("ck_media_items_type")),
        sa.CheckConstraint("(cover_provider IS NULL) = (cover_key IS NULL)", name=op.f("ck_media_items_cover")),
        sa.CheckConstraint("(released IS NULL) = (released_precision IS NULL)", name=op.f("ck_media_items_released")),
        sa.CheckConstraint("length(description) <= 20000", name=op.f("ck_media_items_description")),
        sa.CheckConstraint("length(title) BETWEEN 1 AND 500", name=op.f("ck_media_items_title")),
        sa.CheckConstraint("popularity BETWEEN 0 AND 1", name=op.f("ck_media_items_popularity")),
        sa.PrimaryKeyConstraint("id", name="pk_media_items"),
    )
    op.create_index("ix_media_items_sort_title_id", "media_items", ["sort_title", "id"], unique=False)
    op.create_table(
        "search_previews",
        sa.Column("source_name", sa.Text(), nullable=False),
        sa.Column("external_id", sa.Text(), nullable=False),
        sa.Column("candidate", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("fetched_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_search_previews"),
        sa.UniqueConstraint("source_name", "external_id", name="uq_search_previews_source_name_external_id"),
    )
    op.create_index("ix_search_previews_expires_at", "search_previews", ["expires_at"], unique=False)
    op.create_table(
        "users",
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("password_hash", sa.Text(), nullable=False),
        sa.Column("is_operator", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("is_first", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("email = lower(email)", name=op.f("ck_users_email_lower")),
        sa.CheckConstraint("length(email) BETWEEN 3 AND 254", name=op.f("ck_users_email")),
        sa.CheckConstraint("length(name) BETWEEN 1 AND 80", name=op.f("ck_users_name")),
        sa.PrimaryKeyConstraint("id", name="pk_users"),
        sa.UniqueConstraint("email", name="uq_users_email"),
    )
    op.create_index("uq_users_first", "users", ["is_first"], unique=True, postgresql_where="is_first")
    op.create_table(
        "book_items",
        sa.Column("item_id", sa.Uuid(), nullable=False),
        sa.Column("authors", sa.ARRAY(sa.Text()), server_default="{}", nullable=False),
        sa.Column("publisher", sa.Text(), nullable=True),
        sa.Column("pages", sa.Integer(), nullable=True),
        sa.Column("series", sa.Text(), nullable=True),
        sa.CheckConstraint("pages > 0", name=op.f("ck_book_items_pages")),
        sa.ForeignKeyConstraint(["item_id"], ["media_items.id"], name="fk_book_items_item_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("item_id", name="pk_book_items"),
    )
    op.create_table(
        "game_items",
        sa.Column("item_id", sa.Uuid(), nullable=False),
        sa.Column("developers", sa.ARRAY(sa.Text()), server_default="{}", nullable=False),
        sa.Column("publishers", sa.ARRAY(sa.Text()), server_default="{}", nullable=False),
        sa.Column("platforms", sa.ARRAY(sa.Text()), server_default="{}", nullable=False),
        sa.ForeignKeyConstraint(["item_id"], ["media_items.id"], name="fk_game_items_item_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("item_id", name="pk_game_items"),
    )
    op.create_table(
        "media_identifiers",
        sa.Column("item_id", sa.Uuid(), nullable=False),
        sa.Column("scheme", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), server_default="", nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["item_id"], ["media_items.id"], name="fk_media_identifiers_item_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_media_identifiers"),
        sa.UniqueConstraint("scheme", "kind", "value", name="uq_media_identifiers_scheme_kind_value"),
    )
    op.create_index("ix_media_identifiers_item_id", "media_identifiers", ["item_id"], unique=False)
    op.create_table(
        "media_sources",
        sa.Column("item_id", sa.Uuid(), nullable=False),
        sa.Column("source_name", sa.Text(), nullable=False),
        sa.Column("external_id", sa.Text(), nullable=False),
        sa.Column("canonical_url", sa.Text(), nullable=True),
        sa.Column("rating_value", sa.Double(), nullable=True),
        sa.Column("rating_scale", sa.SmallInteger(), nullable=True),
        sa.Column("rating_votes", sa.Integer(), nullable=True),
        sa.Column("raw_payload", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("raw_bytes", sa.Integer(), server_default="0", nullable=False),
        sa.Column("fetched_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["item_id"], ["media_items.id"], name="fk_media_sources_item_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_media_sources"),
        sa.UniqueConstraint("source_name", "external_id", name="uq_media_sources_source_name_external_id"),
    )
    op.create_index("ix_media_sources_item_id", "media_sources", ["item_id"], unique=False)
    op.create_table(
        "menus",
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("intent", sa.Text(), server_default="", nullable=False),
        sa.Column("slug", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("first_published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("length(intent) <= 2000", name=op.f("ck_menus_intent")),
        sa.CheckConstraint("length(title) BETWEEN 1 AND 200", name=op.f("ck_menus_title")),
        sa.CheckConstraint("published_at IS NULL OR first_published_at IS NOT NULL", name=op.f("ck_menus_published")),
        sa.ForeignKeyConstraint(["owner_id"], ["users.id"], name="fk_menus_owner_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_menus"),
        sa.UniqueConstraint("slug", name="uq_menus_slug"),
    )
    op.create_index("ix_menus_owner_id_updated_at_id", "menus", ["owner_id", "updated_at", "id"], unique=False)
    op.create_table(
        "movie_items",
        sa.Column("item_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("directors", sa.ARRAY(sa.Text()), server_default="{}", nullable=False),
        sa.Column("runtime_minutes", sa.Integer(), nullable=True),
        sa.Column("seasons", sa.Integer(), nullable=True),
        sa.Column("episodes", sa.Integer(), nullable=True),
        sa.Column("countries", sa.ARRAY(sa.Text()), server_default="{}", nullable=False),
        sa.CheckConstraint("kind IN ('film', 'series')", name=op.f("ck_movie_items_kind")),
        sa.CheckConstraint("runtime_minutes > 0", name=op.f("ck_movie_items_runtime")),
        sa.ForeignKeyConstraint(["item_id"], ["media_items.id"], name="fk_movie_items_item_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("item_id", name="pk_movie_items"),
    )
    op.create_table(
        "music_items",
        sa.Column("item_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("artists", sa.ARRAY(sa.Text()), server_default="{}", nullable=False),
        sa.Column("album", sa.Text(), nullable=True),
        sa.Column("duration_ms", sa.Integer(), nullable=True),
        sa.Column("track_count", sa.Integer(), nullable=True),
        sa.Column("label", sa.Text(), nullable=True),
        sa.CheckConstraint("kind IN ('track', 'album')", name=op.f("ck_music_items_kind")),
        sa.CheckConstraint("duration_ms > 0", name=op.f("ck_music_items_duration")),
        sa.ForeignKeyConstraint(["item_id"], ["media_items.id"], name="fk_music_items_item_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("item_id", name="pk_music_items"),
    )
    op.create_table(
        "sessions",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("secret_hash", sa.LargeBinary(), nullable=False),
        sa.Column("user_agent", sa.Text(), server_default="", nullable=False),
        sa.Column("address", sa.Text(), server_default="", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("kind IN ('browser', 'api')", name=op.f("ck_sessions_kind")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_sessions_user_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_sessions"),
    )
    op.create_index("ix_sessions_expires_at", "sessions", ["expires_at"], unique=False)
    op.create_index("ix_sessions_user_id", "sessions", ["user_id"], unique=False)
    op.create_table(
        "user_item_states",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("item_id", sa.Uuid(), nullable=False),
        sa.Column("status", sa.Text(), server_default="wanted", nullable=False),
        sa.Column("rating", sa.Numeric(precision=3, scale=1), nullable=True),
        sa.Column("favourite", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("notes", sa.Text(), server_default="", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "status IN ('wanted', 'active', 'paused', 'done', 'dropped')", name=op.f("ck_user_item_states_status")
        ),
        sa.CheckConstraint("length(notes) <= 10000", name=op.f("ck_user_item_states_notes")),
        sa.CheckConstraint(
            "rating BETWEEN 0 AND 10 AND rating * 2 = floor(rating * 2)", name=op.f("ck_user_item_states_rating")
        ),
        sa.ForeignKeyConstraint(["item_id"], ["media_items.id"], name="fk_user_item_states_item_id"),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_user_item_states_user_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_user_item_states"),
        sa.UniqueConstraint("user_id", "item_id", name="uq_user_item_states_user_id_item_id"),
    )
    op.create_index("ix_user_item_states_item_id", "user_item_states", ["item_id"], unique=False)
    op.create_index("ix_user_item_states_user_id_id", "user_item_states", ["user_id", "id"], unique=False)
    op.create_table(
        "courses",
        sa.Column("menu_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("intent", sa.Text(), server_default="", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("length(intent) <= 2000", name=op.f("ck_courses_intent")),
        sa.CheckConstraint("length(title) BETWEEN 1 AND 200", name=op.f("ck_courses_title")),
        sa.CheckConstraint("position >= 1", name=op.f("ck_courses_position")),
        sa.ForeignKeyConstraint(["menu_id"], ["menus.id"], name="fk_courses_menu_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_courses"),
        sa.UniqueConstraint(
            "menu_id", "position", deferrable=True, initially="DEFERRED", name="uq_courses_menu_id_position"
        ),
    )
    op.create_table(
        "course_items",
        sa.Column("course_id", sa.Uuid(), nullable=False),
        sa.Column("item_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("note", sa.Text(), server_default="", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("length(note) <= 2000", name=op.f("ck_course_items_note")),
        sa.CheckConstraint("position >= 1", name=op.f("ck_course_items_position")),
        sa.ForeignKeyConstraint(["course_id"], ["courses.id"], name="fk_course_items_course_id", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["item_id"], ["media_items.id"], name="fk_course_items_item_id"),
        sa.PrimaryKeyConstraint("id", name="pk_course_items"),
        sa.UniqueConstraint("course_id", "item_id", name="uq_course_items_course_id_item_id"),
        sa.UniqueConstraint(
            "course_id", "position", deferrable=True, initially="DEFERRED", name="uq_course_items_course_id_position"
        ),
    )
    op.create_index("ix_course_items_item_id", "course_items", ["item_id"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_course_items_item_id", table_name="course_items")
    op.drop_table("course_items")
    op.drop_table("courses")
    op.drop_index("ix_user_item_states_user_id_id", table_name="user_item_states")
    op.drop_index("ix_user_item_states_item_id", table_name="user_item_states")
    op.drop_table("user_item_states")
    op.drop_index("ix_sessions_user_id", table_name="sessions")
    op.drop_index("ix_sessions_expires_at", table_name="sessions")
    op.drop_table("sessions")
    op.drop_table("music_items")
    op.drop_table("movie_items")
    op.drop_index("ix_menus_owner_id_updated_at_id", table_name="menus")
    op.drop_table("menus")
    op.drop_index("ix_media_sources_item_id", table_name="media_sources")
    op.drop_table("media_sources")
    op.drop_index("ix_media_identifiers_item_id", table_name="media_identifiers")
    op.drop_table("media_identifiers")
    op.drop_table("game_items")
    op.drop_table("book_items")
    op.drop_index("uq_users_first", table_name="users", postgresql_where="is_first")
    op.drop_table("users")
    op.drop_index("ix_search_previews_expires_at", table_name="search_previews")
    op.drop_table("search_previews")
    op.drop_index("ix_media_items_sort_title_id", table_name="media_items")
    op.drop_table("media_items")
    op.drop_index("ix_events_topic_id", table_name="events")
    op.drop_table("events")
