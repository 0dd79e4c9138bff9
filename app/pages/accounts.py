"""`/register`, `/login`, `/logout`."""

from typing import Any

from litestar import Request, Response, Router, get, post
from litestar.params import FromQuery

from app.accounts import auditing, registering, signing_in
from app.accounts.forms import LoginForm, RegisterForm
from app.kit.errors import Invalid
from app.web.entering import enter
from app.web.forms import FormState
from app.web.page import Page, see_other
from app.web.safe_path import safe_path
from app.web.signed_in import forget, refuse_lost_cookies
from app.web.wiring import Session, Typed, Visitor

SECRET = "password"  # noqa: S105 - the name of the field that is never shown again


@get("/register")
async def new(visitor: Visitor, request: Request[Any, Any, Any]) -> Response[Any]:
    refuse_lost_cookies(request)
    return see_other(request, "/") if visitor else Page("accounts/register.html", form=None)


@post("/register", status_code=303)
async def create(session: Session, request: Request[Any, Any, Any], form: Typed) -> Response[Any]:
    refuse_lost_cookies(request)
    try:
        user = await registering.register(session, RegisterForm.read(form))
    except Invalid as error:
        return Page("accounts/register.html", status=422, form=_shown(form, error))
    return await enter(session, request, user, by="registering", said=f"Welcome, {user.name}.")


@get("/login")
async def show_login(visitor: Visitor, request: Request[Any, Any, Any], next: FromQuery[str] = "/") -> Response[Any]:  # noqa: A002 - the parameter's name in the address
    refuse_lost_cookies(request)
    if visitor:
        return see_other(request, safe_path(next))
    return Page("accounts/login.html", form=None, next=safe_path(next))


@post("/login", status_code=303)
async def login(
    session: Session,
    request: Request[Any, Any, Any],
    form: Typed,
    next: FromQuery[str] = "/",  # noqa: A002 - as above
) -> Response[Any]:
    refuse_lost_cookies(request)
    try:
        typed = LoginForm.read(form)
        user = await signing_in.authenticate(session, typed)
    except Invalid as error:
        return Page("accounts/login.html", status=422, form=_shown(form, error), next=safe_path(next))
    return await enter(session, request, user, by="password", remember=typed.remember, then=safe_path(next))


@post("/logout", status_code=303)
async def logout(session: Session, request: Request[Any, Any, Any], visitor: Visitor) -> Response[Any]:
    if visitor:
        await signing_in.end(session, visitor.session_id)
        auditing.record(session, "session.ended", visitor.id)
    response = see_other(request, "/login", said="You are logged out.")
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
    forget(response)
    return response


def _shown(typed: dict[str, str], error: Invalid) -> FormState:
    return FormState({name: value for name, value in typed.items() if name != SECRET}, error.errors)


router = Router("/", route_handlers=[new, create, show_login, login, logout])
