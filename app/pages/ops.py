"""`/health` for probes, `/ops/patterns` for who builds the pages."""

from litestar import Router, get

from app.accounts.signing_in import Viewer
from app.kit.db import AsyncSession
from app.ops.health import check
from app.web.page import Page
from app.web.signed_in import only_the_operator


@get("/health", media_type="application/json")
async def health(session: AsyncSession) -> dict[str, str]:
    return {"status": await check(session)}


@get("/ops/patterns", guards=[only_the_operator])
async def patterns(viewer: Viewer) -> Page:
    return Page("ops/patterns.html")


router = Router("/", route_handlers=[health, patterns])
