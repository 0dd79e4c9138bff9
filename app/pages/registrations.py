"""`/registration?token=…`: the end of registering, by the link of a letter and the password that was chosen."""

from typing import Any

from litestar import Request, Response, Router, get, post
from litestar.params import FromQuery

from app.accounts import registering
from app.accounts.forms import ConfirmForm
from app.kit.errors import Invalid
from app.kit.gcra import OverLimit
from app.web.entering import enter
from app.web.limits import WAYS
from app.web.page import Page
from app.web.refusing import refused_whole, without_referrer
from app.web.wiring import Configured, Session, Throttled, Typed

TEMPLATE = "accounts/registration.html"


@get("/")
async def new(session: Session, token: FromQuery[str] = "") -> Page:
    """A button and no more: what opens links to look into them must not make accounts."""
    pending = await registering.pending_by(session, token)
    return without_referrer(Page(TEMPLATE, form=None, token=token, email=pending.email))


@post("/", status_code=303, limit=WAYS)
async def create(
    session: Session, settings: Configured, throttle: Throttled, request: Request[Any, Any, Any], form: Typed
) -> Response[Any]:
    token = form.get("token", "")
    email = (await registering.pending_by(session, token)).email
    try:
        user = await registering.confirm(session, settings, throttle, token, ConfirmForm.read(form).password)
    except (Invalid, OverLimit) as error:
        return without_referrer(refused_whole(TEMPLATE, form, error, token=token, email=email))
    return await enter(session, request, user, by="registering", said=f"Welcome, {user.name}.")


router = Router("/registration", route_handlers=[new, create])
