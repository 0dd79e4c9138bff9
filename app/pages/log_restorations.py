"""`/log/{id}/restoration`: a line that was taken off the log is put back."""

from typing import Any

from litestar import Request, Response, Router, post
from litestar.params import FromPath

from app.kit.ids import parse_id
from app.library import log_keeping
from app.pages.item_logs import log_shown
from app.web.wiring import Session, SignedIn


@post("/", status_code=303)
async def create(
    session: Session, request: Request[Any, Any, Any], viewer: SignedIn, log_id: FromPath[str]
) -> Response[Any]:
    line = await log_keeping.put_back(session, viewer.id, parse_id(log_id))
    return await log_shown(session, request, viewer.id, line.item_id, "Back on your log.")


router = Router("/log/{log_id:str}/restoration", route_handlers=[create])
