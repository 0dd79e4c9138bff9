"""The cast, and the application behind a real server where only the wire shows the truth."""

import asyncio
import socket
from collections.abc import AsyncIterator

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
    for port in FREE_PORTS:
        listener = socket.socket()
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind(("127.0.0.1", port))
        except OSError:
            listener.close()
        else:
            return listener
    raise OSError("no free port")
