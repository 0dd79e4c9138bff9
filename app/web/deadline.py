"""No answer takes for ever to begin: whatever is waited for, after some seconds that is said."""

import asyncio

from litestar.enums import ScopeType
from litestar.types import ASGIApp, Message, Receive, Scope, Send

LONGEST = 5.5  # seconds until an answer has begun; leaving a connection that is stuck may take two more


def timed(app: ASGIApp) -> ASGIApp:
    """Outermost: the time runs from when a request came."""

    async def timing(scope: Scope, receive: Receive, send: Send) -> None:
        scope["began"] = asyncio.get_running_loop().time()  # type: ignore[typeddict-unknown-key]
        await app(scope, receive, send)

    return timing


def wait_until(scope: Scope, when: float) -> None:
    """For what takes longer than an answer may, as long as something comes of it: a file that is being sent."""
    limit: asyncio.Timeout | None = scope.get("deadline")  # type: ignore[assignment]
    if limit is not None and not limit.expired():
        limit.reschedule(when)


def deadline(app: ASGIApp) -> ASGIApp:
    """Litestar's middleware. Raises `TimeoutError`, which is answered as a database that does not answer."""

    async def bounded(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != ScopeType.HTTP:
            await app(scope, receive, send)
            return

        began: float = scope["began"]  # type: ignore[typeddict-item]
        async with asyncio.timeout_at(began + LONGEST) as limit:
            scope["deadline"] = limit  # type: ignore[typeddict-unknown-key]

            async def sending(message: Message) -> None:
                limit.reschedule(None)  # what has begun may take its time: streams do
                await send(message)

            await app(scope, receive, sending)

    return bounded
