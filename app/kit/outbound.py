"""The one place that asks other servers for JSON: bounded in time and size, and saying what went wrong in one way.

httpx bounds each wait, not the whole (a server that drips a byte a second is never too slow for it), and inflates
whatever it is sent, so both are bounded here. Redirects are not followed: they would carry keys to strangers.
"""

import asyncio
import ssl
import time
import zlib
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from functools import cached_property
from importlib import metadata
from typing import Any, Literal

import httpx
import stamina

from app.kit import clock
from app.kit.parsing import Unreadable, parse_upstream

BODY_MAX = 2 * 1024 * 1024  # after decoding
WAIT_MIN, WAIT_MAX, WAIT_UNSAID = 1.0, 3600.0, 60.0  # what we believe of Retry-After, seconds
SHORT_WAIT = 2.0  # a pause we sit out rather than report

Kind = Literal[
    "bad_credentials",
    "quota_exhausted",
    "rate_limited",
    "not_found",
    "bad_request",
    "down",
    "too_slow",
    "unreadable",
    "certificate",
]


stamina.instrumentation.set_on_retry_hooks(())  # it would print; `tell` hears of every attempt

Outcome = Literal["answered", "cut_off"] | Kind


class OutboundError(Exception):
    """The call brought nothing usable. Carries no address, header or body: those hold keys."""

    def __init__(self, kind: Kind, until: datetime | None = None) -> None:
        super().__init__(kind)
        self.kind: Kind = kind
        self.until = until


@dataclass(frozen=True, slots=True)
class Attempt:
    """One request, the first of its question or a later one. `cut_off` is whom nobody waited for any longer."""

    outcome: Outcome
    milliseconds: int
    number: int


@dataclass(frozen=True, slots=True)
class Reply:
    """`body` is None where an error page was not JSON; `wait` is Retry-After in seconds, within reason."""

    status: int
    body: Any
    wait: float | None = None

    @property
    def until(self) -> datetime:
        return self.after(WAIT_UNSAID)

    def after(self, unsaid: float) -> datetime:
        """When to ask again; in `unsaid` seconds where it does not say."""
        return clock.now() + timedelta(seconds=self.wait or unsaid)


def by_status(reply: Reply) -> OutboundError | None:
    """What the status alone says; services that say it otherwise have their own judge, which may fall back on this."""
    match reply.status:
        case status if 200 <= status < 300:
            return None
        case 401 | 403:
            return OutboundError("bad_credentials")
        case 404 | 410:
            return OutboundError("not_found")
        case 429:
            return OutboundError("rate_limited", reply.until)
        case status if 400 <= status < 500:
            return OutboundError("bad_request")
        case _:
            return OutboundError("down")


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """How one service is asked.

    `judge` says what a reply means. What is in `again` is tried again, after `first_wait` seconds, then twice that,
    each with as much again at random. `seconds` bounds all attempts together; `connect` and `read` each wait in one.
    """

    judge: Callable[[Reply], OutboundError | None] = by_status
    attempts: int = 2
    first_wait: float = 0.2
    again: frozenset[Kind] = frozenset({"down"})
    seconds: float = 8.0
    connect: float = 3.0
    read: float = 8.0

    def pause_before_again(self, error: Exception) -> bool | float:
        """False, True (the usual pause), or the seconds we were asked to wait, where they are few."""
        if not isinstance(error, OutboundError) or error.kind not in self.again:
            return False
        if error.until is None:
            return True
        wait = (error.until - clock.now()).total_seconds()
        return max(wait, 0.0) if wait <= SHORT_WAIT else False


def _nobody(_attempt: Attempt) -> None:
    """Nobody wants to know."""


class Outbound:
    """Shared by all who ask. `contact` (an address or e-mail) goes into the User-Agent, as most services require."""

    def __init__(self, contact: str = "") -> None:
        self.user_agent = user_agent(contact)

    async def json(
        self,
        method: str,
        url: str,
        policy: Policy,
        *,
        params: Mapping[str, str | int] | None = None,
        headers: Mapping[str, str] | None = None,
        content: str | None = None,
        tell: Callable[[Attempt], None] = _nobody,
        may_again: Callable[[], Awaitable[bool]] | None = None,
    ) -> Any:
        """The answer's JSON. Raises `OutboundError`.

        `tell` hears of every attempt; without the leave of `may_again` there is no other.
        """
        failure = OutboundError("too_slow")
        try:
            async with asyncio.timeout(policy.seconds):
                async for attempt in stamina.retry_context(
                    on=policy.pause_before_again,
                    attempts=policy.attempts,
                    timeout=None,
                    wait_initial=policy.first_wait,
                    wait_jitter=policy.first_wait,
                    wait_max=SHORT_WAIT,
                ):
                    if attempt.num > 1 and may_again and not await may_again():
                        break
                    with attempt, _timed(attempt.num, tell):
                        try:
                            reply = await self._reply(method, url, policy, params, headers, content)
                            if error := policy.judge(reply):
                                raise error
                        except OutboundError as error:
                            failure = error
                            raise
                        return reply.body
        except TimeoutError:
            failure = OutboundError("too_slow")
        raise failure

    async def close(self) -> None:
        if "_client" in self.__dict__:
            await self._client.aclose()

    @cached_property
    def _client(self) -> httpx.AsyncClient:
        return httpx.AsyncClient(
            headers={"User-Agent": self.user_agent, "Accept": "application/json", "Accept-Encoding": "gzip"},
            limits=httpx.Limits(max_connections=40, max_keepalive_connections=20),
            follow_redirects=False,
            trust_env=False,
        )

    async def _reply(
        self, method: str, url: str, policy: Policy, params: Any, headers: Any, content: str | None
    ) -> Reply:
        failure: Kind
        timeout = httpx.Timeout(policy.read, connect=policy.connect)
        try:
            async with self._client.stream(
                method, url, params=params, headers=headers, content=content, timeout=timeout
            ) as response:
                return _read_reply(response, await _decoded_body(response))
        except httpx.TimeoutException:
            failure = "too_slow"
        except (httpx.LocalProtocolError, UnicodeEncodeError):
            failure = "bad_credentials"  # a key that cannot even be written into a header
        except httpx.RequestError as error:
            failure = "certificate" if _is_about_certificate(error) else "down"
        except (Unreadable, zlib.error):
            failure = "unreadable"
        raise OutboundError(failure)  # out here, so that httpx's errors, which know the address, do not come along


@contextmanager
def _timed(number: int, tell: Callable[[Attempt], None]) -> Iterator[None]:
    started = time.monotonic()
    outcome: Outcome = "cut_off"
    try:
        yield
        outcome = "answered"
    except OutboundError as error:
        outcome = error.kind
        raise
    finally:
        tell(Attempt(outcome, round((time.monotonic() - started) * 1000), number))


def user_agent(contact: str) -> str:
    try:
        version = metadata.version("tastebuds")
    except metadata.PackageNotFoundError:
        version = "0"
    contact = " ".join(contact.encode("ascii", "ignore").decode().split())
    return f"Tastebuds/{version} ({contact})" if contact else f"Tastebuds/{version}"


async def _decoded_body(response: httpx.Response) -> bytes:
    """Inflated by ourselves, piece by piece: httpx would inflate a piece whole, and one of 64 KB may hold 64 MB."""
    encoding = response.headers.get("content-encoding", "identity").strip().lower()
    if encoding not in ("identity", "", "gzip", "x-gzip", "deflate"):
        raise Unreadable
    inflater = zlib.decompressobj(wbits=47) if encoding not in ("identity", "") else None
    body = bytearray()
    async for piece in response.aiter_raw():
        body += inflater.decompress(piece, BODY_MAX + 1 - len(body)) if inflater else piece
        if len(body) > BODY_MAX:
            raise Unreadable
    return bytes(body)


def _read_reply(response: httpx.Response, body: bytes) -> Reply:
    try:
        value = parse_upstream(body)
    except Unreadable:
        if response.is_success:
            raise
        value = None
    return Reply(response.status_code, value, _retry_after(response.headers))


def _retry_after(headers: Mapping[str, str]) -> float | None:
    """RFC 9110 §10.2.3, both forms; a date is read against the server's own clock."""
    said = headers.get("retry-after", "").strip()
    if said.isascii() and said.isdigit():
        seconds = float(said[:6])
    else:
        then = _http_date(said)
        if then is None:
            return None
        seconds = (then - (_http_date(headers.get("date", "")) or clock.now())).total_seconds()
    return min(max(seconds, WAIT_MIN), WAIT_MAX)


def _http_date(text: str) -> datetime | None:
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, OverflowError):
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _is_about_certificate(error: BaseException | None) -> bool:
    while error is not None:
        if isinstance(error, ssl.SSLCertVerificationError):
            return True
        error = error.__cause__ or error.__context__
    return False
