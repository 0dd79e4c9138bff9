"""A wire that can fail: a port on loopback before another one or a Unix socket, told at any time how to behave.

Each mode is for open connections and new ones alike:
`ok`; `latency` (milliseconds before anything is passed on); `hang` (accepts, and passes nothing on); `refuse` (nobody
listens, who was there is cut off); `reset` (cuts off, also who comes); `cut` (cuts off after so many bytes of answer);
`slow` (so many bytes of answer a second). What hung or was slow goes on where it was as soon as it is `ok`.
"""

import asyncio
import socket
import struct
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Literal

Mode = Literal["ok", "latency", "hang", "refuse", "reset", "cut", "slow"]
Stream = tuple[asyncio.StreamReader, asyncio.StreamWriter]

CHUNK = 65_536
LINGER_NONE = struct.pack("ii", 1, 0)  # closing sends RST


class FaultProxy:
    """`upstream`: a port of loopback, or the path of a socket."""

    def __init__(self, upstream: int | str, port: int = 0) -> None:
        self.upstream, self.port = upstream, port
        self.connections = 0  # accepted so far
        self._mode: Mode = "ok"
        self._amount = 0
        self._passing = asyncio.Event()
        self._passing.set()
        self._server: asyncio.Server | None = None
        self._open: set[asyncio.StreamWriter] = set()
        self._serving: set[asyncio.Task[None]] = set()

    async def set(self, mode: Mode, amount: int = 0) -> None:
        self._mode, self._amount = mode, amount
        if mode == "hang":
            self._passing.clear()
        else:
            self._passing.set()
        if mode == "refuse":
            await self._stop_listening()
        elif self._server is None:
            await self.start()
        if mode in ("refuse", "reset"):
            for writer in list(self._open):
                _reset(writer)

    async def start(self) -> None:
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        await self._stop_listening()
        for task in list(self._serving):
            task.cancel()
        await asyncio.gather(*self._serving, return_exceptions=True)

    async def _stop_listening(self) -> None:
        server, self._server = self._server, None
        if server is not None:
            server.close()

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._serving.add(task)
        self.connections += 1
        try:
            await self._serve((reader, writer))
        except asyncio.CancelledError:
            pass
        finally:
            self._serving.discard(task)

    async def _serve(self, client: Stream) -> None:
        self._open.add(client[1])
        server: Stream | None = None
        try:
            if self._mode == "reset":
                return
            await self._passing.wait()
            server = await self._connect()
            self._open.add(server[1])
            up = asyncio.create_task(self._pass(client[0], server[1], answers=False))
            down = asyncio.create_task(self._pass(server[0], client[1], answers=True))
            try:
                await asyncio.wait({up, down}, return_when=asyncio.FIRST_COMPLETED)
            finally:
                for task in (up, down):
                    task.cancel()
                await asyncio.gather(up, down, return_exceptions=True)
        except OSError:
            pass
        finally:
            for writer in (client[1], *([server[1]] if server else [])):
                self._open.discard(writer)
                _reset(writer) if self._mode in ("reset", "refuse", "cut") else writer.close()

    async def _connect(self) -> Stream:
        if isinstance(self.upstream, int):
            return await asyncio.open_connection("127.0.0.1", self.upstream)
        return await asyncio.open_unix_connection(self.upstream)

    async def _pass(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, *, answers: bool) -> None:
        passed = 0
        with suppress(OSError):
            while data := await reader.read(CHUNK):
                await self._passing.wait()
                if self._mode == "latency":
                    await asyncio.sleep(self._amount / 1000)
                if answers and self._mode == "cut":
                    data = data[: max(0, self._amount - passed)]
                    passed += len(data)
                if answers and self._mode == "slow":
                    await self._drip(writer, data)
                else:
                    writer.write(data)
                    await writer.drain()
                if answers and self._mode == "cut" and passed >= self._amount:
                    return

    async def _drip(self, writer: asyncio.StreamWriter, data: bytes) -> None:
        for place in range(len(data)):
            if self._mode != "slow":
                writer.write(data[place:])
                return
            writer.write(data[place : place + 1])
            await writer.drain()
            await asyncio.sleep(1 / self._amount)


def _reset(writer: asyncio.StreamWriter) -> None:
    there = writer.get_extra_info("socket")
    if there is not None:
        with suppress(OSError):
            there.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, LINGER_NONE)
    writer.transport.abort()


@asynccontextmanager
async def fault_proxy(upstream: int | str) -> AsyncIterator[FaultProxy]:
    proxy = FaultProxy(upstream)
    await proxy.start()
    try:
        yield proxy
    finally:
        await proxy.stop()
