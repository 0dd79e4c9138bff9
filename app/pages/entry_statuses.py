"""`/items/{id}/entry/status`: its status alone, pressed wherever the item stands; kept first if it was not."""

from typing import Any

from litestar import Request, Response, Router, put
from litestar.params import FromPath

from app.catalog import reading
from app.kit.ids import parse_id
from app.library import keeping
from app.library.forms import StatusForm
from app.web import words
from app.web.episodes import want_if_series
from app.web.page import changed
from app.web.wiring import Jobs, Session, SignedIn, Typed


@put("/")
async def update(
    session: Session,
    request: Request[Any, Any, Any],
    viewer: SignedIn,
    queue: Jobs,
    item_id: FromPath[str],
    form: Typed,
) -> Response[Any]:
    item = await reading.card(session, parse_id(item_id))
    wanted = StatusForm.read(form)
    await keeping.set_status(session, viewer.id, [item.id], wanted.status)
    await want_if_series(session, queue, item.id)
    said = f"{item.title} is moved to {words.status(item.type, wanted.status)}."
    entry = await keeping.entry_of(session, viewer.id, item.id)
    return changed(request, "library/_mark.html", then=f"/items/{item.id}", said=said, item=item, entry=entry)


router = Router("/items/{item_id:str}/entry/status", route_handlers=[update])
