"""`/register`, `/login`, `/logout`."""

from typing import Any

from litestar import Request, Response, Router, get, post
from litestar.params import FromQuery

from app.accounts import auditing, house_rules, logging_in, registering, signing_in
from app.accounts.forms import LoginForm, RegisterForm
from app.kit.errors import Forbidden, Invalid
from app.kit.gcra import OverLimit
from app.web.entering import enter
from app.web.known_devices import device_of
from app.web.limits import DOOR, WAYS
from app.web.page import Page, see_other
from app.web.refusing import refused_whole, without_referrer
from app.web.safe_path import safe_path
from app.web.signed_in import forget
from app.web.wiring import Configured, Session, Throttled, Typed, Visitor

ASKED = "Look into your mail: there is a letter with a link that makes your account."


@get("/register")
async def new(
    session: Session,
    settings: Configured,
    visitor: Visitor,
    request: Request[Any, Any, Any],
    invitation: FromQuery[str] = "",
) -> Response[Any]:
    if visitor:
        return see_other(request, "/")
    refusal = ""
    try:
        await registering.admitted(session, await house_rules.read(session, settings), invitation)
    except (Forbidden, Invalid) as error:
        refusal = str(error)
    return without_referrer(Page("accounts/register.html", form=None, invitation=invitation, refusal=refusal))


@post("/register", status_code=303, limit=DOOR)
async def create(
    session: Session, settings: Configured, throttle: Throttled, request: Request[Any, Any, Any], form: Typed
) -> Response[Any]:
    invitation = form.get("invitation", "")
    try:
        user = await registering.come_in(session, settings, throttle, RegisterForm.read(form), invitation)
    except (Invalid, OverLimit) as error:
        page = refused_whole("accounts/register.html", form, error, invitation=invitation, refusal="")
        return without_referrer(page)
    if user is None:
        return see_other(request, "/login", said=ASKED)
    return await enter(session, request, user, by="registering", said=f"Welcome, {user.name}.")


@get("/login")
async def show_login(visitor: Visitor, request: Request[Any, Any, Any], next: FromQuery[str] = "/") -> Response[Any]:  # noqa: A002 - the parameter's name in the address
    if visitor:
        return see_other(request, safe_path(next))
    return Page("accounts/login.html", form=None, next=safe_path(next))


@post("/login", status_code=303, limit=DOOR)
async def login(
    session: Session,
    throttle: Throttled,
    request: Request[Any, Any, Any],
    form: Typed,
    next: FromQuery[str] = "/",  # noqa: A002 - as above
) -> Response[Any]:
    try:
        typed = LoginForm.read(form)
        user = await logging_in.log_in(session, throttle, typed, device=device_of(request))
        return await enter(session, request, user, by="password", remember=typed.remember, then=safe_path(next))
    except (Invalid, OverLimit) as error:
        return refused_whole("accounts/login.html", form, error, next=safe_path(next))


@post("/logout", status_code=303, limit=WAYS)
async def logout(session: Session, request: Request[Any, Any, Any], visitor: Visitor) -> Response[Any]:
    if visitor:
        await signing_in.end(session, visitor.session_id)
        auditing.record(session, "session.ended", visitor.id)
    response = see_other(request, "/login", said="You are logged out.")
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
    forget(response)
    return response


router = Router("/", route_handlers=[new, create, show_login, login, logout])
