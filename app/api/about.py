"""`/api/health` and `/api/openapi.json`: about the API itself."""

from typing import Any

import msgspec
from litestar import Request, Response, Router, get

from app.api import shapes
from app.api.describing import problems
from app.ops.health import check
from app.web.limits import FREE
from app.web.rendered import Rendered
from app.web.wiring import Session


@get("/health", limit=FREE, summary="Whether the box works.", responses=problems(503))
async def health(session: Session) -> shapes.Health:
    return shapes.Health(await check(session))


@get("/openapi.json", include_in_schema=False)
async def openapi(request: Request[Any, Any, Any]) -> Response[bytes]:
    """Written out once: it takes longer than anything a call of the API does."""

    async def written() -> bytes:
        return msgspec.json.encode(request.app.openapi_schema.to_schema())

    kept: Rendered = request.app.state.rendered
    content = await kept.find_or_make("openapi", "", written)
    return Response(content, media_type="application/json")


router = Router("/", route_handlers=[health, openapi], tags=["public"])
