"""The slug somebody chooses for a menu. Those it had since it was published lead to the one it has."""

from collections.abc import Sequence

from sqlalchemy import Select, select, text

from app.accounts import auditing
from app.kit.db import AnyRow, AsyncSession
from app.kit.errors import Invalid, NotFound
from app.kit.ids import UUID
from app.menus.link_forms import PublishedForm, SlugForm
from app.menus.models import Menu
from app.menus.reading import GONE
from app.menus.sharing import ONE_AT_A_TIME

PAGE = 50
LATEST = UUID(int=2**128 - 1)
SLUGS_MAX = 20  # of one menu, so that nobody collects addresses

MENU = select(Menu)
CLAIMED = text("SELECT menu_id FROM menu_slugs WHERE slug = :slug")
MANY = text("SELECT count(*) FROM menu_slugs WHERE menu_id = :menu_id")
PUBLISHED = """
    SELECT m.id, m.title, m.slug, m.published_at, u.name AS author
    FROM menus m JOIN users u ON u.id = m.owner_id WHERE m.published_at IS NOT NULL AND {which}
"""
LIST = text(
    PUBLISHED.format(
        which="""m.id < :before AND (:q = '' OR strpos(m.slug, lower(:q)) > 0 OR strpos(lower(m.title), lower(:q)) > 0)
    ORDER BY m.id DESC LIMIT :at_most"""
    )
)
ONE = text(PUBLISHED.format(which="m.id = :menu_id"))
FORMER = text("""
    SELECT s.slug FROM menu_slugs s JOIN menus m ON m.id = s.menu_id
    WHERE s.menu_id = :menu_id AND s.slug <> m.slug ORDER BY s.claimed_at DESC, s.slug
""")


async def choose(session: AsyncSession, owner_id: UUID, menu_id: UUID, form: SlugForm) -> str:
    """The title changes it no more. Raises `NotFound`, `Invalid`."""
    return await _give(session, MENU.where(Menu.id == menu_id, Menu.owner_id == owner_id), owner_id, form)


async def choose_for(session: AsyncSession, operator_id: UUID, menu_id: UUID, form: SlugForm) -> str:
    """For a menu of anybody's, as long as it is published. Raises `NotFound`, `Invalid`."""
    return await _give(session, MENU.where(Menu.id == menu_id, Menu.published_at.is_not(None)), operator_id, form)


async def published(session: AsyncSession, form: PublishedForm) -> tuple[Sequence[AnyRow], UUID | None]:
    """Of everybody, the newest first, and what the next page is asked before, if there is one."""
    wanted = {"q": form.q, "before": form.before or LATEST, "at_most": PAGE + 1}
    rows = (await session.execute(LIST, wanted)).all()
    return (rows[:PAGE], rows[PAGE - 1].id) if len(rows) > PAGE else (rows, None)


async def published_one(session: AsyncSession, menu_id: UUID) -> AnyRow:
    """Raises `NotFound`."""
    row = (await session.execute(ONE, {"menu_id": menu_id})).first()
    if row is None:
        raise NotFound(GONE)
    return row


async def former(session: AsyncSession, menu_id: UUID) -> Sequence[str]:
    """The last one first."""
    return (await session.scalars(FORMER, {"menu_id": menu_id})).all()


async def _give(session: AsyncSession, one: Select[Menu], actor_id: UUID, form: SlugForm) -> str:
    menu = await session.scalar(one.with_for_update().execution_options(populate_existing=True))
    if menu is None:
        raise NotFound(GONE)
    if form.slug != menu.slug:
        await session.execute(ONE_AT_A_TIME, {"slug": form.slug})  # who wants the same at once waits here
        await _must_be_free(session, menu, form)
        if menu.first_published_at is not None:
            where = f"/menus/{form.slug}"
            auditing.record(session, "menu.moved", menu.owner_id, actor_id=actor_id, name=menu.title, path=where)
        menu.slug = form.slug
        menu.version += 1
    menu.slug_is_chosen = True
    await session.flush()
    return menu.slug


async def _must_be_free(session: AsyncSession, menu: Menu, form: SlugForm) -> None:
    whose = await session.scalar(CLAIMED, {"slug": form.slug})
    if whose == menu.id:
        return
    if whose is not None:
        raise Invalid({"slug": "This address is taken. Choose another."}, form.model_dump())
    if (await session.scalar(MANY, {"menu_id": menu.id}) or 0) >= SLUGS_MAX:
        said = f"This menu has had {SLUGS_MAX} addresses, and can go back to any of them."
        raise Invalid({"slug": said}, form.model_dump())
