"""`/passkeys/challenges`: what a script hands to `navigator.credentials`, as JSON."""

from typing import Any, cast

from litestar import Request, Response, Router, post

from app.accounts.models import User
from app.accounts.passkeys import Purpose
from app.kit.errors import NotFound
from app.web.limits import WAYS
from app.web.passkeys import ask
from app.web.signed_in import ProofNeeded, SignInNeeded
from app.web.wiring import Session, Typed, Visitor


@post("/passkeys/challenges", status_code=200, limit=WAYS)
async def create(session: Session, request: Request[Any, Any, Any], visitor: Visitor, form: Typed) -> Response[Any]:
    purpose = form.get("purpose")
    if purpose not in ("login", "proof", "register"):
        raise NotFound
    if purpose == "login":
        return await ask(session, request, "login", None)
    if visitor is None:
        raise SignInNeeded
    if purpose == "register" and not visitor.is_sure:
        raise ProofNeeded
    return await ask(session, request, cast("Purpose", purpose), await session.get_one(User, visitor.id))


router = Router("/", route_handlers=[create])
