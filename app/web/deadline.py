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


def deadline(app: ASGIApp) -> ASGIApp:
    """Litestar's middleware. Raises `TimeoutError`, which is answered as a database that does not answer."""

    async def bounded(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != ScopeType.HTTP:
            await app(scope, receive, send)
            return

        began: float = scope["began"]  # type: ignore[typeddict-item]
        async with asyncio.timeout_at(began + LONGEST) as limit:

            async def sending(message: Message) -> None:
                limit.reschedule(None)  # what has begun may take its time: streams do
                await send(message)

            await app(scope, receive, sending)

    return bounded
