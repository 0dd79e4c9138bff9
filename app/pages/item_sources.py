"""`/items/{id}/sources`: what each source says of an item, field by field, and whose word one wants to see."""

from typing import Any

from litestar import Request, Response, Router, get
from litestar.params import FromPath

from app.accounts.signing_in import Viewer
from app.catalog import comparing, reading
from app.kit.db import AsyncSession
from app.kit.ids import UUID, parse_id
from app.web.page import Page
from app.web.wiring import Session, SignedIn

__all__ = ["compared", "router"]

PARTIAL = "items/_said.html"
WHOLE = "items/sources.html"


@get("/")
async def index(
    session: Session, request: Request[Any, Any, Any], viewer: SignedIn, item_id: FromPath[str]
) -> Response[Any]:
    return Page(WHOLE, **await compared(session, viewer, parse_id(item_id)))


async def compared(session: AsyncSession, viewer: Viewer, item_id: UUID) -> dict[str, Any]:
    """What the table shows."""
    item = await reading.item(session, item_id)
    told = await comparing.tellers(session, item_id)
    chosen = await comparing.choices(session, viewer.id, item_id)
    return {
        "item": item,
        "tellers": told,
        "lines": comparing.compared(item, told, chosen),
        "heard": (),
        "form": None,
        "said": "",
    }


router = Router("/items/{item_id:str}/sources", route_handlers=[index])
