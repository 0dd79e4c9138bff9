"""`/about`: what this is, and whom it owes what it tells; for guests too."""

from litestar import Router, get

from app.sources.registry import SOURCES
from app.web.page import Page


@get("/about")
async def show() -> Page:
    return Page("about/show.html", sources=SOURCES)


router = Router("/", route_handlers=[show])
