"""`/ops/users/{id}/sessions`: somebody is logged out everywhere."""

from typing import Any

from litestar import Request, Response, Router, delete
from litestar.params import FromPath

from app.kit.errors import Conflict
from app.kit.ids import parse_id
from app.ops import people
from app.pages.users import PLACE, done, shown
from app.web.signed_in import only_the_operator, only_the_sure
from app.web.wiring import Session, SignedIn


@delete("/", status_code=303)
async def destroy(
    session: Session, request: Request[Any, Any, Any], viewer: SignedIn, user_id: FromPath[str]
) -> Response[Any]:
    id_ = parse_id(user_id)
    try:
        user = await people.sign_out(session, viewer, id_)
    except Conflict as refused:
        return await shown(session, id_, status=409, refused=refused)
    return done(request, id_, f"{user.name} is logged out everywhere.")


router = Router(PLACE + "/{user_id:str}/sessions", route_handlers=[destroy], guards=[only_the_operator, only_the_sure])
