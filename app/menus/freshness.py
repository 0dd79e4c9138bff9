"""What tells one state of a published menu from every other, found out in one statement.

The works it serves change without the menu: which they are and when each last changed are counted in. Straight on the
driver, because it is asked before every page that anyone reads.
"""

from typing import NamedTuple

from app.kit.connections import Connection

# hashes are added up, so that neither an item served twice nor two that change places are lost
STATE = """
    SELECT m.id, m.version, m.published_at, u.name,
        (SELECT jsonb_build_array(count(*), sum(hash_record_extended(ROW(i.id, i.updated_at), 0)))
            FROM courses c JOIN course_items s ON s.course_id = c.id JOIN media_items i ON i.id = s.item_id
            WHERE c.menu_id = m.id) AS served,
        (SELECT h.handle FROM host_profiles h WHERE h.user_id = m.owner_id AND h.is_public) AS handle,
        (SELECT jsonb_build_array(l.origin_title, l.origin_author, l.origin_slug, o.slug, o.title, a.name)
            FROM menu_lineage l LEFT JOIN menus o ON o.id = l.origin_id AND o.published_at IS NOT NULL
            LEFT JOIN users a ON a.id = o.owner_id AND a.closes_at IS NULL AND a.disabled_at IS NULL
            WHERE l.menu_id = m.id) AS origin,
        (SELECT jsonb_build_array(count(*), sum(hash_record_extended(ROW(f.title, f.slug, f.published_at, a.name), 0)))
            FROM menu_lineage l JOIN menus f ON f.id = l.menu_id
            LEFT JOIN users a ON a.id = f.owner_id AND a.closes_at IS NULL AND a.disabled_at IS NULL
            WHERE l.origin_id = m.id) AS forks
    FROM menus m JOIN users u ON u.id = m.owner_id
    WHERE m.slug = $1 AND m.published_at IS NOT NULL AND u.closes_at IS NULL AND u.disabled_at IS NULL
"""


class State(NamedTuple):
    """Two that are equal are read alike."""

    said: str


async def state_of(connection: Connection, slug: str) -> State | None:
    """`None` where there is no such menu for everyone."""
    if "\0" in slug:  # Postgres has no such character
        return None
    row = await connection.fetchrow(STATE, slug)
    return State(repr(tuple(row))) if row else None
