import json
import os
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from sandbox.app import Sandbox, create_app
from sandbox.server import serving

RECORDED = Path(os.environ.get("TASTEBUDS_RECORDED", "../shared/recorded"))


@pytest.fixture
def app() -> Sandbox:
    return create_app()


@pytest.fixture
async def box(app: Sandbox) -> AsyncIterator[httpx.AsyncClient]:
    """A sandbox in this process, without a socket."""
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://sandbox") as client:
        yield client


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    """A sandbox on a loopback port, for what needs a connection to break."""
    with serving() as address:
        yield address


@pytest.fixture
async def wire(address: str) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=address, timeout=5) as client:
        yield client
        await client.delete("/_faults")


def recorded(path: str) -> Any:
    """A recorded answer or schema; the test is skipped where there is none."""
    return json.loads(recorded_text(path))


def recorded_text(path: str) -> str:
    file = RECORDED / path
    if not file.exists():
        pytest.skip(f"no recorded answers at {RECORDED} (TASTEBUDS_RECORDED)")
    return file.read_text(encoding="utf-8")
