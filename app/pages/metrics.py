"""`/metrics`, for Prometheus: to the operator, and to whoever brings `METRICS_TOKEN`; there is none for others."""

import hmac
from typing import Any

from litestar import Response, Router, get
from litestar.connection import ASGIConnection

from app.kit import metrics
from app.kit.errors import NotFound
from app.ops.measuring import measure
from app.search import overseeing
from app.web.limits import FREE
from app.web.signed_in import asker_of
from app.web.wiring import Engine, Jobs, Session, Sources


async def only_who_measures(connection: ASGIConnection[Any, Any, Any, Any], _handler: Any) -> None:
    viewer = asker_of(connection)
    token = connection.app.state.settings.metrics_token
    wanted = f"Bearer {token.get_secret_value()}" if token else ""
    brought = connection.headers.get("authorization", "")
    if not (viewer and viewer.is_operator) and not (wanted and hmac.compare_digest(brought.encode(), wanted.encode())):
        raise NotFound


@get("/metrics", limit=FREE, guards=[only_who_measures])
async def show(session: Session, sources: Sources, engine: Engine, queue: Jobs) -> Response[bytes]:
    await measure(session, sources.values(), queue)
    await overseeing.measure(session, engine)
    return Response(metrics.exposition(), media_type=metrics.TYPE, headers={"Cache-Control": "no-store"})


router = Router("/", route_handlers=[show])
