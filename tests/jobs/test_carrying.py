"""One id from the request to what its jobs log (LG-1)."""

import asyncio
from typing import Any, cast

from saq import Job
from saq.types import Context

from app.jobs.carrying import carry_on, on_account
from app.kit import origin
from app.kit.origin import Origin


async def logged_under(job: Job) -> str:
    """The id that what this job starts would log; as SAQ does, in a task of the worker's task."""

    async def working() -> str:
        context: Any = {"job": job}
        await carry_on(cast("Context", context))
        return await asyncio.create_task(done())

    async def done() -> str:
        return origin.here().request_id

    return await asyncio.create_task(working())


async def test_a_job_carries_on_the_request_that_wanted_it() -> None:
    token = origin.enter(Origin(request_id="r1"))
    job = Job(function="ask_source", meta=on_account())
    origin.leave(token)
    assert await logged_under(job) == "r1"
    assert origin.here().request_id == ""


async def test_what_the_clock_wants_has_an_id_of_its_own() -> None:
    assert on_account() == {}
    assert await logged_under(Job(function="sweep", key="cron:sweep"))
