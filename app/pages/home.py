"""`/`: what this is for who is not signed in, the dashboard for who is."""

from litestar import Router, get

from app.accounts.registering import anybody
from app.accounts.signing_in import Viewer
from app.kit.db import AsyncSession
from app.library import keeping
from app.menus import reading
from app.web.page import Page

RECENT = 12
MENUS = 5


@get("/")
async def index(session: AsyncSession, visitor: Viewer | None) -> Page:
    if visitor is None:
        return Page("home/welcome.html", registration_open=True, is_empty=not await anybody(session))
    recent, _ = await keeping.library(session, visitor.id, at_most=RECENT)
    menus, _ = await reading.menus_of(session, visitor.id, at_most=MENUS)
    kept = await keeping.counts(session, visitor.id)
    counts = {"entries": sum(kept.values()), "menus": await reading.how_many(session, visitor.id)}
    return Page("home/dashboard.html", recent=recent, menus=menus, counts=counts)


router = Router("/", route_handlers=[index])
