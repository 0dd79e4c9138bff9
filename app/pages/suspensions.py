"""`/ops/users/{id}/suspension`: an account is disabled, and enabled again."""

from typing import Any

from litestar import Request, Response, Router, delete, post
from litestar.params import FromPath

from app.ops import people
from app.pages.users import PLACE, acted
from app.web.signed_in import only_the_operator, only_the_sure
from app.web.wiring import Session, SignedIn


@post("/", status_code=303)
async def create(
    session: Session, request: Request[Any, Any, Any], viewer: SignedIn, user_id: FromPath[str]
) -> Response[Any]:
    return await acted(session, request, viewer, user_id, people.disable, "is disabled, and logged out everywhere")


@delete("/", status_code=303)
async def destroy(
    session: Session, request: Request[Any, Any, Any], viewer: SignedIn, user_id: FromPath[str]
) -> Response[Any]:
    return await acted(session, request, viewer, user_id, people.enable, "may log in again")


router = Router(
    PLACE + "/{user_id:str}/suspension", route_handlers=[create, destroy], guards=[only_the_operator, only_the_sure]
)
