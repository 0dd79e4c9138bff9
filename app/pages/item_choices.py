"""`/items/{id}/choices`: whose word I see in each field."""

from typing import Any

from litestar import Request, Response, Router, put
from litestar.params import FromPath

from app.catalog import choosing
from app.kit.errors import Invalid
from app.kit.ids import parse_id
from app.pages.item_sources import PARTIAL, WHOLE, compared
from app.web.forms import state_of
from app.web.page import changed, refused
from app.web.wiring import Session, SignedIn, Typed


@put("/")
async def update(
    session: Session, request: Request[Any, Any, Any], viewer: SignedIn, item_id: FromPath[str], form: Typed
) -> Response[Any]:
    """Each field says whose: `tmdb:movie/438631`, or nothing for the catalog's."""
    id_ = parse_id(item_id)
    try:
        await choosing.choose(session, viewer.id, id_, form)
    except Invalid as error:
        page = await compared(session, viewer, id_)
        return refused(request, PARTIAL, whole=WHOLE, **page | {"form": state_of(form, error)})
    page = await compared(session, viewer, id_)
    said = "Remembered. You see it so; everybody else sees what they chose."
    return changed(request, PARTIAL, then=f"/items/{id_}/sources", **page | {"said": said})


router = Router("/items/{item_id:str}/choices", route_handlers=[update])
