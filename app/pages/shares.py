"""`/menus/{id}/share`: all the ways to hand a menu on."""

from html import escape
from typing import Any

from litestar import Router, get
from litestar.params import FromPath

from app.accounts.signing_in import Viewer
from app.kit import clock
from app.kit.db import AsyncSession
from app.kit.ids import UUID, parse_id
from app.kit.settings import Settings
from app.menus import guest_links, reading, slugs
from app.menus.reading import WholeMenu
from app.web.forms import FormState
from app.web.page import Page
from app.web.qr import qr_data
from app.web.wiring import Configured, Session, SignedIn

SHARE = "menus/share.html"


@get("/share")
async def show(session: Session, settings: Configured, viewer: SignedIn, menu_id: FromPath[str]) -> Page:
    return Page(SHARE, **await shown(session, settings, viewer, parse_id(menu_id)))


async def shown(
    session: AsyncSession,
    settings: Settings,
    viewer: Viewer,
    menu_id: UUID,
    *,
    form: FormState | None = None,
    link: str = "",
) -> dict[str, Any]:
    """`link`: the path of one that was made just now, to be shown this once."""
    menu = await reading.menu_of(session, viewer.id, menu_id)
    return {
        "menu": menu,
        "address": address_of(settings, menu),
        "snippet": snippet_of(settings, menu),
        "former": await slugs.former(session, menu_id),
        "links": await guest_links.links_of(session, viewer.id, menu_id),
        "link": f"{settings.address}{link}" if link else "",
        "code": qr_data(f"{settings.address}{link}") if link else "",
        "form": form,
        "now": clock.now(),
        "said": "",
    }


def address_of(settings: Settings, menu: WholeMenu) -> str:
    return f"{settings.address}/menus/{menu.slug}"


def snippet_of(settings: Settings, menu: WholeMenu) -> str:
    source, title = escape(f"{address_of(settings, menu)}/embed"), escape(menu.title)
    return f'<iframe src="{source}" title="{title}" width="100%" height="640" loading="lazy"></iframe>'


router = Router("/menus/{menu_id:str}", route_handlers=[show])
