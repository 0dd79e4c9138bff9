"""`/settings/security/identities`: accounts elsewhere that open this one."""

from typing import Any

from litestar import Request, Response, Router, delete, post
from litestar.params import FromPath

from app.accounts import identities
from app.kit.ids import parse_id
from app.web.page import see_other
from app.web.provider import SECURITY, send_there
from app.web.signed_in import only_the_sure
from app.web.wiring import Session, SignedIn


@post("/", status_code=200, guards=[only_the_sure])
async def create(session: Session, viewer: SignedIn, request: Request[Any, Any, Any]) -> Response[Any]:
    return await send_there(session, request, user_id=viewer.id, session_id=viewer.session_id)


@delete("/{identity_id:str}", status_code=303, guards=[only_the_sure])
async def destroy(
    session: Session, viewer: SignedIn, request: Request[Any, Any, Any], identity_id: FromPath[str]
) -> Response[Any]:
    await identities.unlink(session, viewer.id, parse_id(identity_id))
    return see_other(request, SECURITY, said="Unlinked. It does not log you in any more.")


router = Router("/settings/security/identities", route_handlers=[create, destroy])
