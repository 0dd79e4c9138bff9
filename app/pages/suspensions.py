"""`/ops/users/{id}/suspension`: an account is disabled, and enabled again."""

from typing import Any

from litestar import Request, Response, Router, delete, post
from litestar.params import FromPath

from app.kit.errors import Conflict
from app.kit.ids import parse_id
from app.ops import people
from app.pages.users import PLACE, done, shown
from app.web.signed_in import only_the_operator, only_the_sure
from app.web.wiring import Session, SignedIn


@post("/", status_code=303)
async def create(
    session: Session, request: Request[Any, Any, Any], viewer: SignedIn, user_id: FromPath[str]
) -> Response[Any]:
    id_ = parse_id(user_id)
    try:
        user = await people.disable(session, viewer, id_)
    except Conflict as refused:
        return await shown(session, id_, status=409, refused=refused)
    return done(request, id_, f"{user.name} is disabled, and logged out everywhere.")


@delete("/", status_code=303)
async def destroy(
    session: Session, request: Request[Any, Any, Any], viewer: SignedIn, user_id: FromPath[str]
) -> Response[Any]:
    id_ = parse_id(user_id)
    try:
        user = await people.enable(session, viewer, id_)
    except Conflict as refused:
        return await shown(session, id_, status=409, refused=refused)
    return done(request, id_, f"{user.name} may log in again.")


router = Router(
    PLACE + "/{user_id:str}/suspension", route_handlers=[create, destroy], guards=[only_the_operator, only_the_sure]
)
