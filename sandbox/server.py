"""Serving the sandbox: as a program, or from a thread for as long as a block lasts."""

import contextlib
import errno
import os
import socket
import threading
import time
from collections.abc import Iterator

import uvicorn
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from sandbox.app import Sandbox, create_app

__all__ = ["serve", "serving"]

FREE_PORTS = range(20_000, 32_000)  # below what the kernel hands out to clients
START_WAIT = 60.0


class DroppableProtocol(HttpToolsProtocol):
    """Gives the app an ASGI extension to cut the connection with."""

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self.scope["extensions"] = {"sandbox.abort": {"abort": self.transport.abort}}


def serve(host: str, port: int) -> None:
    listener = _listen(host, port)
    print(f"The outside world in a box answers at {_address(listener)} (Ctrl-C ends it)", flush=True)
    with contextlib.suppress(KeyboardInterrupt):
        _server(create_app()).run(sockets=[listener])


@contextlib.contextmanager
def serving(app: Sandbox | None = None, *, host: str = "127.0.0.1", port: int = 0) -> Iterator[str]:
    """Yields the base URL; port 0 takes a free one."""
    listener = _listen(host, port)
    server = _server(app or create_app())
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, name="sandbox", daemon=True)
    thread.start()
    deadline = time.monotonic() + START_WAIT
    while not server.started and thread.is_alive() and time.monotonic() < deadline:
        time.sleep(0.005)
    try:
        yield _address(listener)
    finally:
        server.should_exit = True
        thread.join(START_WAIT)
        listener.close()


def _server(app: Sandbox) -> uvicorn.Server:
    return uvicorn.Server(
        uvicorn.Config(
            app,
            http=DroppableProtocol,
            lifespan="off",
            log_level="error",
            access_log=False,
            server_header=False,
            timeout_graceful_shutdown=1,  # calls that hang on purpose do not keep it
        )
    )


def _listen(host: str, port: int) -> socket.socket:
    if port:
        return _bind(host, port)
    start = os.getpid() % len(FREE_PORTS)
    for candidate in (*FREE_PORTS[start:], *FREE_PORTS[:start]):
        try:
            return _bind(host, candidate)
        except OSError as error:
            if error.errno != errno.EADDRINUSE:
                raise
    raise OSError(errno.EADDRINUSE, "no free port")


def _bind(host: str, port: int) -> socket.socket:
    listener = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except OSError:
        listener.close()
        raise
    return listener


def _address(listener: socket.socket) -> str:
    host, port = listener.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
