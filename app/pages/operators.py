"""`/ops/users/{id}/operator`: who else operates."""

from typing import Any

from litestar import Request, Response, Router, delete, post
from litestar.params import FromPath

from app.kit.errors import Conflict
from app.kit.ids import parse_id
from app.ops import people
from app.pages.users import PLACE, done, shown
from app.web.page import see_other
from app.web.signed_in import only_the_operator, only_the_sure
from app.web.wiring import Session, SignedIn


@post("/", status_code=303)
async def create(
    session: Session, request: Request[Any, Any, Any], viewer: SignedIn, user_id: FromPath[str]
) -> Response[Any]:
    id_ = parse_id(user_id)
    try:
        user = await people.promote(session, viewer, id_)
    except Conflict as refused:
        return await shown(session, id_, status=409, refused=refused)
    return done(request, id_, f"{user.name} operates too, from the next login.")


@delete("/", status_code=303)
async def destroy(
    session: Session, request: Request[Any, Any, Any], viewer: SignedIn, user_id: FromPath[str]
) -> Response[Any]:
    id_ = parse_id(user_id)
    try:
        user = await people.demote(session, viewer, id_)
    except Conflict as refused:
        return await shown(session, id_, status=409, refused=refused)
    if id_ == viewer.id:
        return see_other(request, "/login", said="You do not operate any more. Log in again.")
    return done(request, id_, f"{user.name} does not operate any more.")


router = Router(
    PLACE + "/{user_id:str}/operator", route_handlers=[create, destroy], guards=[only_the_operator, only_the_sure]
)
