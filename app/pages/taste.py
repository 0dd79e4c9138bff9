"""`/taste`: what I keep, counted. Nobody else sees it unless I share it on my public profile."""

from litestar import Router, get
from litestar.params import FromQuery

from app.accounts import preferences
from app.catalog.candidates import ITEM_TYPES
from app.library import tasting
from app.web.page import Page
from app.web.wiring import Session, SignedIn


@get("/taste")
async def show(
    session: Session,
    viewer: SignedIn,
    type: FromQuery[str] = "",  # noqa: A002 - the parameter's name in the address
) -> Page:
    item_type = type if type in ITEM_TYPES else ""
    taste = await tasting.taste_of(session, viewer.id, item_type)
    prefers = await preferences.preferences_of(session, viewer.id)
    return Page("library/taste.html", taste=taste, type=item_type, is_shared=prefers.shares_taste)


router = Router("/", route_handlers=[show])
