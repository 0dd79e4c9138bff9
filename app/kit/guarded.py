"""The one way to fetch from an address that people or sources have a hand in.

Only hosts the caller names, only where their names lead to the public internet, whatever they redirect to; a name is
looked up once and the connection goes to the very address that was judged. Nothing of ours goes along: no cookies, no
keys, no proxy of the environment. Built on httpcore, below httpx: cookies and redirects do not exist there.
"""

from __future__ import annotations

import asyncio
import socket
import ssl
from asyncio import Semaphore
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from functools import cached_property, partial
from typing import TYPE_CHECKING, NamedTuple

import httpx

from app.kit.fetch_error import FetchError
from app.kit.outbound import user_agent

if TYPE_CHECKING:
    import httpcore

    from app.kit.dialling import Resolve

HOPS = 3
PORTS = {80, 443}
USUAL = {"http": 80, "https": 443}
MOVED = {301, 302, 303, 307, 308}


@dataclass(frozen=True, slots=True)
class Limits:
    """Seconds for the whole and for connecting, bytes of a body, and how many at once of one host."""

    seconds: float = 10.0
    connecting: float = 3.0
    bytes: int = 5 * 1024 * 1024
    at_once: int = 4


class Origin(NamedTuple):
    scheme: str
    host: str
    port: int


@dataclass(frozen=True, slots=True)
class Fetched:
    content: bytes
    media_type: str


async def look_up(host: str, port: int) -> list[str]:
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(place[0]) for *_, place in found))


class Guarded:
    """`trusted` are origins the operator configured (http://127.0.0.1:8100): those may be anywhere, at any port."""

    def __init__(
        self,
        contact: str = "",
        *,
        trusted: Iterable[str] = (),
        limits: Limits | None = None,
        resolve: Resolve = look_up,
        certificates: ssl.SSLContext | None = None,
        network: httpcore.AsyncNetworkBackend | None = None,
    ) -> None:
        self._limits = limits or Limits()
        self._trusted = {_origin(httpx.URL(each)) for each in trusted}
        self._resolve = resolve
        self._certificates = certificates
        self._network = network
        self._headers = [("User-Agent", user_agent(contact)), ("Accept-Encoding", "identity")]
        self._turns: dict[Origin, Semaphore] = defaultdict(partial(Semaphore, self._limits.at_once))

    async def fetch(self, url: str, *, hosts: Collection[str], types: Collection[str]) -> Fetched:
        """`hosts` by name, or as `*.archive.org` for any below one; `types` as in Content-Type. Raises `FetchError`."""
        place = self._checked(url, hosts)
        async with self._turns[_origin(place)]:
            try:
                async with asyncio.timeout(self._limits.seconds):
                    return await self._followed(place, hosts, types)
            except TimeoutError:
                pass
        raise FetchError("too_slow")

    async def close(self) -> None:
        if "_pool" in self.__dict__:
            await self._pool.aclose()

    @cached_property
    def _pool(self) -> httpcore.AsyncConnectionPool:
        import httpcore

        from app.kit.dialling import Dialler

        network = self._network or httpcore.AnyIOBackend()
        trusted = {(host, port) for _, host, port in self._trusted}
        return httpcore.AsyncConnectionPool(
            ssl_context=self._certificates or httpcore.default_ssl_context(),
            max_connections=40,
            max_keepalive_connections=10,
            keepalive_expiry=15.0,
            network_backend=Dialler(network, self._resolve, trusted, self._limits.connecting),
        )

    def _checked(self, url: str | httpx.URL, hosts: Collection[str]) -> httpx.URL:
        try:
            place = httpx.URL(url)
            origin = _origin(place)
        except (httpx.InvalidURL, KeyError):
            raise FetchError("refused") from None
        if place.userinfo or not any(_is_named(origin.host, each) for each in hosts):
            raise FetchError("refused")
        if origin not in self._trusted and origin.port not in PORTS:
            raise FetchError("refused")
        return place

    async def _followed(self, place: httpx.URL, hosts: Collection[str], types: Collection[str]) -> Fetched:
        for _ in range(HOPS + 1):
            said = await self._asked(place, types)
            if isinstance(said, Fetched):
                return said
            place = self._checked(_joined(place, said), hosts)
        raise FetchError("refused")

    async def _asked(self, place: httpx.URL, types: Collection[str]) -> Fetched | str:
        """What is there, or where it sends us."""
        import httpcore

        try:
            async with self._pool.stream(
                "GET",
                httpcore.URL(
                    scheme=place.raw_scheme, host=place.raw_host, port=place.port, target=place.raw_path or b"/"
                ),
                headers=[*self._headers, ("Accept", ", ".join(types))],
            ) as response:
                headers = {name.lower(): value for name, value in response.headers}
                if response.status in MOVED:
                    return headers.get(b"location", b"").decode("latin-1")
                media_type = _judged(response.status, headers, types, self._limits.bytes)
                return Fetched(await self._body(response), media_type)
        except httpcore.TimeoutException:
            raise FetchError("too_slow") from None
        except (httpcore.NetworkError, httpcore.ProtocolError):
            raise FetchError("down") from None

    async def _body(self, response: httpcore.Response) -> bytes:
        body = bytearray()
        async for piece in response.aiter_stream():
            body += piece
            if len(body) > self._limits.bytes:
                raise FetchError("too_large")
        return bytes(body)


def _origin(place: httpx.URL) -> Origin:
    """Raises `KeyError` for what is no web address."""
    usual = USUAL[place.scheme]
    return Origin(place.scheme, place.raw_host.decode("ascii"), usual if place.port is None else place.port)


def _is_named(host: str, name: str) -> bool:
    return host.endswith(name[1:]) if name.startswith("*.") else host == name


def _joined(place: httpx.URL, location: str) -> httpx.URL:
    try:
        return place.join(location)
    except httpx.InvalidURL:
        raise FetchError("refused") from None


def _judged(status: int, headers: dict[bytes, bytes], types: Collection[str], most: int) -> str:
    """The media type of what may be read. Nothing is inflated: we asked for it plain."""
    if status in (404, 410):
        raise FetchError("not_found")
    if status != 200:
        raise FetchError("down")
    media_type = headers.get(b"content-type", b"").decode("latin-1").partition(";")[0].strip().lower()
    if media_type not in types or headers.get(b"content-encoding", b"identity").strip().lower() != b"identity":
        raise FetchError("wrong_type")
    announced = headers.get(b"content-length", b"0")
    if announced.isdigit() and int(announced[:18]) > most:
        raise FetchError("too_large")
    return media_type
