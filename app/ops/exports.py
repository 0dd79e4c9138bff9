"""What everybody may take with them: each table that is theirs, and which are not taken along and why.

A test knows if a table that refers to people is in neither. No column with a secret, or a hash of one, is asked for.
"""

from dataclasses import dataclass

from sqlalchemy import TextClause, text

ITEM = """
    jsonb_build_object('id', i.id, 'type', i.type, 'title', i.title, 'creators', i.creators, 'year', i.year,
        'identifiers', (SELECT coalesce(jsonb_agg(jsonb_build_array(d.scheme, d.kind, d.value)
            ORDER BY d.scheme, d.kind, d.value), '[]') FROM media_identifiers d WHERE d.item_id = i.id))
"""


@dataclass(frozen=True, slots=True)
class Export:
    """`file` has a line for each row of the statement; `said` is what the README says of it."""

    file: str
    tables: tuple[str, ...]
    said: str
    statement: TextClause


EXPORTS = (
    Export(
        "profile",
        ("users",),
        "who you are here",
        text("""
            SELECT id, name, email, is_operator, created_at, updated_at, password_set_at FROM users WHERE id = :user_id
        """),
    ),
    Export(
        "library",
        ("user_item_states",),
        "your entries: status, rating (0 to 10), favourite, notes, and which work each is about",
        text(f"""
            SELECT s.id, s.status, s.rating, s.favourite, s.notes, s.created_at, s.updated_at, {ITEM} AS item
            FROM user_item_states s JOIN media_items i ON i.id = s.item_id WHERE s.user_id = :user_id ORDER BY s.id
        """),  # noqa: S608 - a piece of ours
    ),
    Export(
        "menus",
        ("menus", "courses", "course_items"),
        "your menus, each with its courses and their items in order",
        text(f"""
            SELECT m.id, m.title, m.intent, m.slug, m.published_at, m.first_published_at, m.created_at, m.updated_at,
                (SELECT coalesce(jsonb_agg(jsonb_build_object('id', c.id, 'title', c.title, 'intent', c.intent, 'items',
                    (SELECT coalesce(jsonb_agg(jsonb_build_object('id', s.id, 'note', s.note, 'item', {ITEM})
                        ORDER BY s.position), '[]')
                    FROM course_items s JOIN media_items i ON i.id = s.item_id WHERE s.course_id = c.id))
                    ORDER BY c.position), '[]') FROM courses c WHERE c.menu_id = m.id) AS courses
            FROM menus m WHERE m.owner_id = :user_id ORDER BY m.id
        """),  # noqa: S608 - as above
    ),
    Export(
        "pairings",
        ("menu_item_pairings",),
        "which two works of a menu belong together, by the ids of its courses' items, and the sentence that says so",
        text("""
            SELECT p.id, p.menu_id, p.first_id, p.second_id, p.sentence, p.created_at, p.updated_at
            FROM menu_item_pairings p JOIN menus m ON m.id = p.menu_id WHERE m.owner_id = :user_id ORDER BY p.id
        """),
    ),
    Export(
        "guest-links",
        ("menu_share_tokens",),
        "guest links to your menus: for whom, until when, and how often they were opened",
        text("""
            SELECT t.id, t.menu_id, t.whom, t.created_at, t.expires_at, t.revoked_at, t.opened_at, t.opens
            FROM menu_share_tokens t JOIN menus m ON m.id = t.menu_id WHERE m.owner_id = :user_id ORDER BY t.id
        """),
    ),
    Export(
        "slugs",
        ("menu_slugs",),
        "the addresses your menus have, and had",
        text("""
            SELECT s.menu_id, s.slug, s.claimed_at
            FROM menu_slugs s JOIN menus m ON m.id = s.menu_id WHERE m.owner_id = :user_id ORDER BY s.menu_id, s.slug
        """),
    ),
    Export(
        "lineage",
        ("menu_lineage",),
        "which of your menus are forks, and of whose",
        text("""
            SELECT l.menu_id, l.origin_title, l.origin_author, l.origin_slug, l.created_at, l.updated_at
            FROM menu_lineage l JOIN menus m ON m.id = l.menu_id WHERE m.owner_id = :user_id ORDER BY l.menu_id
        """),
    ),
    Export(
        "cooking",
        ("menu_follows",),
        "which menus you cook, by their addresses",
        text("""
            SELECT f.id, m.slug, f.started_at, f.finished_at
            FROM menu_follows f JOIN menus m ON m.id = f.menu_id WHERE f.user_id = :user_id ORDER BY f.id
        """),
    ),
    Export(
        "public-profile",
        ("host_profiles",),
        "your public profile",
        text("""
            SELECT handle, bio, is_public, created_at, updated_at FROM host_profiles WHERE user_id = :user_id
        """),
    ),
    Export(
        "preferences",
        ("user_preferences",),
        "how you like things shown",
        text("""
            SELECT rating_scale, has_quick_keys, shares_taste, shelf, created_at, updated_at
            FROM user_preferences WHERE user_id = :user_id
        """),
    ),
    Export(
        "views",
        ("saved_views",),
        "views of your library that you saved",
        text("SELECT id, name, query, created_at, updated_at FROM saved_views WHERE user_id = :user_id ORDER BY id"),
    ),
    Export(
        "log",
        ("user_item_logs",),
        "your log: what happened with which work on which day",
        text(f"""
            SELECT l.id, l.kind, l.day, l.round, l.amount, l.unit, l.season, l.episode, l.note,
                l.created_at, l.updated_at, {ITEM} AS item
            FROM user_item_logs l JOIN media_items i ON i.id = l.item_id WHERE l.user_id = :user_id ORDER BY l.id
        """),  # noqa: S608 - a piece of ours
    ),
    Export(
        "goals",
        ("goals",),
        "how many works you want to finish in a year",
        text("SELECT id, year, type, target, created_at, updated_at FROM goals WHERE user_id = :user_id ORDER BY id"),
    ),
    Export(
        "tags",
        ("tags",),
        "your tags",
        text("SELECT id, name, colour, created_at, updated_at FROM tags WHERE user_id = :user_id ORDER BY id"),
    ),
    Export(
        "tagged",
        ("media_item_tags",),
        "which works have which tag",
        text(f"""
            SELECT g.id, t.name AS tag, t.user_id IS NULL AS is_shared, {ITEM} AS item
            FROM media_item_tags g JOIN tags t ON t.id = g.tag_id JOIN media_items i ON i.id = g.item_id
            WHERE g.user_id = :user_id ORDER BY g.id
        """),  # noqa: S608 - a piece of ours
    ),
    Export(
        "made",
        ("media_items",),
        "works you added by hand",
        text(f"""
            SELECT i.id, i.created_at, i.updated_at, {ITEM} AS item
            FROM media_items i WHERE i.made_by = :user_id ORDER BY i.id
        """),  # noqa: S608 - a piece of ours
    ),
    Export(
        "choices",
        ("item_choices",),
        "whose word you want to see in a field of a work",
        text(f"""
            SELECT c.id, c.field, c.source_name, c.external_id, {ITEM} AS item
            FROM item_choices c JOIN media_items i ON i.id = c.item_id WHERE c.user_id = :user_id ORDER BY c.id
        """),  # noqa: S608 - as above
    ),
    Export(
        "merges",
        ("item_merges",),
        "works you made one, or two",
        text("""
            SELECT id, kind, from_id, into_id, title, made_at, undone_at
            FROM item_merges WHERE made_by = :user_id ORDER BY id
        """),
    ),
    Export(
        "verdicts",
        ("merge_verdicts",),
        "what you said of two things that were found: one work, or two",
        text("""
            SELECT id, source, external_id, other_source, other_external_id, is_one, said_at
            FROM merge_verdicts WHERE user_id = :user_id ORDER BY id
        """),
    ),
    Export(
        "sessions",
        ("sessions",),
        "where you are logged in",
        text("""
            SELECT id, kind, name, user_agent, address, created_at, seen_at, expires_at, proved_at, is_remembered
            FROM sessions WHERE user_id = :user_id ORDER BY id
        """),
    ),
    Export(
        "devices",
        ("devices",),
        "browsers you logged in with",
        text("SELECT id, created_at, seen_at FROM devices WHERE user_id = :user_id ORDER BY id"),
    ),
    Export(
        "tokens",
        ("api_tokens",),
        "your tokens for programs",
        text("""
            SELECT id, name, scopes, created_at, expires_at, used_at
            FROM api_tokens WHERE user_id = :user_id ORDER BY id
        """),
    ),
    Export(
        "passkeys",
        ("passkeys",),
        "your passkeys",
        text("SELECT id, name, created_at, used_at FROM passkeys WHERE user_id = :user_id ORDER BY id"),
    ),
    Export(
        "identities",
        ("identities",),
        "accounts elsewhere that you log in with",
        text("""
            SELECT id, issuer, subject, name, linked_at, used_at FROM identities WHERE user_id = :user_id ORDER BY id
        """),
    ),
    Export(
        "invitations",
        ("invitations",),
        "invitations you made",
        text("""
            SELECT id, note, uses_max, used, created_at, expires_at
            FROM invitations WHERE made_by = :user_id ORDER BY id
        """),
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
    ),
)
LEFT_OUT = {
    "authorization_requests": "minutes old: a login through a provider that is not over",
    "entry_counts": "how many entries you have: counted from them",
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
    "submissions": "what was sent in the last two days, kept to answer the same when it is sent again",
    "totp_secrets": "secrets, sealed",
}
