"""`/assets`: files that never change under their name."""

from typing import Any

from litestar import Request, Response, Router, get
from litestar.params import FromPath

from app.kit.errors import NotFound
from app.web.assets import FOR_EVER, Assets
from app.web.limits import FREE

# a menu that another site frames in a sandbox is a page of no origin, and wants its style and type all the same
FOR_EVERYBODY = {"Cross-Origin-Resource-Policy": "cross-origin", "Access-Control-Allow-Origin": "*"}


@get("/assets/{name:path}", limit=FREE)
async def show(request: Request[Any, Any, Any], name: FromPath[str]) -> Response[bytes]:
    assets: Assets = request.app.state.assets
    asset = assets.at(str(name).lstrip("/"))
    if asset is None:
        raise NotFound
    zipped = asset.gzipped is not None and "gzip" in request.headers.get("accept-encoding", "")
    headers = {"Cache-Control": FOR_EVER, "Vary": "Accept-Encoding"} | FOR_EVERYBODY
    if zipped:
        headers["Content-Encoding"] = "gzip"
    content = asset.gzipped if zipped and asset.gzipped else asset.content
    return Response(content=content, media_type=asset.media_type, headers=headers)


router = Router("/", route_handlers=[show])
