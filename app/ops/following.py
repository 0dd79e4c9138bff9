"""How everything that refers to an item goes along when two items become one, table by table.

A test knows if a table that refers to items is not here.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

# of two rows that meet, `k` is the one that stays and `o` the one that goes


def both(column: str, between: str = "chr(10) || chr(10)") -> str:
    """The words of both, each once."""
    return f"""CASE WHEN o.{column} = '' OR strpos(k.{column}, o.{column}) > 0 THEN k.{column}
        WHEN k.{column} = '' THEN o.{column} ELSE k.{column} || {between} || o.{column} END"""


def later(column: str) -> str:
    """Of two that say something, the one that was changed last."""
    return f"""CASE WHEN o.{column} IS NULL THEN k.{column}
        WHEN k.{column} IS NULL OR o.updated_at > k.updated_at THEN o.{column} ELSE k.{column} END"""


STATUSES = "ARRAY['wanted', 'dropped', 'paused', 'active', 'done']"
FURTHER = f"({STATUSES})[greatest(array_position({STATUSES}, k.status), array_position({STATUSES}, o.status))]"
VERSION = "greatest(k.version, o.version) + 1"
NOW = "statement_timestamp()"
# the version their menu comes to with the merge, where the note changes with it
WORDED = f"""CASE WHEN {both("note")} = k.note THEN k.words_version
    ELSE (SELECT m.version + 1 FROM courses c JOIN menus m ON m.id = c.menu_id WHERE c.id = k.course_id) END"""  # noqa: S608 - columns of ours


@dataclass(frozen=True, slots=True, kw_only=True)
class Follows:
    """`key`: the columns that are unique with the item, by which two rows meet; none where they never do. `met`: which
    rows can meet at all. `joined`: what the one that stays takes over.

    `whose`: whose row `r` is; empty where it is not somebody's stake in the item. `unless`: a table that says that the
    kept item has its own, so that the other's are dropped; they can be had again.
    """

    table: str
    key: tuple[str, ...] = ()
    met: str = "true"
    joined: Mapping[str, str] = field(default_factory=dict)
    whose: str = ""
    unless: str = ""

    @property
    def id(self) -> str:
        return "item_id" if self.table == "episode_guides" else "id"


FOLLOWING = (
    Follows(table="media_identifiers"),
    Follows(table="media_sources"),
    Follows(table="series_episodes", unless="episode_guides"),
    Follows(table="episode_guides", unless="episode_guides"),
    Follows(table="item_choices", key=("user_id", "field")),
    Follows(
        table="user_item_states",
        key=("user_id",),
        joined={
            "status": FURTHER,
            "rating": later("rating"),
            "favourite": "k.favourite OR o.favourite",
            "notes": both("notes"),
            "created_at": "least(k.created_at, o.created_at)",
            "updated_at": NOW,
            "version": VERSION,
        },
        whose="r.user_id",
    ),
    Follows(
        table="user_item_logs",
        key=("user_id", "round", "season", "episode"),
        met="o.episode IS NOT NULL",
        joined={"note": both("note"), "day": "least(k.day, o.day)", "updated_at": NOW, "version": VERSION},
        whose="r.user_id",
    ),
    Follows(table="removed_logs"),
    Follows(table="media_item_tags", key=("user_id", "tag_id"), whose="r.user_id"),
    Follows(
        table="course_items",
        key=("course_id",),
        joined={"note": both("note"), "updated_at": NOW, "words_version": WORDED},
        whose="(SELECT m.owner_id FROM courses c JOIN menus m ON m.id = c.menu_id WHERE c.id = r.course_id)",
    ),
)
# 1:1 with the item, and filled in where something is missing
FACTS = ("book_items", "movie_items", "game_items", "music_items")
# what refers to rows that may go when two meet (`pairings.py` of this folder)
BESIDE = ("menu_item_pairings",)
# ids of items within documents: what was removed or changed and can come back, what a fork saw of its origin
DOCUMENTS = {
    "menu_removals": ("id", "rows"),
    "removed_logs": ("id", "kept"),
    "shelf_changes": ("id", "rows"),
    "menu_lineage": ("menu_id", "seen"),
}
