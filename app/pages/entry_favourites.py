"""`/items/{id}/entry/favourite`: whether it is a favourite, pressed wherever the item stands; kept first if not."""

from typing import Any

from litestar import Request, Response, Router, put
from litestar.params import FromPath

from app.catalog import reading
from app.kit.ids import parse_id
from app.library import keeping
from app.library.forms import FavouriteForm
from app.web.page import changed
from app.web.wiring import Session, SignedIn, Typed


@put("/")
async def update(
    session: Session, request: Request[Any, Any, Any], viewer: SignedIn, item_id: FromPath[str], form: Typed
) -> Response[Any]:
    item = await reading.card(session, parse_id(item_id))
    is_one = FavouriteForm.read(form).favourite
    await keeping.set_favourite(session, viewer.id, [item.id], is_one)
    said = f"{item.title} is a favourite." if is_one else f"{item.title} is no favourite any more."
    entry = await keeping.entry_of(session, viewer.id, item.id)
    return changed(request, "library/_mark.html", then=f"/items/{item.id}", said=said, item=item, entry=entry)


router = Router("/items/{item_id:str}/entry/favourite", route_handlers=[update])
