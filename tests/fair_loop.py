"""An event loop whose clock stands still while the machine runs others.

What a test waits for, and what it says must not take long, is counted in time the test was given: a machine that stops
for three seconds makes nothing late. A wait that the code really has takes as long as ever.
"""

import asyncio
import gc
import selectors
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

TICK = 0.05  # seconds; the loop looks at the clock this often, at least
LATE = 0.1  # from one look to the next, at most; what was more, the machine did not give


class FairLoop(asyncio.SelectorEventLoop):
    def __init__(self) -> None:
        self._lived, self._looked = 0.0, time.monotonic()
        super().__init__(_Ticking())

    def time(self) -> float:
        now = time.monotonic()
        self._lived += min(now - self._looked, LATE)
        self._looked = now
        return self._lived


class FairLoops(asyncio.DefaultEventLoopPolicy):
    def new_event_loop(self) -> FairLoop:
        return FairLoop()


class _Ticking(selectors.DefaultSelector):
    def select(self, timeout: float | None = None) -> Any:
        return super().select(TICK if timeout is None else min(timeout, TICK))


def lived() -> float:
    """Seconds the running loop was given, since it was made."""
    return asyncio.get_running_loop().time()


@contextmanager
def costs_less_than(seconds: float) -> Iterator[None]:
    """Of CPU, in this process. What the tests before have left to be collected is none of it."""
    gc.disable()
    try:
        began = time.process_time()
        yield
        cost = time.process_time() - began
    finally:
        gc.enable()
    assert cost < seconds
