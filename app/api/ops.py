"""`/api/ops`: how the sources and the search of the catalog do, for the operator's programs."""

from litestar import Router, get

from app.api import shapes
from app.api.describing import needs, problems
from app.ops.overseeing import oversee
from app.search import overseeing
from app.web.signed_in import only_the_operator
from app.web.wiring import Engine, Session, SignedIn, Sources


@get("/sources", summary="How each source does.", responses=problems(401, 404), **needs("ops:read"))
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


@get("/search", summary="How the search of the catalog does.", responses=problems(401, 404), **needs("ops:read"))
async def show(session: Session, viewer: SignedIn, engine: Engine) -> shapes.SearchState:
    seen = await overseeing.oversee(session, engine)
    return shapes.SearchState(
        engine=seen.engine,
        healthy=seen.healthy,
        stands_in=seen.stands_in or None,
        since=seen.since,
        last_trouble=seen.trouble or None,
        changes=seen.changes.waiting,
        changes_seconds=seen.changes.seconds,
        behind=seen.behind.waiting if seen.behind else None,
        behind_seconds=seen.behind_seconds if seen.behind else None,
        refused=seen.refused_count,
        refused_items=[
            shapes.RefusedItem(item_id=each.item_id, title=each.title or None, engine=each.engine, reason=each.reason)
            for each in seen.refused
        ],
    )


router = Router("/ops", route_handlers=[index, show], guards=[only_the_operator], tags=["ops"])
