"""The web server, started by our own code: web, worker and schedule in one event loop, stopped in order."""

import asyncio
import gc
import socket
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

import uvicorn
from saq import Queue

from app.jobs.asking import Queued
from app.jobs.mailing import deliver
from app.kit.db import Database, Waits
from app.kit.mail import mailer_of
from app.kit.settings import Settings
from app.main import create_app
from app.search.contract import CatalogSearch
from app.search.engines import engine_of
from app.search.fan_out import AskedHere, FanOut
from app.sources.covering import stored_in
from app.sources.reaching import reaching
from app.web.templating import letters
from app.worker import queue_on, working

OF_JOBS = 4  # connections: however many pages are asked for, jobs go on, and the other way round
OF_JOB_WAITS = Waits(statement=60.0)
GRACE = 5  # seconds an open answer may take once we are told to stop


class Server(uvicorn.Server):
    """Says when it listens, and when it stops: before it waits for answers that are still open."""

    def __init__(self, config: uvicorn.Config, listening: Callable[[], None], stopping: Callable[[], None]) -> None:
        super().__init__(config)
        self._listening, self._stopping = listening, stopping

    async def startup(self, sockets: list[Any] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            gc.collect()
            gc.freeze()
            gc.set_threshold(50_000, 20, 50)
            gc.enable()
            self._listening()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._stopping()
        await super().shutdown(sockets)

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """uvicorn raises the signal again once it has stopped, which would end us before worker and Postgres are."""
        with super().capture_signals():
            yield
            self._captured_signals.clear()


async def serve(settings: Settings, database: Database, listener: socket.socket, listening: Callable[[], None]) -> None:
    """Until SIGINT or SIGTERM."""
    engine = engine_of(settings, database)
    async with reaching(settings, database) as sources:
        queue = queue_on(settings.given_redis() or database.url)
        fan_out = FanOut(database, sources, Queued(queue, AskedHere(database, sources)))
        await _serve(settings, database, engine, fan_out, queue, listener, listening)
    await engine.close()


async def _serve(
    settings: Settings,
    database: Database,
    engine: CatalogSearch,
    fan_out: FanOut,
    queue: Queue,
    listener: socket.socket,
    listening: Callable[[], None],
) -> None:
    config = uvicorn.Config(
        create_app(settings, database, engine=engine, fan_out=fan_out, queue=queue),
        loop="none",
        http="httptools",
        server_header=False,
        date_header=True,
        access_log=False,
        log_config=None,
        proxy_headers=False,  # app/web/proxies.py reads them
        timeout_graceful_shutdown=GRACE,
        timeout_keep_alive=30,
        h11_max_incomplete_event_size=16 * 1024,
        lifespan="on",
    )
    mailer = mailer_of(settings)
    listens = asyncio.Event()
    server = Server(config, listens.set, fan_out.stop)
    serving = asyncio.create_task(server.serve(sockets=[listener]))
    waiting = asyncio.create_task(listens.wait())
    await asyncio.wait({serving, waiting}, return_when=asyncio.FIRST_COMPLETED)
    waiting.cancel()
    if not serving.done():  # pages first: the first of them need not wait for the queue
        listening()
        apart = database.apart(pool_size=OF_JOBS, waits=OF_JOB_WAITS)
        mail = partial(deliver, apart, mailer, letters(settings)) if mailer else None
        async with working(apart, engine, fan_out.sources, queue, stored_in(settings), mail):
            await serving
        await apart.close()
    await serving


def run_loop(main: Callable[[], Any]) -> None:
    if sys.platform == "win32":
        asyncio.run(main())
        return
    import uvloop

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(main())
