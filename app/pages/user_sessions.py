"""`/ops/users/{id}/sessions`: somebody is logged out everywhere."""

from typing import Any

from litestar import Request, Response, Router, delete
from litestar.params import FromPath

from app.ops import people
from app.pages.users import PLACE, acted
from app.web.signed_in import only_the_operator, only_the_sure
from app.web.wiring import Session, SignedIn


@delete("/", status_code=303)
async def destroy(
    session: Session, request: Request[Any, Any, Any], viewer: SignedIn, user_id: FromPath[str]
) -> Response[Any]:
    return await acted(session, request, viewer, user_id, people.sign_out, "is logged out everywhere")


router = Router(PLACE + "/{user_id:str}/sessions", route_handlers=[destroy], guards=[only_the_operator, only_the_sure])
