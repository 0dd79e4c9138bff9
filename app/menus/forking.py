"""Forking: a draft of one's own that begins as somebody's published menu, or a menu of one's own, is now."""

from app.kit import clock
from app.kit.db import AsyncSession
from app.kit.ids import UUID
from app.menus import reading, snapshots
from app.menus.laying import lay
from app.menus.lineage_models import MenuLineage
from app.menus.models import Menu
from app.menus.sharing import slug_for


async def fork(session: AsyncSession, user_id: UUID, slug: str) -> Menu:
    """With courses, items, notes and pairings; what is deleted meanwhile is left out. Raises `NotFound`, `Moved`."""
    origin = await reading.menu_at(session, slug, user_id)
    now = snapshots.taken(origin)
    menu = Menu(
        owner_id=user_id,
        title=now.title,
        intent=now.intent,
        slug=await slug_for(session, now.title),
        version=1,
        updated_at=clock.now(),
    )
    session.add(menu)
    await session.flush()
    ids = await lay(session, menu, now, {})
    session.add(
        MenuLineage(
            menu_id=menu.id,
            origin_id=origin.id,
            origin_title=origin.title,
            origin_author=origin.author,
            origin_slug=origin.slug if origin.published_at else "",
            seen=snapshots.packed(now, ids),
        )
    )
    await session.flush()
    return menu
