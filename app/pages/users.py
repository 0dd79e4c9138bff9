"""`/ops/users`: who has an account here, and what may be done to one. What they keep is nobody's business."""

from collections.abc import Awaitable, Callable
from typing import Any

from litestar import Request, Response, Router, get
from litestar.params import FromPath

from app.accounts.models import User
from app.accounts.signing_in import Viewer
from app.kit.db import AsyncSession
from app.kit.errors import Conflict, TastebudsError
from app.kit.ids import UUID, parse_id
from app.ops import people
from app.ops.people import PeopleForm
from app.web.page import Page, see_other
from app.web.signed_in import only_the_operator
from app.web.wiring import Asked, Session, SignedIn

PLACE = "/ops/users"

Act = Callable[[AsyncSession, Viewer, UUID], Awaitable[User]]


@get("/")
async def index(session: Session, viewer: SignedIn, asked: Asked) -> Page:
    form = PeopleForm.read(asked)
    users, before = await people.index(session, form)
    params = {"q": form.q, "state": form.state}
    return Page("ops/users.html", users=users, before=before, is_first=form.before is None, params=params)


@get("/{user_id:str}")
async def show(session: Session, viewer: SignedIn, user_id: FromPath[str]) -> Page:
    return await shown(session, parse_id(user_id))


async def shown(
    session: AsyncSession, user_id: UUID, *, status: int = 200, refused: TastebudsError | None = None, link: str = ""
) -> Page:
    """`refused`: why what was asked is not done. `link`: to another password, shown this once."""
    user = await people.show(session, user_id)
    return Page("ops/user.html", status=status, user=user, refused=refused, link=link)


async def acted(
    session: AsyncSession, request: Request[Any, Any, Any], viewer: Viewer, user_id: str, act: Act, said: str
) -> Response[Any]:
    """Back to whom it was done to, with `said` of their name; where it is refused, their page says why."""
    id_ = parse_id(user_id)
    try:
        user = await act(session, viewer, id_)
    except Conflict as refused:
        return await shown(session, id_, status=409, refused=refused)
    return see_other(request, f"{PLACE}/{id_}", said=f"{user.name} {said}.")


router = Router(PLACE, route_handlers=[index, show], guards=[only_the_operator])
