"""Where an item is served on menus of mine, and where it could be."""

from collections.abc import Sequence

from sqlalchemy import text

from app.kit.connections import Connection
from app.kit.db import AnyRow, AsyncSession
from app.kit.ids import UUID

MENUS_MAX = 40  # those changed last are offered

WITH_ITEM = text("""
    SELECT m.id, m.title, m.slug, c.id AS course_id, c.title AS course_title
    FROM course_items s JOIN courses c ON c.id = s.course_id JOIN menus m ON m.id = c.menu_id
    WHERE m.owner_id = :user_id AND s.item_id = :item_id
    ORDER BY m.title, m.id, c.position
    LIMIT 50
""")
OFFERED = """
    WITH mine AS (
        SELECT id, title, updated_at, CASE WHEN count(*) OVER () > :most THEN CAST(:most AS integer) END AS of_more
        FROM menus m
        WHERE owner_id = :user_id AND EXISTS (SELECT FROM courses c WHERE c.menu_id = m.id {which})
        ORDER BY updated_at DESC, id DESC LIMIT :most
    )
    SELECT m.id, m.title, m.of_more, c.id AS course_id, c.title AS course_title
    FROM mine m JOIN courses c ON c.menu_id = m.id {which}
    ORDER BY m.updated_at DESC, m.id DESC, c.position
"""
COURSES = text(OFFERED.format(which=""))
WITHOUT = "AND NOT EXISTS (SELECT FROM course_items s WHERE s.course_id = c.id AND s.item_id = :item_id)"
WITHOUT_ITEM = text(OFFERED.format(which=WITHOUT))
MENU_OF = "SELECT m.id FROM courses c JOIN menus m ON m.id = c.menu_id WHERE c.id = $1 AND m.owner_id = $2"


async def courses_with(session: AsyncSession, user_id: UUID, item_id: UUID) -> Sequence[AnyRow]:
    """My courses that serve the item, with their menus."""
    return (await session.execute(WITH_ITEM, {"user_id": user_id, "item_id": item_id})).all()


async def courses_without(session: AsyncSession, user_id: UUID, item_id: UUID) -> Sequence[AnyRow]:
    """Those that do not, of the menus changed last, menu by menu. `of_more`: how many menus, where there are more."""
    return (await session.execute(WITHOUT_ITEM, {"user_id": user_id, "item_id": item_id, "most": MENUS_MAX})).all()


async def courses_of(session: AsyncSession, user_id: UUID) -> Sequence[AnyRow]:
    """Those of the menus changed last, menu by menu. `of_more`: how many menus, where there are more."""
    return (await session.execute(COURSES, {"user_id": user_id, "most": MENUS_MAX})).all()


async def menu_of(connection: Connection, user_id: UUID, course_id: UUID) -> UUID | None:
    """Mine, which has the course."""
    menu: UUID | None = await connection.fetchval(MENU_OF, course_id, user_id)
    return menu
