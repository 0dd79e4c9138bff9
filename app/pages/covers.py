"""`/covers`: pictures of works, from our own door. Whoever has a signed address may see the picture."""

from typing import Any

from litestar import Request, Response, Router, get
from litestar.params import FromPath

from app.kit.db import Database
from app.sources import hand_covers
from app.sources.covering import Covers, Had
from app.sources.covers import HAND, Asked, asked_for
from app.sources.pictures import BLANK
from app.web.assets import FOR_EVER
from app.web.limits import COVERS
from app.web.wiring import Configured, Stored

A_DAY = "private, max-age=86400"
SOON = "public, max-age=60"  # until a stand-in is asked for again


@get("/covers/{name:path}", limit=COVERS)
async def show(
    request: Request[Any, Any, Any], settings: Configured, database: Stored, name: FromPath[str]
) -> Response[bytes]:
    """Never a page: what cannot be had is a picture of nothing, through which the stand-in below it is seen."""
    asked = asked_for(settings, str(name).lstrip("/"))
    if asked is None:
        return _picture(BLANK["tall"], SOON, status=404)
    etag = f'"{asked.mark}-{asked.width}"'
    if etag in request.headers.get("if-none-match", ""):
        return Response(b"", status_code=304, headers={"ETag": etag, "Cache-Control": FOR_EVER})
    had = await _had(request, database, asked)
    if had is None:
        return _picture(BLANK[asked.shape], SOON)
    return _picture(had.content, FOR_EVER, etag=etag) if had.is_lasting else _picture(had.content, A_DAY)


async def _had(request: Request[Any, Any, Any], database: Database, asked: Asked) -> Had | None:
    if asked.provider == HAND:
        async with database.reading() as session:
            content = await hand_covers.picture(session, asked.key, asked.width)
        return Had(content, is_lasting=True) if content else None
    covers: Covers = request.app.state.covers
    return await covers.picture(asked)


def _picture(content: bytes, keep: str, *, status: int = 200, etag: str = "") -> Response[bytes]:
    headers = {"Cache-Control": keep, "Content-Disposition": "inline"} | ({"ETag": etag} if etag else {})
    return Response(content, status_code=status, media_type="image/webp", headers=headers)


router = Router("/", route_handlers=[show])
