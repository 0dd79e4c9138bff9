"""`/hosts/{handle}`: a host's public profile, with the menus they published."""

from typing import Any

import msgspec
from litestar import Request, Router, get
from litestar.params import FromPath, FromQuery

from app.accounts import hosting
from app.kit import clock
from app.kit.db import AsyncSession
from app.kit.ids import UUID
from app.library import tasting
from app.library.tasting import Taste
from app.menus import discovering
from app.web.headers import TO_BE_FOUND
from app.web.page import Page
from app.web.rendered import Rendered
from app.web.wiring import Session, Visitor

COUNTED_EVERY = 300  # seconds; counting a large library takes a tenth of one, and anybody may ask


@get("/{handle:str}")
async def show(
    session: Session,
    request: Request[Any, Any, Any],
    visitor: Visitor,
    handle: FromPath[str],
    after: FromQuery[str] = "",
) -> Page:
    host = await hosting.host_at(session, handle)
    menus, last = await discovering.of_host(session, host.id, after=after)
    taste = await _taste(session, request, host.id) if host.shares_taste and not after else None
    next_ = f"/hosts/{host.handle}?after={last}" if last else None
    is_mine = visitor is not None and visitor.id == host.id
    page = Page("hosts/show.html", host=host, menus=menus, next=next_, is_mine=is_mine, taste=taste)
    page.headers |= TO_BE_FOUND
    return page


async def _taste(session: AsyncSession, request: Request[Any, Any, Any], user_id: UUID) -> Taste:
    """As it was a few minutes ago at most."""

    async def counted() -> bytes:
        return msgspec.json.encode(await tasting.taste_of(session, user_id))

    kept: Rendered = request.app.state.rendered
    tag = f"{clock.now().timestamp() // COUNTED_EVERY}"
    return msgspec.json.decode(await kept.find_or_make(f"taste of {user_id}", tag, counted), type=Taste)


router = Router("/hosts", route_handlers=[show])
