"""`/settings/security/second-factor`: an authenticator app, set up and removed by who has just proved who they are."""

from typing import Any

from litestar import Request, Response, Router, delete, get, post, put

from app.accounts import second_factor
from app.accounts.factor_forms import BothForm, CodeForm
from app.accounts.signing_in import Viewer
from app.kit.db import AsyncSession
from app.kit.errors import Invalid
from app.kit.gcra import OverLimit
from app.kit.settings import Settings
from app.web.forms import FormState
from app.web.page import Page, see_other
from app.web.qr import qr_svg
from app.web.refusing import refused_whole
from app.web.signed_in import become, only_the_sure, renew
from app.web.wiring import Configured, Session, SignedIn, Throttled, Typed

SITE = "Tastebuds"
SECURITY = "/settings/security"
HERE = SECURITY + "/second-factor"
LETTERS = 4  # of the secret that stand together, to be typed


@post("/", status_code=303)
async def create(session: Session, request: Request[Any, Any, Any], viewer: SignedIn, settings: Configured) -> Any:
    await second_factor.begin(session, settings, viewer)
    return see_other(request, HERE)


@get("/")
async def new(session: Session, viewer: SignedIn, settings: Configured) -> Page:
    return await _page(session, settings, viewer)


@get("/qr.svg")
async def show(session: Session, viewer: SignedIn, settings: Configured) -> Response[bytes]:
    """Until it is confirmed; then it is not found, whoever asks."""
    address = (await _enrolment(session, settings, viewer)).address
    return Response(qr_svg(address), media_type="image/svg+xml", headers={"Cache-Control": "no-store"})


@put("/")
async def update(
    session: Session, request: Request[Any, Any, Any], viewer: SignedIn, settings: Configured, form: Typed
) -> Page:
    """The recovery codes, which no other page ever shows."""
    try:
        codes = await second_factor.confirm(session, settings, viewer, CodeForm.read(form).code)
    except Invalid as error:
        return await _page(session, settings, viewer, status=422, form=FormState({}, error.errors))
    page = Page("settings/recovery_codes.html", codes=codes, is_new=True)
    page.set_cookie(await become(session, request, await renew(session, viewer)))
    return page


@get("/removal")
async def confirm(viewer: SignedIn) -> Page:
    return Page("settings/second_factor_removal.html", form=None)


@delete("/", status_code=303)
async def destroy(
    session: Session,
    throttle: Throttled,
    request: Request[Any, Any, Any],
    viewer: SignedIn,
    settings: Configured,
    form: Typed,
) -> Response[Any]:
    try:
        await second_factor.remove(session, throttle, settings, viewer.id, BothForm.read(form))
    except (Invalid, OverLimit) as error:
        return refused_whole("settings/second_factor_removal.html", {}, error)
    return see_other(request, SECURITY, said="The second factor is off. Your password alone logs you in.")


async def _page(
    session: AsyncSession, settings: Settings, viewer: Viewer, *, status: int = 200, form: FormState | None = None
) -> Page:
    secret = (await _enrolment(session, settings, viewer)).secret
    groups = [secret[at : at + LETTERS] for at in range(0, len(secret), LETTERS)]
    return Page("settings/second_factor.html", status=status, groups=groups, form=form)


async def _enrolment(session: AsyncSession, settings: Settings, viewer: Viewer) -> second_factor.Enrolment:
    return await second_factor.enrolment(session, settings, viewer, SITE)


router = Router(HERE, route_handlers=[create, new, show, update, confirm, destroy], guards=[only_the_sure])
