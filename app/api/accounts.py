"""`/api/auth` and `/api/me`: how a program comes in and goes on, and whose it is."""

from typing import Any

from litestar import Request, Response, Router, get, post

from app.accounts import auditing, logging_in, refreshing, registering, second_factor, signing_in
from app.accounts.access_tokens import LIFETIME, access_tokens_of
from app.accounts.forms import InvitedForm, LoginForm
from app.accounts.refreshing import Grant
from app.accounts.scopes import SESSION
from app.accounts.token_forms import ProgramLoginForm, RefreshForm
from app.api import shapes, shaping
from app.api.created import created
from app.api.describing import also, needs, problems, takes
from app.api.sent import Sent
from app.kit.errors import Invalid
from app.kit.keys import ring_of
from app.kit.settings import Settings
from app.web.errors import reply
from app.web.limits import DOOR, WAYS
from app.web.problems import REFRESH_REFUSED, SECOND_FACTOR_NEEDED, SECOND_FACTOR_REFUSED
from app.web.wiring import Configured, Session, SignedIn, Throttled

ASKED = "Look into your mail: there is a letter with a link that makes your account."

AnyRequest = Request[Any, Any, Any]

BODY = problems(413, 415, 422, 503)
BEARER = {"WWW-Authenticate": "Bearer"}


@post(
    "/auth/register",
    limit=DOOR,
    summary="Make an account, and log in to it.",
    operation_class=takes(body=InvitedForm),
    responses=BODY | problems(429) | also(202, shapes.Asked, "A letter is on its way; its link makes the account."),
)
async def register(
    session: Session, settings: Configured, throttle: Throttled, sent: Sent
) -> Response[shapes.Tokens] | Response[shapes.Asked]:
    """403 where nobody may register, or only who was invited."""
    form = InvitedForm.read(sent)
    user = await registering.come_in(session, settings, throttle, form, form.invitation)
    if user is None:
        return Response(shapes.Asked(detail=ASKED), status_code=202)
    grant = await refreshing.start(session, user, by="registering")
    return created(_tokens(settings, grant), "/api/me")


@post(
    "/auth/login",
    status_code=200,
    limit=DOOR,
    summary="Get the tokens of an account.",
    operation_class=takes(body=ProgramLoginForm),
    responses=BODY | problems(401, 429),
)
async def login(
    session: Session, settings: Configured, throttle: Throttled, request: AnyRequest, sent: Sent
) -> Response[shapes.Tokens]:
    """Where the account has a second factor and `code` is missing, the type of the problem says so."""
    form = ProgramLoginForm.read(sent)
    how: dict[str, Any] = {"by": "password"}
    try:
        user = await logging_in.log_in(session, throttle, LoginForm(email=form.email, password=form.password))
    except Invalid as error:
        return reply(request, 401, str(error), headers=BEARER)
    await throttle.count_right(user.id)
    if await second_factor.is_on(session, user.id):
        if not form.code:
            auditing.record(session, "session.half_started", user.id, kind="api", **how)
            said = "This account has a second factor. Send its code as well."
            return reply(request, 401, said, headers=BEARER, kind=SECOND_FACTOR_NEEDED)
        try:
            how["second"] = await second_factor.check(session, throttle, settings, user.id, form.code)
        except Invalid as error:
            return reply(request, 401, str(error), headers=BEARER, kind=SECOND_FACTOR_REFUSED)
    return Response(_tokens(settings, await refreshing.start(session, user, **how)))


@post(
    "/auth/refresh",
    status_code=200,
    summary="Go on with new tokens for a refresh token.",
    operation_class=takes(body=RefreshForm),
    responses=BODY,
)
async def refresh(session: Session, settings: Configured, request: AnyRequest, sent: Sent) -> Response[shapes.Tokens]:
    """It is good once. Sent again within ten seconds it gives the same successor; later, it ends its session."""
    grant = await refreshing.refresh(session, ring_of(settings), RefreshForm.read(sent).refresh_token)
    if grant is None:
        return reply(request, 400, "This refresh token does not count any more. Log in again.", kind=REFRESH_REFUSED)
    return Response(_tokens(settings, grant))


@post(
    "/auth/logout", status_code=204, limit=WAYS, summary="End this session.", responses=problems(401), **needs(SESSION)
)
async def logout(session: Session, viewer: SignedIn) -> None:
    """Its refresh tokens end with it."""
    await signing_in.end(session, viewer.session_id)
    auditing.record(session, "session.ended", viewer.id, kind="api")


@get("/me", summary="Whose token this is.", responses=problems(401), **needs("account:read"))
async def me(viewer: SignedIn) -> shapes.User:
    return shaping.user(viewer)


def _tokens(settings: Settings, grant: Grant) -> shapes.Tokens:
    return shapes.Tokens(
        access_token=access_tokens_of(settings).issue(grant.user.id, grant.session_id),
        token_type="Bearer",  # noqa: S106 - its kind
        expires_in=round(LIFETIME.total_seconds()),
        refresh_token=grant.token,
        refresh_expires_in=grant.seconds,
        session=grant.session_id,
        user=shaping.user(grant.user),
    )


public = Router("/", route_handlers=[register, login, refresh], tags=["accounts"])
router = Router("/", route_handlers=[logout, me], tags=["accounts"])
