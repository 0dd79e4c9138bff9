"""A job is done on account of the request that wanted it: what is logged meanwhile has that request's id (LG-1)."""

from saq.types import Context

from app.kit import origin
from app.kit.origin import Origin

META = "request_id"


def on_account() -> dict[str, str]:
    """`meta` of a job that is wanted now."""
    here = origin.here()
    return {META: here.request_id} if here.request_id else {}


async def carry_on(context: Context) -> None:
    """Before each job, in its own task; who was asked by the clock has an id of its own."""
    job = context["job"]
    origin.enter(Origin(request_id=str(job.meta.get(META) or job.key)))
