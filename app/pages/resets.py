"""`/reset`: who forgot the password asks for a link to set another one."""

from typing import Any

from litestar import Request, Response, Router, get, post

from app.accounts import resetting
from app.accounts.forms import ResetForm
from app.kit.errors import Forbidden, Invalid
from app.kit.gcra import OverLimit
from app.web.limits import DOOR
from app.web.page import Page, see_other
from app.web.refusing import refused_whole
from app.web.wiring import Configured, Session, Throttled, Typed

TEMPLATE = "accounts/reset.html"
ASKED = (
    "If this address has an account, a letter is on its way to it. "
    "It holds a link that works once, within an hour, and until you log in."
)
NO_MAIL = "This Tastebuds sends no letters. Ask whoever runs it for a link to set another password."


@get("/")
async def new(settings: Configured) -> Page:
    return Page(TEMPLATE, form=None, has_mail=settings.has_mail, no_mail=NO_MAIL)


@post("/", status_code=303, limit=DOOR)
async def create(
    session: Session, settings: Configured, throttle: Throttled, request: Request[Any, Any, Any], form: Typed
) -> Response[Any]:
    """The same for any address, in no more and no less time."""
    if not settings.has_mail:
        raise Forbidden(NO_MAIL)
    try:
        await resetting.ask(session, throttle, ResetForm.read(form).email)
    except (Invalid, OverLimit) as error:
        return refused_whole(TEMPLATE, form, error, has_mail=True)
    return see_other(request, "/login", said=ASKED)


router = Router("/reset", route_handlers=[new, create])
