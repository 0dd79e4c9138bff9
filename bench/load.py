"""Asking one address again and again over kept-alive connections, with a client that costs little itself."""

import asyncio
import statistics
import time
from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Measured:
    """`p50` and `p95` in milliseconds."""

    per_second: float
    p50: float
    p95: float


async def load(port: int, path: str, headers: Mapping[str, str], clients: int, seconds: float) -> Measured:
    """Raises `RuntimeError` on any answer but 200 and 304."""
    request = f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n"
    request += "".join(f"{name}: {value}\r\n" for name, value in headers.items()) + "\r\n"
    started = time.perf_counter()
    ends = started + seconds
    taken = await asyncio.gather(*(_ask(port, request.encode(), ends) for _ in range(clients)))
    elapsed = time.perf_counter() - started
    times = sorted(time_ for client in taken for time_ in client)
    p95 = times[min(len(times) - 1, int(len(times) * 0.95))]
    return Measured(len(times) / elapsed, statistics.median(times) * 1000, p95 * 1000)


async def _ask(port: int, request: bytes, ends: float) -> list[float]:
    reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=1 << 20)
    taken = []
    try:
        while (started := time.perf_counter()) < ends:
            writer.write(request)
            head = await reader.readuntil(b"\r\n\r\n")
            if not head.startswith((b"HTTP/1.1 200", b"HTTP/1.1 304")):
                raise RuntimeError(head.decode("latin-1"))
            length = (
                b"0"
                if head.startswith(b"HTTP/1.1 304")
                else head.lower().split(b"content-length:", 1)[1].split(b"\r\n", 1)[0]
            )
            await reader.readexactly(int(length))
            taken.append(time.perf_counter() - started)
    finally:
        writer.close()
    return taken
