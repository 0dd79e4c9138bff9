"""`/api/auth` and `/api/me`: a token for a program, and whose it is."""

from typing import Any

from litestar import Request, Response, Router, get, post

from app.accounts import registering, signing_in
from app.accounts.access_tokens import LIFETIME, access_tokens_of
from app.accounts.forms import LoginForm, RegisterForm
from app.accounts.models import User
from app.accounts.scopes import SESSION
from app.api import shapes, shaping
from app.api.created import created
from app.api.describing import needs, problems, takes
from app.api.sent import Sent
from app.kit.db import AsyncSession
from app.kit.errors import Invalid
from app.kit.ids import UUID
from app.kit.settings import Settings
from app.web.errors import reply
from app.web.wiring import Configured, Session, SignedIn

BODY = problems(413, 415, 422, 503)


@post(
    "/auth/register",
    summary="Make an account, and a token for it.",
    operation_class=takes(body=RegisterForm),
    responses=BODY,
)
async def register(session: Session, settings: Configured, sent: Sent) -> Response[shapes.Token]:
    user = await registering.register(session, RegisterForm.read(sent))
    return created(await _token(session, settings, user), "/api/me")


@post(
    "/auth/login",
    status_code=200,
    summary="Get a token for an account.",
    operation_class=takes(body=LoginForm),
    responses=BODY | problems(401),
)
async def login(
    session: Session, settings: Configured, request: Request[Any, Any, Any], sent: Sent
) -> Response[shapes.Token]:
    form = LoginForm.read(sent)
    try:
        user = await signing_in.authenticate(session, form)
    except Invalid as error:
        return reply(request, 401, str(error), headers={"WWW-Authenticate": "Bearer"})
    return Response(await _token(session, settings, user))


@post("/auth/logout", status_code=204, summary="End this token.", responses=problems(401), **needs(SESSION))
async def logout(session: Session, viewer: SignedIn) -> None:
    await signing_in.end(session, viewer.session_id)


@get("/me", summary="Whose token this is.", responses=problems(401), **needs("account:read"))
async def me(viewer: SignedIn) -> shapes.User:
    return shaping.user(viewer)


async def _token(session: AsyncSession, settings: Settings, user: User) -> shapes.Token:
    made, _ = await signing_in.start(session, user, "api")
    token = access_tokens_of(settings).issue(user.id, UUID(made.partition(".")[0]))
    seconds = round(LIFETIME.total_seconds())
    return shapes.Token(access_token=token, token_type="Bearer", expires_in=seconds, user=shaping.user(user))  # noqa: S106 - its kind


public = Router("/", route_handlers=[register, login], tags=["accounts"])
router = Router("/", route_handlers=[logout, me], tags=["accounts"])
