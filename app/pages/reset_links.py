"""`/ops/users/{id}/reset-link`: a link to another password, for who cannot be sent a letter."""

from litestar import Router, post
from litestar.params import FromPath

from app.kit.errors import Conflict
from app.kit.ids import parse_id
from app.ops import people
from app.pages.users import PLACE, shown
from app.web.page import Page
from app.web.signed_in import only_the_operator, only_the_sure
from app.web.wiring import Configured, Session, SignedIn


@post("/", status_code=200)
async def create(session: Session, viewer: SignedIn, settings: Configured, user_id: FromPath[str]) -> Page:
    """On the page itself and nowhere else: what a redirect carries, it carries in a cookie."""
    id_ = parse_id(user_id)
    try:
        _, path = await people.reset_link(session, viewer, id_)
    except Conflict as refused:
        return await shown(session, id_, status=409, refused=refused)
    return await shown(session, id_, link=settings.address + path)


router = Router(PLACE + "/{user_id:str}/reset-link", route_handlers=[create], guards=[only_the_operator, only_the_sure])
