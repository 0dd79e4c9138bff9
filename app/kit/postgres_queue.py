"""SAQ's queue on Postgres, in a hurry: it waits neither for the disk nor for workers that died or stand still."""

from saq.queue.postgres import PostgresQueue

POOL = (1, 4)  # connections, least and most; SAQ's own default of 20 would be half of what Postgres gives
POOL_WAIT = 4.0  # seconds for one of them; its own would be 30
NOT_DURABLE = "-c synchronous_commit=off"  # a crash of Postgres may forget what was just asked, no more
ABORT_WAIT = 0.1  # seconds for a worker to give up a job that is late; five for each of a dead one's would add up

# SAQ's own lock belongs to a connection for good: a worker that stands still keeps all others from sweeping, and one
# whose connection was lost sweeps on beside them
SWEEP_ALONE = "SELECT pg_try_advisory_xact_lock(hashtext('tastebuds sweep'), hashtext(%s))"
UNLESS_STILL = "SET LOCAL idle_in_transaction_session_timeout = '15s'"


class PromptQueue(PostgresQueue):
    async def sweep(self, lock: int = 60, abort: float = ABORT_WAIT) -> list[str]:
        """One worker at a time, for as long as it takes; Postgres ends the turn of one that stands still."""
        async with self.pool.connection() as connection, connection.transaction():
            await connection.execute(UNLESS_STILL)
            found = await (await connection.execute(SWEEP_ALONE, (self.name,))).fetchone()
            if not found or not found[0]:
                return []
            self._has_sweep_lock = True  # ours stands for it
            return await super().sweep(lock, abort)


def queue_on_postgres(url: str) -> PromptQueue:
    queue = PromptQueue(url=url.replace("postgresql+asyncpg://", "postgresql://"), min_size=POOL[0], max_size=POOL[1])
    queue.pool.timeout = POOL_WAIT
    queue.pool.kwargs["options"] = NOT_DURABLE  # type: ignore[index]  # a dict, as long as SAQ makes the pool
    return queue
