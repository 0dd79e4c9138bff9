"""`/setup`: the first account, for who can read the terminal. Not there once it is made."""

from typing import Any

from litestar import Request, Response, Router, get, post
from litestar.params import FromQuery

from app.accounts import setting_up
from app.accounts.forms import RegisterForm
from app.kit.errors import Invalid
from app.kit.keys import ring_of
from app.web.entering import enter
from app.web.limits import WAYS
from app.web.page import Page
from app.web.refusing import refused_whole, without_referrer
from app.web.wiring import Configured, Session, Typed

TEMPLATE = "accounts/setup.html"


@get("/")
async def new(session: Session, settings: Configured, token: FromQuery[str] = "") -> Page:
    await setting_up.refuse(session, ring_of(settings), token)
    return without_referrer(Page(TEMPLATE, form=None, token=token))


@post("/", status_code=303, limit=WAYS)
async def create(session: Session, settings: Configured, request: Request[Any, Any, Any], form: Typed) -> Response[Any]:
    token = form.get("token", "")
    await setting_up.refuse(session, ring_of(settings), token)
    try:
        user = await setting_up.set_up(session, RegisterForm.read(form))
    except Invalid as error:
        return without_referrer(refused_whole(TEMPLATE, form, error, token=token))
    said = f"Welcome, {user.name}. You operate this Tastebuds."
    return await enter(session, request, user, by="registering", said=said)


router = Router("/setup", route_handlers=[new, create])
