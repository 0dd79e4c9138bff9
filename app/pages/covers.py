"""`/covers`: pictures of works, from our own door. Whoever has a signed address may see the picture."""

from typing import Any

from litestar import Request, Response, Router, get
from litestar.params import FromPath

from app.sources.covering import Covers
from app.sources.covers import asked_for
from app.sources.pictures import BLANK
from app.web.assets import FOR_EVER
from app.web.limits import COVERS
from app.web.wiring import Configured

A_DAY = "private, max-age=86400"
SOON = "public, max-age=60"  # until a stand-in is asked for again


@get("/covers/{name:path}", limit=COVERS)
async def show(request: Request[Any, Any, Any], settings: Configured, name: FromPath[str]) -> Response[bytes]:
    """Never a page: what cannot be had is a picture of nothing, through which the stand-in below it is seen."""
    asked = asked_for(settings, str(name).lstrip("/"))
    if asked is None:
        return _picture(BLANK["tall"], SOON, status=404)
    etag = f'"{asked.mark}-{asked.width}"'
    if etag in request.headers.get("if-none-match", ""):
        return Response(b"", status_code=304, headers={"ETag": etag, "Cache-Control": FOR_EVER})
    covers: Covers = request.app.state.covers
    had = await covers.picture(asked)
    if had is None:
        return _picture(BLANK[asked.shape], SOON)
    return _picture(had.content, FOR_EVER, etag=etag) if had.is_lasting else _picture(had.content, A_DAY)


def _picture(content: bytes, keep: str, *, status: int = 200, etag: str = "") -> Response[bytes]:
    headers = {"Cache-Control": keep, "Content-Disposition": "inline"} | ({"ETag": etag} if etag else {})
    return Response(content, status_code=status, media_type="image/webp", headers=headers)


router = Router("/", route_handlers=[show])
