"""`/ops/users/{id}/operator`: who else operates."""

from typing import Any

from litestar import Request, Response, Router, delete, post
from litestar.params import FromPath

from app.kit.ids import parse_id
from app.ops import people
from app.pages.users import PLACE, acted
from app.web.page import see_other
from app.web.signed_in import only_the_operator, only_the_sure
from app.web.wiring import Session, SignedIn


@post("/", status_code=303)
async def create(
    session: Session, request: Request[Any, Any, Any], viewer: SignedIn, user_id: FromPath[str]
) -> Response[Any]:
    return await acted(session, request, viewer, user_id, people.promote, "operates too, from the next login")


@delete("/", status_code=303)
async def destroy(
    session: Session, request: Request[Any, Any, Any], viewer: SignedIn, user_id: FromPath[str]
) -> Response[Any]:
    response = await acted(session, request, viewer, user_id, people.demote, "does not operate any more")
    if response.status_code == 303 and parse_id(user_id) == viewer.id:
        return see_other(request, "/login", said="You do not operate any more. Log in again.")
    return response


router = Router(
    PLACE + "/{user_id:str}/operator", route_handlers=[create, destroy], guards=[only_the_operator, only_the_sure]
)
