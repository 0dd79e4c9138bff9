"""`/api/health` and `/api/openapi.json`: about the API itself."""

from typing import Any

from litestar import Request, Router, get

from app.api import shapes
from app.api.describing import problems
from app.ops.health import check
from app.web.limits import FREE
from app.web.wiring import Session


@get("/health", limit=FREE, summary="Whether the box works.", responses=problems(503))
async def health(session: Session) -> shapes.Health:
    return shapes.Health(await check(session))


@get("/openapi.json", include_in_schema=False)
async def openapi(request: Request[Any, Any, Any]) -> dict[str, Any]:
    return request.app.openapi_schema.to_schema()


router = Router("/", route_handlers=[health, openapi], tags=["public"])
