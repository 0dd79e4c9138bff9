"""`/settings/other-sessions`: all of one's sessions but this one."""

from typing import Any

from litestar import Request, Response, Router, delete

from app.accounts import sessions
from app.pages.sessions import HERE, PARTIAL, shown
from app.web.page import changed
from app.web.signed_in import only_the_sure
from app.web.wiring import Session, SignedIn
from app.web.words import plural


@delete("/settings/other-sessions", status_code=200, guards=[only_the_sure])
async def destroy(session: Session, request: Request[Any, Any, Any], viewer: SignedIn) -> Response[Any]:
    ended = await sessions.revoke_others(session, viewer)
    said = f"{plural(ended, 'session')} ended. You are logged in here only."
    return changed(request, PARTIAL, then=HERE, said=said, form=None, **await shown(session, viewer))


router = Router("/", route_handlers=[destroy])
