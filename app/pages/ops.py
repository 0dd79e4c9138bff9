"""`/ops/patterns`, for who builds the pages."""

from litestar import Router, get

from app.web.page import Page
from app.web.signed_in import only_the_operator
from app.web.wiring import SignedIn


@get("/ops/patterns", guards=[only_the_operator])
async def patterns(viewer: SignedIn) -> Page:
    return Page("ops/patterns.html")


router = Router("/", route_handlers=[patterns])
