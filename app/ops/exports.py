"""What everybody may take with them: each table that is theirs, how it is read back, and what stays here and why.

A test knows if a table that refers to people is in neither. No column with a secret, or a hash of one, is asked for.
Lists stand in the order in which they are read back: what is referred to comes first.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import TextClause, text

from app.library.looking import VIEWS_MAX
from app.library.tagging import TAGS_MAX
from app.menus.models import COURSES_MAX, ITEMS_MAX, PAIRINGS_MAX
from app.menus.reading import FOR_EYES
from app.menus.slugs import SLUGS_MAX
from app.ops.reading_back import ITEMS, PUBLIC, Back

HERE = "of this Tastebuds and this account, which another one cannot take over"
SAID = "i.type AS item_type, i.title AS item_title"  # for people, beside `item_id`


@dataclass(frozen=True, slots=True)
class Export:
    """`file` has a line for each row of the statement; `said` is what the README says of it.

    `back`: how a line becomes a row again, or in words why it does not.
    """

    file: str
    tables: tuple[str, ...]
    said: str
    statement: TextClause
    back: Back | str


WORKS = """
    SELECT i.id, i.type, i.title, i.subtitle, i.original_title, i.creators, i.released, i.released_precision,
        i.description, i.language, i.genres, i.cover_provider, i.cover_key,
        coalesce(i.made_by = :user_id, false) AS is_made_by_me,
        coalesce(to_jsonb(b), to_jsonb(v), to_jsonb(g), to_jsonb(a)) - 'item_id' AS facts,
        (SELECT coalesce(jsonb_agg(jsonb_build_array(d.scheme, d.kind, d.value)
            ORDER BY d.scheme, d.kind, d.value), '[]') FROM media_identifiers d WHERE d.item_id = i.id) AS identifiers,
        (SELECT coalesce(jsonb_agg(jsonb_build_object('source', s.source_name, 'external_id', s.external_id,
                'url', s.canonical_url, 'rating', s.rating_value, 'rating_scale', s.rating_scale,
                'rating_votes', s.rating_votes, 'said', s.said,
                'fetched_at', to_char(s.fetched_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'))
            ORDER BY s.source_name, s.external_id), '[]') FROM media_sources s WHERE s.item_id = i.id) AS sources,
        i.created_at, i.updated_at
    FROM media_items i
    LEFT JOIN book_items b ON b.item_id = i.id
    LEFT JOIN movie_items v ON v.item_id = i.id
    LEFT JOIN game_items g ON g.item_id = i.id
    LEFT JOIN music_items a ON a.item_id = i.id
    WHERE i.id IN ({referred})
    ORDER BY i.id
"""

LISTS = (
    Export(
        "library",
        ("user_item_states",),
        "your entries: status, rating (0 to 10), favourite, notes, and which work each is about",
        text(f"""
            SELECT s.id, s.item_id, {SAID}, s.status, s.rating, s.favourite, s.notes, s.created_at, s.updated_at
            FROM user_item_states s JOIN media_items i ON i.id = s.item_id WHERE s.user_id = :user_id ORDER BY s.id
        """),  # noqa: S608 - a piece of ours
        Back("user_item_states", refers={"item_id": ITEMS}, same_by=("user_id", "item_id")),
    ),
    Export(
        "log",
        ("user_item_logs",),
        "your log: what happened with which work on which day",
        text(f"""
            SELECT l.id, l.item_id, {SAID}, l.kind, l.day, l.round, l.amount, l.unit, l.season, l.episode, l.note,
                l.created_at, l.updated_at
            FROM user_item_logs l JOIN media_items i ON i.id = l.item_id WHERE l.user_id = :user_id ORDER BY l.id
        """),  # noqa: S608 - as above
        Back(
            "user_item_logs",
            refers={"item_id": ITEMS},
            same_by=("user_id", "item_id", "round", "season", "episode"),
        ),
    ),
    Export(
        "goals",
        ("goals",),
        "how many works you want to finish in a year",
        text("SELECT id, year, type, target, created_at, updated_at FROM goals WHERE user_id = :user_id ORDER BY id"),
        Back("goals", same_by=("user_id", "year", "type")),
    ),
    Export(
        "tags",
        ("tags",),
        "your tags, and those of everybody that you use",
        text("""
            SELECT t.id, t.name, t.colour, t.user_id IS NULL AS is_shared, t.created_at, t.updated_at
            FROM tags t WHERE t.user_id = :user_id
                OR t.user_id IS NULL AND EXISTS (
                    SELECT FROM media_item_tags g WHERE g.tag_id = t.id AND g.user_id = :user_id)
            ORDER BY t.id
        """),
        Back("tags", same_by=("user_id", "key"), most=TAGS_MAX),
    ),
    Export(
        "tagged",
        ("media_item_tags",),
        "which works have which tag",
        text(f"""
            SELECT g.id, g.item_id, {SAID}, g.tag_id, t.name AS tag
            FROM media_item_tags g JOIN tags t ON t.id = g.tag_id JOIN media_items i ON i.id = g.item_id
            WHERE g.user_id = :user_id ORDER BY g.id
        """),  # noqa: S608 - as above
        Back("media_item_tags", refers={"item_id": ITEMS, "tag_id": "tags"}, same_by=("user_id", "item_id", "tag_id")),
    ),
    Export(
        "views",
        ("saved_views",),
        "views of your shelf that you saved",
        text("SELECT id, name, query, created_at, updated_at FROM saved_views WHERE user_id = :user_id ORDER BY id"),
        Back("saved_views", same_by=("user_id", "name"), most=VIEWS_MAX),
    ),
    Export(
        "menus",
        ("menus",),
        "your menus",
        text("""
            SELECT id, title, intent, slug, slug_is_chosen, published_at, first_published_at, created_at, updated_at
            FROM menus WHERE owner_id = :user_id ORDER BY id
        """),
        Back("menus", owner="owner_id"),
    ),
    Export(
        "courses",
        ("courses",),
        "the courses of your menus, in order",
        text("""
            SELECT c.id, c.menu_id, m.title AS menu_title, c.position, c.title, c.intent, c.created_at, c.updated_at
            FROM courses c JOIN menus m ON m.id = c.menu_id WHERE m.owner_id = :user_id ORDER BY c.menu_id, c.position
        """),
        Back("courses", owner="", part_of="menu_id", refers={"menu_id": "menus"}, most=COURSES_MAX),
    ),
    Export(
        "course-items",
        ("course_items",),
        "what each course serves, in order, and what you say of it",
        text(f"""
            SELECT s.id, s.course_id, c.title AS course_title, s.item_id, {SAID}, s.position, s.note,
                s.created_at, s.updated_at
            FROM course_items s JOIN courses c ON c.id = s.course_id JOIN menus m ON m.id = c.menu_id
            JOIN media_items i ON i.id = s.item_id
            WHERE m.owner_id = :user_id ORDER BY c.menu_id, c.position, s.position
        """),  # noqa: S608 - as above
        Back(
            "course_items",
            owner="",
            part_of="course_id",
            refers={"course_id": "courses", "item_id": ITEMS},
            same_by=("course_id", "item_id"),
            most=ITEMS_MAX,
        ),
    ),
    Export(
        "pairings",
        ("menu_item_pairings",),
        "which two works of a menu belong together, and the sentence that says so",
        text("""
            SELECT p.id, p.menu_id, p.first_id, p.second_id, p.sentence, p.created_at, p.updated_at
            FROM menu_item_pairings p JOIN menus m ON m.id = p.menu_id WHERE m.owner_id = :user_id ORDER BY p.id
        """),
        Back(
            "menu_item_pairings",
            owner="",
            part_of="menu_id",
            refers={"menu_id": "menus", "first_id": "course-items", "second_id": "course-items"},
            same_by=("first_id", "second_id"),
            most=PAIRINGS_MAX,
        ),
    ),
    Export(
        "slugs",
        ("menu_slugs",),
        "the addresses your menus had before, which lead to where they are now",
        text("""
            SELECT s.slug, s.menu_id, s.claimed_at
            FROM menu_slugs s JOIN menus m ON m.id = s.menu_id
            WHERE m.owner_id = :user_id AND s.slug <> m.slug ORDER BY s.menu_id, s.slug
        """),
        Back("menu_slugs", owner="", part_of="menu_id", refers={"menu_id": "menus"}, most=SLUGS_MAX),
    ),
    Export(
        "lineage",
        ("menu_lineage",),
        "which of your menus are forks, and of whose",
        text("""
            SELECT l.menu_id, l.origin_id, l.origin_title, l.origin_author, l.origin_slug, l.seen,
                l.created_at, l.updated_at
            FROM menu_lineage l JOIN menus m ON m.id = l.menu_id WHERE m.owner_id = :user_id ORDER BY l.menu_id
        """),
        Back("menu_lineage", owner="", part_of="menu_id", refers={"menu_id": "menus", "origin_id": PUBLIC}),
    ),
    Export(
        "cooking",
        ("menu_follows",),
        "which menus you cook",
        text(f"""
            SELECT f.id, f.menu_id, seen.slug, seen.title, f.started_at, f.finished_at
            FROM menu_follows f LEFT JOIN (
                SELECT m.id, m.slug, m.title FROM menus m JOIN users u ON u.id = m.owner_id WHERE {FOR_EYES}
            ) AS seen ON seen.id = f.menu_id
            WHERE f.user_id = :user_id ORDER BY f.id
        """),  # noqa: S608 - a piece of ours
        Back("menu_follows", refers={"menu_id": PUBLIC}, same_by=("user_id", "menu_id")),
    ),
    Export(
        "preferences",
        ("user_preferences",),
        "how you like things shown",
        text("""
            SELECT rating_scale, has_quick_keys, shares_taste, shelf, time_zone, created_at, updated_at
            FROM user_preferences WHERE user_id = :user_id
        """),
        Back("user_preferences"),
    ),
    Export(
        "public-profile",
        ("host_profiles",),
        "your public profile",
        text("""
            SELECT handle, bio, is_public, created_at, updated_at FROM host_profiles WHERE user_id = :user_id
        """),
        Back("host_profiles"),
    ),
    Export(
        "choices",
        ("item_choices",),
        "whose word you want to see in a field of a work",
        text(f"""
            SELECT c.id, c.item_id, {SAID}, c.field, c.source_name, c.external_id
            FROM item_choices c JOIN media_items i ON i.id = c.item_id WHERE c.user_id = :user_id ORDER BY c.id
        """),  # noqa: S608 - as above
        Back("item_choices", refers={"item_id": ITEMS}, same_by=("user_id", "item_id", "field")),
    ),
    Export(
        "verdicts",
        ("merge_verdicts",),
        "what you said of two things that were found: one work, or two",
        text("""
            SELECT id, source, external_id, other_source, other_external_id, is_one, said_at
            FROM merge_verdicts WHERE user_id = :user_id ORDER BY id
        """),
        Back(
            "merge_verdicts",
            same_by=("user_id", "source", "external_id", "other_source", "other_external_id"),
            changed="said_at",
        ),
    ),
    Export(
        "profile",
        ("users",),
        "who you are here",
        text("""
            SELECT id, name, email, is_operator, created_at, updated_at, password_set_at FROM users WHERE id = :user_id
        """),
        "who you are is what the account says that reads this",
    ),
    Export(
        "merges",
        ("item_merges",),
        "works you made one, or two",
        text("""
            SELECT id, kind, from_id, into_id, title, made_at, undone_at
            FROM item_merges WHERE made_by = :user_id ORDER BY id
        """),
        "the catalog of this Tastebuds, whose works they are",
    ),
    Export(
        "guest-links",
        ("menu_share_tokens",),
        "guest links to your menus: for whom, until when, and how often they were opened",
        text("""
            SELECT t.id, t.menu_id, t.whom, t.created_at, t.expires_at, t.revoked_at, t.opened_at, t.opens
            FROM menu_share_tokens t JOIN menus m ON m.id = t.menu_id WHERE m.owner_id = :user_id ORDER BY t.id
        """),
        "a link is a secret, and is not in here",
    ),
    Export(
        "sessions",
        ("sessions",),
        "where you are logged in",
        text("""
            SELECT id, kind, name, user_agent, address, created_at, seen_at, expires_at, proved_at, is_remembered
            FROM sessions WHERE user_id = :user_id ORDER BY id
        """),
        HERE,
    ),
    Export(
        "devices",
        ("devices",),
        "browsers you logged in with",
        text("SELECT id, created_at, seen_at FROM devices WHERE user_id = :user_id ORDER BY id"),
        HERE,
    ),
    Export(
        "tokens",
        ("api_tokens",),
        "your tokens for programs",
        text("""
            SELECT id, name, scopes, created_at, expires_at, used_at
            FROM api_tokens WHERE user_id = :user_id ORDER BY id
        """),
        HERE,
    ),
    Export(
        "passkeys",
        ("passkeys",),
        "your passkeys",
        text("SELECT id, name, created_at, used_at FROM passkeys WHERE user_id = :user_id ORDER BY id"),
        HERE,
    ),
    Export(
        "identities",
        ("identities",),
        "accounts elsewhere that you log in with",
        text("""
            SELECT id, issuer, subject, name, linked_at, used_at FROM identities WHERE user_id = :user_id ORDER BY id
        """),
        HERE,
    ),
    Export(
        "invitations",
        ("invitations",),
        "invitations you made",
        text("""
            SELECT id, note, uses_max, used, created_at, expires_at
            FROM invitations WHERE made_by = :user_id ORDER BY id
        """),
        HERE,
    ),
    Export(
        "activity",
        ("audit_events",),
        "what happened to your account; where from is told where it was you",
        text("""
            SELECT id, happened_at, action, refused, details,
                CASE WHEN actor_id <> user_id THEN '' ELSE address END AS address,
                CASE WHEN actor_id <> user_id THEN '' ELSE agent END AS agent
            FROM audit_events WHERE user_id = :user_id ORDER BY id
        """),
        HERE,
    ),
)
BACK = {each.file: each.back for each in LISTS if isinstance(each.back, Back)}


def mine(back: Back, row: str) -> str:
    """The condition under which `row` of its table is `:user_id`'s, in SQL."""
    if back.owner:
        return f"{row}.{back.owner} = :user_id"
    whole = BACK[back.refers[back.part_of]]
    above = f"{row}_"
    return f"EXISTS (SELECT FROM {whole.name} {above} WHERE {above}.id = {row}.{back.part_of} AND {mine(whole, above)})"


def _referred() -> Iterator[str]:
    """Of each list that names works, which."""
    yield "SELECT id FROM media_items WHERE made_by = :user_id"
    for back in BACK.values():
        if "item_id" in back.refers:
            yield f"SELECT t.item_id FROM {back.name} t WHERE {mine(back, 't')}"  # noqa: S608 - as above


REFERRED = " UNION ALL ".join(_referred())
COVERS = text(f"""
    SELECT i.id, i.type, i.cover_provider, i.cover_key FROM media_items i
    WHERE i.cover_key IS NOT NULL AND (:is_wished OR i.cover_provider = 'hand') AND i.id IN ({REFERRED})
    ORDER BY i.cover_provider <> 'hand', i.id LIMIT :at_most
""")  # noqa: S608 - pieces of ours

EXPORTS = (
    Export(
        ITEMS,
        ("media_items",),
        "the works that the other files are about, and those you added by hand",
        text(WORKS.format(referred=REFERRED)),
        Back("media_items", owner=""),
    ),
    *LISTS,
)
LEFT_OUT = {
    "authorization_requests": "minutes old: a login through a provider that is not over",
    "entry_counts": "how many entries you have of each type and status, counted of them",
    "half_sessions": "minutes old: a login that waits for the second factor",
    "import_pieces": "the file that is being read back, until it is read",
    "imports": "how reading such a file back went, for a month",
    "menu_words": "the words of your published menus once more, for discovering them",
    "instance_settings": "the house's; who decided is in the audit",
    "menu_removals": "what you took off your menus in the last day, which can still be put back",
    "outgoing_mail": "letters to you that are about to be sent",
    "passkey_challenges": "minutes old: questions to a passkey that wait for the answer",
    "recovery_codes": "secrets, kept as hashes",
    "refresh_tokens": "secrets of a session, kept as hashes",
    "removed_logs": "lines you took off your log in the last day, which can still be put back",
    "reset_links": "secrets, kept as hashes",
    "shelf_changes": "what you did to many entries in the last day, which can still be undone",
    "submissions": "what was sent in the last two days, kept to answer the same when it is sent again",
    "totp_secrets": "secrets, sealed",
}
