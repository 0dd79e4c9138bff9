"""SAQ's queue on Postgres, in a hurry: it waits neither for the disk nor for workers that died."""

from saq.queue.postgres import PostgresQueue

from app.kit.connections import STATEMENT_WAIT

POOL = (1, 4)  # connections, least and most; SAQ's own default of 20 would be half of what Postgres gives
NOT_DURABLE = "-c synchronous_commit=off"  # a crash of Postgres may forget what was just asked, no more
ABORT_WAIT = 0.1  # seconds for a worker to give up a job that is late; five for each of a dead one's would add up


class PromptQueue(PostgresQueue):
    async def sweep(self, lock: int = 60, abort: float = ABORT_WAIT) -> list[str]:
        return await super().sweep(lock, abort)


def queue_on_postgres(url: str) -> PromptQueue:
    queue = PromptQueue(url=url.replace("postgresql+asyncpg://", "postgresql://"), min_size=POOL[0], max_size=POOL[1])
    queue.pool.timeout = STATEMENT_WAIT  # its own would be 30 s
    queue.pool.kwargs["options"] = NOT_DURABLE  # type: ignore[index]  # a dict, as long as SAQ makes the pool
    return queue
