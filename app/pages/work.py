"""`/work`: what the queue is doing, as the dashboard shows it."""

from litestar import Router, get

from app.ops.measuring import count_jobs
from app.web.page import Page
from app.web.wiring import Jobs, SignedIn


@get("/work")
async def show(viewer: SignedIn, queue: Jobs) -> Page:
    return Page("home/work.html", jobs=await count_jobs(queue) if queue is not None else {})


router = Router("/", route_handlers=[show])
