"""Sharing a menu: its slug, and whether the public may read it there."""

import re
import secrets
import unicodedata

from sqlalchemy import select, text

from app.accounts import auditing
from app.kit import clock
from app.kit.db import AsyncSession
from app.kit.ids import UUID
from app.menus.holding import held
from app.menus.link_models import MenuSlug
from app.menus.models import Menu

SLUG_MAX = 60
RESERVED = {"new", "cooking", "discover", "imports", "menu"}  # addresses under /menus that are no menu's
ONE_AT_A_TIME = text("SELECT pg_advisory_xact_lock(hashtextextended(:slug, 0))")
TAKEN = select(MenuSlug.menu_id)


async def publish(session: AsyncSession, owner_id: UUID, menu_id: UUID) -> None:
    """Safe to ask twice: the first time counts. Raises `NotFound`."""
    menu = await _menu(session, owner_id, menu_id)
    now = clock.now()
    if menu.published_at is None:
        auditing.record(session, "menu.published", owner_id, name=menu.title)
    menu.published_at = menu.published_at or now
    menu.first_published_at = menu.first_published_at or now
    await session.flush()


async def unpublish(session: AsyncSession, owner_id: UUID, menu_id: UUID) -> None:
    """Its slug stays its own. Safe to ask twice. Raises `NotFound`."""
    menu = await _menu(session, owner_id, menu_id)
    if menu.published_at is not None:
        auditing.record(session, "menu.unpublished", owner_id, name=menu.title)
    menu.published_at = None
    await session.flush()


async def slug_for(session: AsyncSession, title: str, menu_id: UUID | None = None) -> str:
    """The title as it stands in an address, with a few letters more where another menu stands there."""
    wanted = slug(title)
    return wanted if await is_free(session, wanted, menu_id) else f"{wanted}-{secrets.token_hex(4)}"


async def is_free(session: AsyncSession, wanted: str, menu_id: UUID | None = None) -> bool:
    """For that menu or a new one. Nobody else is told so until the transaction ends."""
    await session.execute(ONE_AT_A_TIME, {"slug": wanted})  # two menus of one title, made at once
    taken = TAKEN.where(MenuSlug.slug == wanted, MenuSlug.menu_id != menu_id)
    return wanted not in RESERVED and await session.scalar(taken) is None


def slug(title: str) -> str:
    """Lower-case ASCII letters, digits and hyphens; "menu" where a title has none of them."""
    ascii_ = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", ascii_.lower())[:SLUG_MAX].strip("-") or "menu"


async def _menu(session: AsyncSession, owner_id: UUID, menu_id: UUID) -> Menu:
    """Held, and told that others see it otherwise; its words did not change."""
    menu = await held(session, owner_id, menu_id)
    menu.version += 1
    return menu
