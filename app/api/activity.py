"""`/api/auth/activity`: what happened to my account."""

from litestar import Router, get

from app.accounts import trail
from app.accounts.scopes import SESSION
from app.accounts.trail import TrailForm
from app.api import shapes
from app.api.describing import needs, problems, takes
from app.web.wiring import Asked, Session, SignedIn


@get(
    "/auth/activity",
    summary="What happened to my account.",
    operation_class=takes(query=TrailForm),
    responses=problems(401, 422),
    **needs(SESSION),
)
async def index(session: Session, viewer: SignedIn, asked: Asked) -> shapes.Activity:
    events, before = await trail.of_one(session, viewer.id, TrailForm.read(asked))
    return shapes.Activity(
        [
            shapes.Event(
                id=each.id,
                happened_at=each.happened_at,
                action=each.action,
                said=each.said,
                refused=each.refused,
                by=each.who if each.by_another else None,
                address=each.address or None,
                agent=each.agent or None,
            )
            for each in events
        ],
        before,
    )


router = Router("/", route_handlers=[index], tags=["accounts"])
