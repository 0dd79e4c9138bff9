"""The cast, and the application behind a real server where only the wire shows the truth."""

import asyncio
import os
import socket
from collections.abc import AsyncIterator
from contextlib import suppress

import pytest
import uvicorn
from litestar.types import ASGIApp

from app.kit.db import Database
from sandbox.server import FREE_PORTS
from tests.cast import alice, app, bob, charlie, engine, make_app, nobody, odile, settings

__all__ = ["alice", "app", "bob", "charlie", "engine", "make_app", "nobody", "odile", "settings"]


@pytest.fixture
async def served(app: ASGIApp, database: Database) -> AsyncIterator[str]:
    """Its address on loopback, for as long as the test lasts."""
    assert database  # emptied after the test
    listener = _listening()
    config = uvicorn.Config(app, http="httptools", lifespan="off", log_config=None, server_header=False)
    server = uvicorn.Server(config)
    serving = asyncio.create_task(server.serve(sockets=[listener]))
    while not server.started:  # noqa: ASYNC110 - uvicorn tells nobody when it listens
        await asyncio.sleep(0.01)
    yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    server.should_exit = True
    await asyncio.wait_for(serving, 60)


def _listening() -> socket.socket:
    start = os.getpid() % len(FREE_PORTS)  # each process of a run begins at another, or two would take one at once
    for port in (*FREE_PORTS[start:], *FREE_PORTS[:start]):
        with suppress(OSError):
            return socket.create_server(("127.0.0.1", port))
    raise OSError("no free port")
