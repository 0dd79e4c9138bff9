"""`/library/changes/{id}`: what was done to many entries is undone, for a day."""

from typing import Any

from litestar import Request, Response, Router, delete
from litestar.params import FromPath

from app.kit.db import driver_of
from app.kit.ids import parse_id
from app.library import changing_back
from app.pages.library import look_of, shelf_changed, shown
from app.web import words
from app.web.wiring import Session, SignedIn, Typed


@delete("/{change_id:str}", status_code=303)
async def destroy(
    session: Session, request: Request[Any, Any, Any], viewer: SignedIn, change_id: FromPath[str], form: Typed
) -> Response[Any]:
    undone = await changing_back.undo(session, viewer.id, parse_id(change_id))
    said = f"Undone for {words.plural(undone.restored, 'entry')}." if undone.restored else "Nothing could be undone."
    if undone.left:
        said += f" {words.plural(undone.left, 'entry')} changed since: left alone."
    context = await shown(await driver_of(session), viewer, look_of(form))
    return shelf_changed(request, form, context, said)


router = Router("/library/changes", route_handlers=[destroy])
