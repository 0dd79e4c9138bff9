"""For probes: `/livez` while the process answers, `/readyz` and `/health` while its database does too."""

import logging

from litestar import Response, Router, get

from app.kit.db import Database
from app.ops.health import check
from app.web.limits import FREE
from app.web.wiring import Stored

NO_STORE = {"Cache-Control": "no-store"}

log = logging.getLogger(__name__)


@get("/livez")
async def alive() -> Response[str]:
    return Response("ok", media_type="text/plain", headers=NO_STORE)


@get("/readyz")
async def ready(database: Stored) -> Response[str]:
    status, said = (200, "ok") if await _works(database) else (503, "not yet")
    return Response(said, status_code=status, media_type="text/plain", headers=NO_STORE)


@get("/health")
async def health(database: Stored) -> Response[dict[str, str]]:
    status, said = (200, "ok") if await _works(database) else (503, "not yet")
    return Response({"status": said}, status_code=status, headers=NO_STORE)


async def _works(database: Database) -> bool:
    try:
        async with database.reading(reserved=True) as session:
            await check(session)
    except Exception as error:  # noqa: BLE001 - whatever it is, strangers learn one word
        log.warning("the database does not answer (%s)", type(error).__name__)
        return False
    return True


router = Router("/", route_handlers=[alive, ready, health], opt={"limit": FREE})
