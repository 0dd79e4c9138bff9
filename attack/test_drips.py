"""Connections that say a byte now and then hold up nobody, and nothing but loopback is listened on."""

import asyncio
import contextlib
import statistics
import time
from collections.abc import Callable
from urllib.parse import urlsplit

import psutil
import pytest

from attack.conftest import Arrive
from attack.instances import House

DRIPS = 200
ASKED = 120
BUDGET = 0.5  # seconds


async def drip(port: int, until: asyncio.Event) -> int:
    """A header that never ends. Whether it was still open at the end."""
    _, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        writer.write(b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: ")
        while not until.is_set():
            writer.write(b"a")
            await writer.drain()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(until.wait(), 0.8)
    except OSError:
        return 0
    finally:
        writer.close()
    return 1


@pytest.mark.requirement("NW-3")
async def test_two_hundred_that_drip_slow_down_nobody(
    house: House, arrive: Arrive, measured: Callable[[str], None]
) -> None:
    instance = await house.open(RATE_LIMITS="0")
    alice = arrive(instance)
    await alice.log_in()
    until = asyncio.Event()
    port = urlsplit(instance.address).port or 0
    drips = [asyncio.create_task(drip(port, until)) for _ in range(DRIPS)]
    await asyncio.sleep(2)
    took = []
    for number in range(ASKED):
        began = time.monotonic()
        answer = await alice.get(("/library", "/menus", "/search?q=dune")[number % 3])
        took.append(time.monotonic() - began)
        assert answer.status_code == 200
    until.set()
    still = sum(await asyncio.gather(*drips))
    slowest = statistics.quantiles(took, n=20)[-1]
    assert slowest < BUDGET
    assert instance.process
    listening = {
        connection.laddr.ip
        for connection in psutil.Process(instance.process.pid).net_connections("inet")
        if connection.status == psutil.CONN_LISTEN
    }
    assert listening == {"127.0.0.1"}
    measured(f"{still} of {DRIPS} drips open; {ASKED} pages meanwhile: p50 {statistics.median(took) * 1000:.0f} ms, "
             f"p95 {slowest * 1000:.0f} ms; listens on {', '.join(listening)} alone")  # fmt: skip
