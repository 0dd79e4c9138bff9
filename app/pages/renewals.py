"""`/items/{id}/renewal`: asking the sources of an item again."""

from typing import Any

from litestar import Request, Response, Router, post
from litestar.params import FromPath

from app.kit.ids import parse_id
from app.pages.item_sources import PARTIAL, compared
from app.sources.refreshing import refresh
from app.web.limits import RENEWALS
from app.web.page import changed
from app.web.wiring import Session, SignedIn, Sources, Typed


@post("/", status_code=200, opt={"limit": RENEWALS})
async def create(
    session: Session,
    request: Request[Any, Any, Any],
    sources: Sources,
    viewer: SignedIn,
    item_id: FromPath[str],
    form: Typed,
) -> Response[Any]:
    """All of them, or the one that `source` names: `tmdb:movie/438631`."""
    id_ = parse_id(item_id)
    heard = await refresh(session, sources, id_, form.get("source", ""))
    said = " ".join(each.sentence for each in heard) or "There is no source to ask."
    page = await compared(session, viewer, id_)
    return changed(request, PARTIAL, then=f"/items/{id_}/sources", **page | {"heard": heard, "said": said})


router = Router("/items/{item_id:str}/renewal", route_handlers=[create])
