"""`/menus/{slug}`: a menu to be read, as a card or as a story.

For guests it is the same page for all: it is rendered once for each state of the menu, and who has it already is told
so after one statement. Whoever is signed in gets a page of their own.
"""

from typing import Any

from litestar import Request, Response, Router, get
from litestar.params import FromPath, FromQuery

from app.accounts.signing_in import Viewer
from app.kit.db import AsyncSession, Database
from app.kit.ids import UUID, parse_id
from app.menus import lineage, reading
from app.menus.reading import WholeMenu
from app.pages.cooking import at_the_table
from app.pages.linked_data import linked_data
from app.web.headers import TO_BE_FOUND
from app.web.page import FLASH, VARY, Page, is_htmx, rendered
from app.web.published import shape_of
from app.web.wiring import Stored, Visitor

TEMPLATE = "menus/show.html"
OF_EACH = {"Vary": f"{VARY}, Cookie"}


@get("/{slug:str}")
async def show(
    request: Request[Any, Any, Any],
    database: Stored,
    visitor: Visitor,
    slug: FromPath[str],
    view: FromQuery[str] = "",
    ticked: FromQuery[str] = "",
) -> Response[Any]:
    """`view=story`: as one text. `ticked`: the change that was made a moment ago, and can be undone."""
    is_story = view == "story"
    if visitor is None and not is_htmx(request) and FLASH not in request.cookies:
        return await _for_anyone(request, database, slug, is_story=is_story)
    return await _for_one(request, database, visitor, slug, is_story, parse_id(ticked) if visitor and ticked else None)


async def _for_anyone(
    request: Request[Any, Any, Any], database: Database, slug: str, *, is_story: bool
) -> Response[bytes]:
    async def make(session: AsyncSession, menu: WholeMenu) -> bytes:
        kin = await lineage.lineage_of(session, menu.id, None)
        return await rendered(request, TEMPLATE, read(request, menu, None, is_story) | {"lineage": kin}, menu.many)

    name = "story" if is_story else "card"
    return await shape_of(request, database, slug, name, "text/html", make, OF_EACH | TO_BE_FOUND)


async def _for_one(
    request: Request[Any, Any, Any],
    database: Database,
    visitor: Viewer | None,
    slug: str,
    is_story: bool,
    undo: UUID | None,
) -> Page:
    async with database.reading() as session:
        menu = await reading.menu_at(session, slug, visitor.id if visitor else None)
        kin = await lineage.lineage_of(session, menu.id, visitor.id if visitor else None)
        table = await at_the_table(session, visitor, menu, undo) if visitor else None
    page = Page(TEMPLATE, **read(request, menu, visitor, is_story) | {"lineage": kin, "table": table})
    page.headers |= OF_EACH
    if menu.published_at:
        page.headers |= TO_BE_FOUND
    return await page.drawn(request, menu.many)


def read(request: Request[Any, Any, Any], menu: WholeMenu, visitor: Viewer | None, is_story: bool) -> dict[str, Any]:
    """What the page of a menu shows."""
    is_owner = visitor is not None and visitor.id == menu.owner_id
    here = public_url(request, menu)
    return {
        "menu": menu,
        "is_owner": is_owner,
        "is_story": is_story,
        "edit_url": f"/menus/{menu.id}/edit" if is_owner else None,
        "here": here,
        "linked_data": linked_data(menu, here),
        "lineage": None,
        "table": None,
    }


def public_url(request: Request[Any, Any, Any], menu: WholeMenu) -> str:
    return f"{request.app.state.settings.address}/menus/{menu.slug}"


router = Router("/menus", route_handlers=[show])
