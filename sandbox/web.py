"""Just enough ASGI to answer from memory: a request, an answer, and the wire between them."""

import asyncio
import json
from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import parse_qsl

__all__ = ["Answer", "Json", "Request", "Wire", "as_json", "as_text", "moved", "whole"]

Json = Any
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

BODY_MAX = 1_000_000
CHUNK = 64 * 1024


@dataclass(frozen=True)
class Request:
    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]  # names in lower case
    body: bytes = b""
    pairs: tuple[tuple[str, str], ...] = ()  # the query with its repetitions
    prefix: str = ""  # where the source stands, for redirects to itself

    @property
    def form(self) -> dict[str, str]:
        """Query and urlencoded body together."""
        return self.query | dict(parse_qsl(self.body.decode(errors="replace"), keep_blank_values=True))

    def below(self, prefix: str) -> "Request":
        return replace(self, path=self.path.removeprefix(prefix), prefix=prefix)

    def all(self, *names: str) -> list[str]:
        """Every value given for a parameter: `embed[]=cast&embed[]=crew`."""
        return [value for name, value in self.pairs if name in names]


@dataclass(frozen=True)
class Answer:
    status: int = 200
    body: bytes = b""
    content_type: str = "application/json; charset=UTF-8"
    headers: dict[str, str] = field(default_factory=dict)

    def having(self, **headers: str) -> "Answer":
        """The same with more headers: `retry_after="3"` is `retry-after: 3`."""
        return replace(self, headers=self.headers | {name.replace("_", "-"): value for name, value in headers.items()})


def as_json(data: Json, status: int = 200, content_type: str = Answer.content_type) -> Answer:
    return Answer(status, json.dumps(data, ensure_ascii=False).encode(), content_type)


def as_text(text: str, status: int = 200, content_type: str = "text/plain; charset=utf-8") -> Answer:
    return Answer(status, text.encode(), content_type)


def moved(location: str, status: int = 302, body: bytes = b"") -> Answer:
    """`location` is a path here: the real ones name themselves in full."""
    return Answer(status, body).having(location=location)


def whole(text: str) -> int:
    """The number a parameter holds, or -1."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 12 else -1


@dataclass(frozen=True)
class Wire:
    scope: MutableMapping[str, Any]
    receive: Receive
    send: Send

    async def request(self) -> Request:
        body = b""
        while len(body) < BODY_MAX:
            message = await self.receive()
            body += message.get("body", b"")
            if not message.get("more_body"):
                break
        pairs = parse_qsl(self.scope["query_string"].decode(errors="replace"), keep_blank_values=True)
        return Request(
            method=self.scope["method"],
            path=self.scope["path"],
            query=dict(pairs),
            headers={name.decode("latin-1").lower(): value.decode("latin-1") for name, value in self.scope["headers"]},
            body=body,
            pairs=tuple(pairs),
        )

    async def start(self, status: int, headers: dict[str, str]) -> None:
        pairs = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in headers.items()]
        await self.send({"type": "http.response.start", "status": status, "headers": pairs})

    async def say(self, answer: Answer) -> None:
        length = {"content-type": answer.content_type, "content-length": str(len(answer.body))}
        await self.start(answer.status, length | answer.headers)
        await self.send({"type": "http.response.body", "body": answer.body})

    async def pour(self, size: int, content_type: str = Answer.content_type) -> None:
        """One JSON string of `size` bytes in chunks, whatever it is called, its length not announced."""
        await self.start(200, {"content-type": content_type})
        await self.send({"type": "http.response.body", "body": b'{"filler": "', "more_body": True})
        for _ in range(size // CHUNK):
            await self.send({"type": "http.response.body", "body": b"x" * CHUNK, "more_body": True})
            await asyncio.sleep(0)
        await self.send({"type": "http.response.body", "body": b'"}'})

    async def hang(self) -> None:
        """Say nothing for as long as the other side waits."""
        while (await self.receive())["type"] != "http.disconnect":
            pass

    async def drop(self) -> None:
        """Close the connection without an answer; raises where there is no connection to close (in-process)."""
        extension = self.scope.get("extensions", {}).get("sandbox.abort")
        if extension is None:
            raise ConnectionResetError("The sandbox dropped this call.")
        extension["abort"]()
        await self.hang()
