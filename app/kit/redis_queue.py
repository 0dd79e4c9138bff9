"""SAQ's queue on Redis, with patience: its worker asks again at once, whatever came of it."""

import asyncio

from saq import Job
from saq.queue.redis import RedisQueue

from app.kit.redis import RedisError, for_queue

ENQUEUE_WAIT = 1.5  # seconds
ABORT_WAIT = 0.1  # seconds for a worker to give up a job that is late; five for each of a dead one's would add up
PAUSE = 1.0  # seconds until a Redis that is away is asked again


class PatientQueue(RedisQueue):
    async def _enqueue(self, job: Job) -> Job | None:
        """Connections have the patience of who waits for jobs; whoever brings one has not."""
        async with asyncio.timeout(ENQUEUE_WAIT):
            return await super()._enqueue(job)

    async def dequeue(self, timeout: float = 0.0, poll_interval: float = 0.0) -> Job | None:  # noqa: ASYNC109 - as SAQ declares it
        try:
            return await super().dequeue(timeout, poll_interval)
        except (RedisError, OSError):
            await asyncio.sleep(PAUSE)
            return None

    async def sweep(self, lock: int = 60, abort: float = ABORT_WAIT) -> list[str]:
        return await super().sweep(lock, abort)


def queue_on_redis(url: str) -> PatientQueue:
    return PatientQueue(for_queue(url))
