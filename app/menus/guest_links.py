"""Guest links: whoever has one reads one menu, published or not, until it ends. Shown once; kept as a hash."""

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import func, select, text

from app.accounts import auditing, handed_out
from app.kit.db import AnyRow, AsyncSession, changed
from app.kit.errors import Invalid, NotFound
from app.kit.ids import UUID
from app.menus import reading
from app.menus.link_forms import GuestLinkForm
from app.menus.link_models import MenuShareToken
from app.menus.models import Menu
from app.menus.reading import GONE, WholeMenu

PATH = "/g/"
LINKS_MAX = 50  # of one menu
TOKEN_MAX = 100  # longer than any we make
COUNTED = timedelta(minutes=1)  # who comes back within it is the same visit
ENDED = "This link has ended."

MENU = select(Menu)
LINK = """
    SELECT t.id, t.whom, t.created_at, t.expires_at, t.revoked_at, t.opened_at, t.opens,
        CASE WHEN t.revoked_at IS NOT NULL THEN 'revoked'
            WHEN t.expires_at <= now() THEN 'expired' ELSE 'open' END AS state
    FROM menu_share_tokens t JOIN menus m ON m.id = t.menu_id
    WHERE t.menu_id = :menu_id AND m.owner_id = :owner_id {which}
    ORDER BY t.id DESC
"""
OF_MENU = text(LINK.format(which=""))
ONE = text(LINK.format(which="AND t.id = :link_id"))
# those that have ended make room, the first first
MAKE_ROOM = text("""
    DELETE FROM menu_share_tokens WHERE id IN (
        SELECT id FROM menu_share_tokens WHERE menu_id = :menu_id
        ORDER BY revoked_at IS NULL AND coalesce(expires_at > now(), true) DESC, id DESC OFFSET :kept
    ) AND (revoked_at IS NOT NULL OR expires_at <= now())
""")
MANY = text("SELECT count(*) FROM menu_share_tokens WHERE menu_id = :menu_id")
REVOKE = text("""
    UPDATE menu_share_tokens SET revoked_at = now()
    WHERE id = :link_id AND menu_id = :menu_id AND revoked_at IS NULL
""")
OPEN = text("""
    SELECT t.id, t.menu_id, m.owner_id, coalesce(t.opened_at < now() - CAST(:counted AS interval), true) AS is_due
    FROM menu_share_tokens t JOIN menus m ON m.id = t.menu_id JOIN users u ON u.id = m.owner_id
    WHERE t.token_hash = :token_hash AND t.revoked_at IS NULL AND coalesce(t.expires_at > now(), true)
        AND u.closes_at IS NULL AND u.disabled_at IS NULL
""")
OPENED = text("""
    UPDATE menu_share_tokens SET opened_at = now(), opens = opens + 1
    WHERE id = :id AND coalesce(opened_at < now() - CAST(:counted AS interval), true)
""")


async def make(session: AsyncSession, owner_id: UUID, menu_id: UUID, form: GuestLinkForm) -> tuple[UUID, str]:
    """Its id, and its path, to be shown once. Raises `NotFound`, `Invalid`."""
    menu = await _menu(session, owner_id, menu_id)
    await session.execute(MAKE_ROOM, {"menu_id": menu_id, "kept": LINKS_MAX - 1})
    if (await session.scalar(MANY, {"menu_id": menu_id}) or 0) >= LINKS_MAX:
        raise Invalid({"": f"A menu has {LINKS_MAX} guest links at most. End one that nobody needs first."})
    token = handed_out.new_token()
    link = MenuShareToken(
        menu_id=menu_id,
        token_hash=handed_out.hash_of(token),
        whom=form.whom,
        expires_at=None if form.lasts is None else func.now() + timedelta(days=form.lasts),
    )
    session.add(link)
    await session.flush()
    auditing.record(session, "guest_link.made", owner_id, name=menu.title, days=form.lasts)
    return link.id, f"{PATH}{token}"


async def links_of(session: AsyncSession, owner_id: UUID, menu_id: UUID) -> Sequence[AnyRow]:
    """The newest first; `state` is open, expired or revoked."""
    return (await session.execute(OF_MENU, {"owner_id": owner_id, "menu_id": menu_id})).all()


async def link_of(session: AsyncSession, owner_id: UUID, menu_id: UUID, link_id: UUID) -> AnyRow:
    """Raises `NotFound`."""
    row = (await session.execute(ONE, {"owner_id": owner_id, "menu_id": menu_id, "link_id": link_id})).first()
    if row is None:
        raise NotFound("There is no such link to this menu.")
    return row


async def revoke(session: AsyncSession, owner_id: UUID, menu_id: UUID, link_id: UUID) -> None:
    """Safe to ask twice. Raises `NotFound`."""
    menu = await _menu(session, owner_id, menu_id)
    await link_of(session, owner_id, menu_id, link_id)
    if await changed(session, REVOKE, {"menu_id": menu_id, "link_id": link_id}):
        auditing.record(session, "guest_link.revoked", owner_id, name=menu.title)


async def menu_by(session: AsyncSession, token: str, visitor_id: UUID | None) -> WholeMenu:
    """What a link opens, and that it was opened. Raises `NotFound`, in the same words whatever is wrong with it."""
    if len(token) > TOKEN_MAX or not token.isascii():
        raise NotFound(ENDED)
    wanted = {"token_hash": handed_out.hash_of(token), "counted": COUNTED}
    link = (await session.execute(OPEN, wanted)).first()
    if link is None:
        raise NotFound(ENDED)
    if link.is_due and link.owner_id != visitor_id:
        await session.execute(OPENED, {"id": link.id, "counted": COUNTED})
    return await reading.menu_of(session, link.owner_id, link.menu_id)


async def _menu(session: AsyncSession, owner_id: UUID, menu_id: UUID) -> Menu:
    """Locked, so that those who make links at once are counted one after the other."""
    menu = await session.scalar(MENU.where(Menu.id == menu_id, Menu.owner_id == owner_id).with_for_update())
    if menu is None:
        raise NotFound(GONE)
    return menu
