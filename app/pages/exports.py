"""`/settings/data/exports`: everything of mine, as one file."""

from litestar import Router, post
from litestar.datastructures import CacheControlHeader
from litestar.response import Stream

from app.web.exports import everything_of
from app.web.limits import EXPORTS
from app.web.signed_in import only_the_signed_in, only_the_sure
from app.web.wiring import Configured, SignedIn, Stored, Typed


@post("/", status_code=200, limit=EXPORTS)
async def create(database: Stored, settings: Configured, viewer: SignedIn, form: Typed) -> Stream:
    return await everything_of(database, settings, viewer.id, covers="covers" in form)


router = Router(
    "/settings/data/exports",
    route_handlers=[create],
    guards=[only_the_signed_in, only_the_sure],
    cache_control=CacheControlHeader(no_store=True),
)
