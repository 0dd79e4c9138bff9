"""`/ops/jobs`: how the queue does, and what was given up, for the operator."""

from litestar import Router, get

from app.ops import failed_jobs
from app.ops.measuring import count_jobs
from app.web.page import Page
from app.web.signed_in import only_the_operator
from app.web.wiring import Jobs, Session, SignedIn


@get("/")
async def index(session: Session, viewer: SignedIn, queue: Jobs) -> Page:
    counts = await count_jobs(queue) if queue is not None else {}
    return Page("ops/jobs.html", counts=counts, failed=await failed_jobs.recent(session))


router = Router("/ops/jobs", route_handlers=[index], guards=[only_the_operator])
