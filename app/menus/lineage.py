"""Lineage: after which menu one was made, and which were made after it, as whoever is looking may know them."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import text

from app.kit.db import AnyRow, AsyncSession
from app.kit.ids import UUID

LINKED_MAX = 12  # forks that are named; the others are counted

# the origin's own words while it is there to be read, else those it was forked with; to others only what was public
LINEAGE = text("""
    SELECT l.menu_id IS NOT NULL AND (o.slug IS NOT NULL OR coalesce(m.owner_id = :user_id, false)
            OR l.origin_slug <> '' AND NOT EXISTS (
                SELECT FROM menus d WHERE d.id = l.origin_id AND d.first_published_at IS NULL
            )) AS is_fork,
        o.slug AS origin_slug,
        coalesce(o.title, l.origin_title) AS origin_title, coalesce(o.author, l.origin_author) AS origin_author,
        (SELECT count(*) FROM menu_lineage f WHERE f.origin_id = m.id) AS forks
    FROM menus m LEFT JOIN menu_lineage l ON l.menu_id = m.id
    LEFT JOIN LATERAL (
        SELECT o.slug, o.title, u.name AS author FROM menus o JOIN users u ON u.id = o.owner_id
        WHERE o.id = l.origin_id AND (o.owner_id = :user_id
            OR o.published_at IS NOT NULL AND u.closes_at IS NULL AND u.disabled_at IS NULL)
    ) AS o ON true
    WHERE m.id = :menu_id
""")
FORKS = text("""
    SELECT m.title, m.slug, u.name AS author
    FROM menu_lineage l JOIN menus m ON m.id = l.menu_id JOIN users u ON u.id = m.owner_id
    WHERE l.origin_id = :menu_id AND m.published_at IS NOT NULL AND u.closes_at IS NULL AND u.disabled_at IS NULL
    ORDER BY m.published_at DESC, m.id DESC
    LIMIT :at_most
""")


# also where its menu went before its owner did: then the name is all that is known of whose it was
FORGET = text("""
    UPDATE menu_lineage l SET origin_author = 'somebody'
    WHERE l.origin_id IN (SELECT m.id FROM menus m WHERE m.owner_id = :user_id)
        OR l.origin_id IS NULL AND l.origin_author = (SELECT u.name FROM users u WHERE u.id = :user_id)
""")


@dataclass(frozen=True, slots=True)
class Origin:
    """`slug` is empty where it cannot be read any more."""

    title: str
    author: str
    slug: str


@dataclass(frozen=True, slots=True)
class Lineage:
    """`forks` counts all there are, `public` has title, slug and author of the newest that are published."""

    origin: Origin | None
    forks: int
    public: Sequence[AnyRow]


async def lineage_of(session: AsyncSession, menu_id: UUID, viewer_id: UUID | None) -> Lineage:
    """Of a menu that is there. A second statement only where it has forks."""
    row = (await session.execute(LINEAGE, {"menu_id": menu_id, "user_id": viewer_id})).one_or_none()
    if row is None:
        return Lineage(None, 0, ())
    origin = Origin(row.origin_title, row.origin_author, row.origin_slug or "") if row.is_fork else None
    if not row.forks:
        return Lineage(origin, 0, ())
    public = (await session.execute(FORKS, {"menu_id": menu_id, "at_most": LINKED_MAX})).all()
    return Lineage(origin, row.forks, public)


async def forget(session: AsyncSession, user_id: UUID) -> None:
    """Of an account that is about to be erased: its name, in forks of its menus."""
    await session.execute(FORGET, {"user_id": user_id})
