"""What a store of ours that is slow or away may cost: a line in the log, and nothing else."""

import asyncio
import logging
from types import TracebackType

STORE_WAIT = 0.5  # seconds; a store slower than that counts as broken

log = logging.getLogger(__name__)


class failing_open:  # noqa: N801 - read as a word: `async with failing_open(…)`
    """What fails in the block, or takes more than `patience` seconds, ends it there; what follows it goes on."""

    def __init__(self, patience: float, complaint: str, *about: str) -> None:
        self._bound = asyncio.timeout(patience)
        self._complaint, self._about = complaint, about

    async def __aenter__(self) -> None:
        await self._bound.__aenter__()

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> bool:
        try:
            await self._bound.__aexit__(kind, error, trace)
        except TimeoutError as late:
            error = late
        if isinstance(error, Exception):
            told = not isinstance(error, OSError)  # away or slow is told in one line; timeouts are OSErrors too
            log.warning(self._complaint, *self._about, exc_info=error if told else None)
        return isinstance(error, Exception)
