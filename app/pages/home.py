"""`/`: what this is for who is not signed in, the dashboard for who is."""

from litestar import Router, get

from app.accounts import house_rules
from app.accounts.registering import anybody
from app.library import keeping
from app.menus import reading
from app.web.headers import TO_BE_FOUND
from app.web.page import Page
from app.web.wiring import Configured, Session, Visitor

RECENT = 12
MENUS = 5


@get("/")
async def index(session: Session, settings: Configured, visitor: Visitor) -> Page:
    if visitor is None:
        rules = await house_rules.read(session, settings)
        is_open = rules.registration == "open"
        page = Page("home/welcome.html", registration_open=is_open, is_empty=not await anybody(session))
        page.headers |= TO_BE_FOUND
        return page
    recent, _ = await keeping.library(session, visitor.id, at_most=RECENT)
    menus, _ = await reading.menus_of(session, visitor.id, at_most=MENUS)
    counts = {
        "entries": await keeping.how_many(session, visitor.id),
        "menus": await reading.how_many(session, visitor.id),
    }
    return Page("home/dashboard.html", recent=recent, menus=menus, counts=counts)


router = Router("/", route_handlers=[index])
