"""`/`: what this is for who is not signed in, the dashboard for who is."""

from litestar import Router, get

from app.accounts.registering import anybody
from app.library import keeping
from app.menus import reading
from app.web.page import Page
from app.web.wiring import Session, Visitor

RECENT = 12
MENUS = 5


@get("/")
async def index(session: Session, visitor: Visitor) -> Page:
    if visitor is None:
        return Page("home/welcome.html", registration_open=True, is_empty=not await anybody(session))
    recent, _ = await keeping.library(session, visitor.id, at_most=RECENT)
    menus, _ = await reading.menus_of(session, visitor.id, at_most=MENUS)
    counts = {
        "entries": await keeping.how_many(session, visitor.id),
        "menus": await reading.how_many(session, visitor.id),
    }
    return Page("home/dashboard.html", recent=recent, menus=menus, counts=counts)


router = Router("/", route_handlers=[index])
