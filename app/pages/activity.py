"""`/settings/activity`: what happened to one's account."""

from litestar import Router, get

from app.accounts import trail
from app.accounts.trail import TrailForm
from app.web.page import Page
from app.web.wiring import Asked, Session, SignedIn


@get("/")
async def index(session: Session, viewer: SignedIn, asked: Asked) -> Page:
    events, before = await trail.of_one(session, viewer.id, TrailForm.read(asked))
    return Page("settings/activity.html", events=events, before=before, is_first="before" not in asked)


router = Router("/settings/activity", route_handlers=[index])
