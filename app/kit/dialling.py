"""Connections to judged addresses only. Brings httpcore along, which no start should wait for."""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Iterable

import httpcore

from app.kit.fetch_error import FetchError
from app.kit.public_addresses import is_public

Resolve = Callable[[str, int], Awaitable[Collection[str]]]


class Dialler(httpcore.AsyncNetworkBackend):
    """Looks a name up once, judges every address it has, and connects to one of those.

    After the judging nothing is looked up any more, so a name cannot change its mind. The pool above knows the name
    only: it is what TLS checks and what Host says.
    """

    def __init__(
        self,
        network: httpcore.AsyncNetworkBackend,
        resolve: Resolve,
        trusted: Collection[tuple[str, int]],
        seconds: float,
    ) -> None:
        self._network, self._resolve, self._trusted, self._seconds = network, resolve, trusted, seconds

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 - httpcore's signature; ours is for all addresses together
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        try:
            async with asyncio.timeout(self._seconds):
                addresses = await self._judged(host, port)
                return await self._first(addresses, port)
        except TimeoutError:
            raise FetchError("too_slow") from None

    async def _judged(self, host: str, port: int) -> list[str]:
        try:
            addresses = list(await self._resolve(host, port))
        except (OSError, UnicodeError):  # a name that is none cannot be written as one
            addresses = []
        if not addresses:
            raise FetchError("unresolved")
        if (host, port) not in self._trusted and not all(is_public(each) for each in addresses):
            raise FetchError("refused")
        return addresses

    async def _first(self, addresses: list[str], port: int) -> httpcore.AsyncNetworkStream:
        """Of those that answer; each has its share of the time, so that a dead one is not waited for alone."""
        share = self._seconds / len(addresses)
        for address in addresses[:-1]:
            try:
                return await self._network.connect_tcp(address, port, timeout=share)
            except (httpcore.ConnectError, httpcore.ConnectTimeout):
                continue
        return await self._network.connect_tcp(addresses[-1], port, timeout=share)
