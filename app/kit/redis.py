"""Redis, where there is one: what processes share beside the database. Imported only where `REDIS_URL` is set."""

from redis.asyncio import BlockingConnectionPool, Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError, WatchError

__all__ = ["PREFIX", "Redis", "RedisError", "WatchError", "check", "for_queue", "for_state", "microseconds"]

PREFIX = "tastebuds:"  # of every key of ours; SAQ's begin with saq:
CONNECT_WAIT = 3.0  # seconds
STATE_WAIT = 0.5
AT_MOST = 8  # connections for what is shared; the queue has one for each job it waits for
JOB_WAIT = 25.0  # longer than the worker waits for a job, so that only a Redis that is gone takes so long


def for_state(url: str) -> Redis:
    """Asked with every question to a source: it answers at once or is done without."""
    pool = BlockingConnectionPool.from_url(
        url,
        max_connections=AT_MOST,
        timeout=STATE_WAIT,
        socket_timeout=STATE_WAIT,
        socket_connect_timeout=STATE_WAIT,
        retry=Retry(NoBackoff(), 1),  # over a new connection: the old one may have died with a Redis that is back
        decode_responses=True,
    )
    return Redis.from_pool(pool)


def for_queue(url: str) -> Redis:
    """Waits for jobs, on a connection for each that could be worked on."""
    return Redis.from_url(
        url,
        socket_timeout=JOB_WAIT,
        socket_connect_timeout=CONNECT_WAIT,
        socket_keepalive=True,
        retry=Retry(NoBackoff(), 1),
    )


async def check(url: str) -> None:
    """Raises `RuntimeError` unless it answers and lets us in."""
    try:
        redis = Redis.from_url(
            url, socket_timeout=CONNECT_WAIT, socket_connect_timeout=CONNECT_WAIT, retry=Retry(NoBackoff(), 0)
        )
        async with redis:
            await redis.time()
    except (RedisError, OSError, ValueError, TypeError) as error:  # the last of an option there is none of
        reason = str(error).partition("\n")[0].rstrip(".") or type(error).__name__
        raise RuntimeError(f"REDIS_URL: Redis does not answer ({reason}).") from None


def microseconds(time: tuple[int, int]) -> int:
    """What `TIME` answers, as our scripts reckon: whole numbers, which Lua's keep exactly."""
    return int(time[0]) * 1_000_000 + int(time[1])
