"""`/items/{id}/splits`: taking a source out of an item into one of its own."""

from typing import Any

from litestar import Request, Response, Router, post
from litestar.params import FromPath

from app.catalog import reading
from app.kit.ids import parse_id
from app.ops.splitting import split
from app.web.page import see_other
from app.web.wiring import Session, SignedIn, Typed


@post("/", status_code=303)
async def create(
    session: Session, request: Request[Any, Any, Any], viewer: SignedIn, item_id: FromPath[str], form: Typed
) -> Response[Any]:
    """`source` says which: `tmdb:movie/438631`."""
    kept = await reading.card(session, parse_id(item_id))
    source, _, external_id = form.get("source", "").partition(":")
    row = await split(session, viewer.id, kept.id, source, external_id, is_operator=viewer.is_operator)
    return see_other(request, f"/items/{kept.id}/merges", said=f"{row.title} is a work of its own now.")


router = Router("/items/{item_id:str}/splits", route_handlers=[create])
