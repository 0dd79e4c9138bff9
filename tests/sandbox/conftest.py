import json
import os
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from sandbox.app import Sandbox, create_app
from tests.boxed import address, wire

__all__ = ["address", "wire"]

RECORDED = Path(os.environ.get("TASTEBUDS_RECORDED", "../shared/recorded"))


@pytest.fixture
def app() -> Sandbox:
    return create_app()


@pytest.fixture
async def box(app: Sandbox) -> AsyncIterator[httpx.AsyncClient]:
    """A sandbox in this process, without a socket."""
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://sandbox") as client:
        yield client


def recorded(path: str) -> Any:
    """A recorded answer or schema; the test is skipped where there is none."""
    return json.loads(recorded_text(path))


def recorded_text(path: str) -> str:
    file = RECORDED / path
    if not file.exists():
        pytest.skip(f"no recorded answers at {RECORDED} (TASTEBUDS_RECORDED)")
    return file.read_text(encoding="utf-8")
