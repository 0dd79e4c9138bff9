"""`/settings/security/recovery-codes`: new ones, shown once."""

from litestar import Router, post

from app.accounts import second_factor
from app.web.page import Page
from app.web.signed_in import only_the_sure
from app.web.wiring import Session, SignedIn


@post("/", status_code=200)
async def create(session: Session, viewer: SignedIn) -> Page:
    codes = await second_factor.renew_codes(session, viewer.id)
    return Page("settings/recovery_codes.html", codes=codes, is_new=False)


router = Router("/settings/security/recovery-codes", route_handlers=[create], guards=[only_the_sure])
