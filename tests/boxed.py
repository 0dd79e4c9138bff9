"""The sandbox behind a loopback port, for what needs a connection to break."""

from collections.abc import AsyncIterator, Iterator

import httpx
import pytest

from sandbox.server import serving


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with serving() as address:
        yield address


@pytest.fixture
async def wire(address: str) -> AsyncIterator[httpx.AsyncClient]:
    """To its switchboard too; what was broken is mended afterwards."""
    async with httpx.AsyncClient(base_url=address, timeout=60) as wire:
        await wire.delete("/_calls")
        yield wire
        await wire.delete("/_faults")
