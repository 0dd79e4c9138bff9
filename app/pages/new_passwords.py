"""`/reset/password?token=…`: another password by a link, once."""

from typing import Any
from urllib.parse import urlencode

from litestar import Request, Response, Router, get, put
from litestar.params import FromQuery

from app.accounts import resetting, ways_in
from app.accounts.forms import NewPasswordForm
from app.kit.errors import Invalid
from app.pages.ways_in import HERE as WAYS_IN
from app.web.limits import WAYS
from app.web.page import Page, see_other
from app.web.refusing import refused_whole, without_referrer
from app.web.signed_in import forget
from app.web.wiring import Session, Throttled, Typed

TEMPLATE = "accounts/new_password.html"
DONE = "Your password is set. Log in with it."


@get("/")
async def edit(session: Session, token: FromQuery[str] = "") -> Page:
    user = await resetting.whose(session, token)
    return without_referrer(Page(TEMPLATE, form=None, token=token, email=user.email))


@put("/", status_code=303, limit=WAYS)
async def update(session: Session, throttle: Throttled, request: Request[Any, Any, Any], form: Typed) -> Response[Any]:
    """Nobody is logged in by it: what follows is the login, and the second factor where there is one."""
    token = form.get("token", "")
    user = await resetting.whose(session, token)
    try:
        await resetting.reset(session, token, NewPasswordForm.read(form))
    except Invalid as error:
        return without_referrer(refused_whole(TEMPLATE, form, error, token=token, email=user.email))
    await throttle.welcome(user.email)
    then = f"?{urlencode({'next': WAYS_IN})}" if len(await ways_in.ways_of(session, user.id)) else ""
    response = see_other(request, "/login" + then, said=DONE)
    forget(response)
    return response


router = Router("/reset/password", route_handlers=[edit, update])
