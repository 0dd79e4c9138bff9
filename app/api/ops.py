"""`/api/ops/sources`: how each source does, for the operator's programs."""

from litestar import Router, get

from app.api import shapes
from app.api.describing import problems
from app.ops.overseeing import oversee
from app.web.signed_in import only_the_operator
from app.web.wiring import Session, SignedIn, Sources


@get("/sources", summary="How each source does.", responses=problems(401, 404))
async def index(session: Session, viewer: SignedIn, sources: Sources) -> list[shapes.SourceState]:
    return [
        shapes.SourceState(
            source=each.name,
            state=each.state,
            sentence=each.sentence,
            until=each.until,
            requests=each.asked,
            answered_percent=each.rate,
            p95_milliseconds=each.p95,
            last_trouble=each.failed or None,
            last_trouble_at=each.failed_at,
            budget_left=each.left,
            requests_today=each.today if each.per_day else None,
        )
        for each in await oversee(session, sources.values())
    ]


router = Router("/ops", route_handlers=[index], guards=[only_the_operator], tags=["ops"])
