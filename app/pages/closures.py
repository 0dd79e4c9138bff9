"""`/settings/closure`: an account is closed, and kept after all."""

from typing import Any

from litestar import Request, Response, Router, delete, get, post

from app.accounts import closing
from app.kit.errors import Conflict, Invalid
from app.pages.personal_data import shown
from app.web.page import Page, see_other
from app.web.signed_in import CLOSURE, forget, only_the_signed_in, only_the_sure
from app.web.wiring import Session, SignedIn, Typed
from app.web.words import day


@get("/")
async def show(request: Request[Any, Any, Any], viewer: SignedIn) -> Response[Any]:
    if viewer.closes_at is None:
        return see_other(request, "/settings/data")
    return Page("settings/closure.html", closes_at=viewer.closes_at)


@post("/", status_code=303, guards=[only_the_sure])
async def create(session: Session, request: Request[Any, Any, Any], viewer: SignedIn, form: Typed) -> Response[Any]:
    """Everybody who is logged in as them is out, they too."""
    try:
        closes_at = await closing.close(session, viewer.id, form.get("email", ""))
    except Invalid as error:
        return shown(form, error)
    except Conflict as refused:
        return shown(form, Invalid({"": str(refused)}), status=409)
    response = see_other(request, "/login", said=f"Your account is closed. Log in before {day(closes_at)} to keep it.")
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
    forget(response)
    return response


@delete("/", status_code=303)
async def destroy(session: Session, request: Request[Any, Any, Any], viewer: SignedIn) -> Response[Any]:
    await closing.keep(session, viewer.id)
    return see_other(request, "/", said="Your account is kept. All is as it was.")


router = Router(CLOSURE, route_handlers=[show, create, destroy], guards=[only_the_signed_in])
