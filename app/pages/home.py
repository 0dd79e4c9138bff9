"""`/`: what this is for who is not signed in, the dashboard for who is."""

from litestar import Router, get

from app.accounts import house_rules
from app.accounts.registering import anybody
from app.library import continuing, shelving, watching
from app.menus import reading
from app.web.headers import TO_BE_FOUND
from app.web.page import Page
from app.web.wiring import Configured, Session, Visitor

EPISODES, UNDER_WAY = 4, 6
RECENT = 12
MENUS = 5


@get("/")
async def index(session: Session, settings: Configured, visitor: Visitor) -> Page:
    if visitor is None:
        rules = await house_rules.read(session, settings)
        is_open = rules.registration == "open"
        empty = not await anybody(session)
        page = Page("home/welcome.html", registration_open=is_open, is_empty=empty, discover=rules.discover)
        page.headers |= TO_BE_FOUND
        return page
    next_up = await watching.next_up(session, visitor.id, EPISODES)
    shown = {series.id for series in next_up}
    under_way = await continuing.under_way(session, visitor.id, UNDER_WAY + len(shown))
    recent = await shelving.recent(session, visitor.id, RECENT)
    menus, more_menus = await reading.menus_of(session, visitor.id, at_most=MENUS)
    return Page(
        "home/dashboard.html",
        next_up=next_up,
        under_way=[entry for entry in under_way if entry.id not in shown][:UNDER_WAY],
        recent=recent,
        menus=menus,
        more_menus=more_menus,
    )


router = Router("/", route_handlers=[index])
