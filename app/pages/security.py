"""`/settings/security`: what proves who one is."""

from litestar import Router, get

from app.accounts import identities, passkeys, recovery_codes, second_factor
from app.accounts.models import User
from app.web.page import Page
from app.web.wiring import Session, SignedIn


@get("/")
async def index(session: Session, viewer: SignedIn) -> Page:
    user = await session.get_one(User, viewer.id)
    is_on = await second_factor.is_on(session, viewer.id)
    left = await recovery_codes.left(session, viewer.id) if is_on else 0
    kept = await passkeys.passkeys_of(session, viewer.id)
    linked = await identities.identities_of(session, viewer.id)
    return Page("settings/security.html", user=user, is_on=is_on, left=left, passkeys=kept, identities=linked)


router = Router("/settings/security", route_handlers=[index])
