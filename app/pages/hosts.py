"""`/hosts/{handle}`: a host's public profile, with the menus they published."""

from litestar import Router, get
from litestar.params import FromPath, FromQuery

from app.accounts import hosting
from app.library import tasting
from app.menus import discovering
from app.web.headers import TO_BE_FOUND
from app.web.page import Page
from app.web.wiring import Session, Visitor


@get("/{handle:str}")
async def show(session: Session, visitor: Visitor, handle: FromPath[str], after: FromQuery[str] = "") -> Page:
    host = await hosting.host_at(session, handle)
    menus, last = await discovering.of_host(session, host.id, after=after)
    taste = await tasting.taste_of(session, host.id) if host.shares_taste and not after else None
    next_ = f"/hosts/{host.handle}?after={last}" if last else None
    is_mine = visitor is not None and visitor.id == host.id
    page = Page("hosts/show.html", host=host, menus=menus, next=next_, is_mine=is_mine, taste=taste)
    page.headers |= TO_BE_FOUND
    return page


router = Router("/hosts", route_handlers=[show])
