"""A server on loopback that says, byte by byte, whatever a test wants it to."""

import asyncio
import errno
import json
import os
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlsplit

FREE_PORTS = range(20_000, 32_000)


@dataclass(frozen=True)
class Heard:
    method: str
    target: str
    headers: dict[str, str]
    body: bytes

    @property
    def path(self) -> str:
        return urlsplit(self.target).path

    @property
    def query(self) -> dict[str, str]:
        return dict(parse_qsl(urlsplit(self.target).query))


Speaker = Callable[[Heard, asyncio.StreamWriter], Awaitable[None]]


def reply(status: int, body: bytes | object, **headers: str) -> bytes:
    """`body` as bytes goes out as it is; anything else as JSON."""
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    fields = {"content-length": str(len(content)), "connection": "close"}
    fields |= {name.replace("_", "-"): value for name, value in headers.items()}
    head = "".join(f"{name}: {value}\r\n" for name, value in fields.items())
    return f"HTTP/1.1 {status} Said\r\n{head}\r\n".encode() + content


@dataclass
class Stub:
    url: str
    heard: list[Heard] = field(default_factory=list)
    speak: Speaker | None = None

    def answers(self, answer: Callable[[Heard], bytes]) -> None:
        async def speak(heard: Heard, writer: asyncio.StreamWriter) -> None:
            writer.write(answer(heard))

        self.speak = speak

    def says(self, status: int, body: bytes | object, **headers: str) -> None:
        self.answers(lambda _: reply(status, body, **headers))

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            heard = await _read(reader)
            self.heard.append(heard)
            if self.speak:
                await self.speak(heard, writer)
            await writer.drain()
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()


@asynccontextmanager
async def listening(**options: Any) -> AsyncIterator[Stub]:
    stub = Stub("")
    tasks: set[asyncio.Task[None]] = set()

    def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.create_task(stub.serve(reader, writer))
        tasks.add(task)
        task.add_done_callback(tasks.discard)

    server = await _start(accept, options)
    stub.url = f"http{'s' if options else ''}://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    try:
        yield stub
    finally:
        server.close()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _start(accept: Any, options: dict[str, Any]) -> asyncio.Server:
    start = os.getpid() % len(FREE_PORTS)
    for port in (*FREE_PORTS[start:], *FREE_PORTS[:start]):
        try:
            return await asyncio.start_server(accept, "127.0.0.1", port, **options)
        except OSError as error:
            if error.errno != errno.EADDRINUSE:
                raise
    raise OSError("no free port")


async def _read(reader: asyncio.StreamReader) -> Heard:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
    method, target, _ = head[0].split(" ")
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in head[1:]) if name}
    body = await reader.readexactly(int(headers.get("content-length", 0)))
    return Heard(method, target, headers, body)
