"""Covers, fetched from their providers once, for everybody.

Of all who want the same new picture one asks; nobody waits long for it: what is late is there the next time. A cover
that cannot be had is not asked for again for some minutes, and a provider that keeps us waiting keeps no page waiting.
"""

import asyncio
import logging
import time
from collections import Counter, OrderedDict, defaultdict
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property, partial
from typing import Generic, TypeVar

from app.kit.fetch_error import FetchError
from app.kit.guarded import Guarded
from app.kit.settings import Settings
from app.sources.cover_store import CoverStore
from app.sources.covers import PROVIDERS, WIDTHS, Asked, Provider, cover_place, shape_of, source_of
from app.sources.pictures import TYPES, NoPicture, Own, made_of, own_of

FOLDER = "covers"
PAINTERS = 2  # pictures made at once
AT_ONCE = 4  # of one provider
WAITING_MAX = 60  # covers of one provider under way at once; a page shows 48
PATIENCE = 2.5  # seconds a request waits
IMPATIENT = 20.0  # seconds in which nobody waits for a provider that was late
NOT_AGAIN = {"not_found": 3600.0}  # seconds until a cover is asked for again, by why it could not be had
NOT_AGAIN_ELSE = 300.0
MISSING_MAX = 20_000
UNSTORED_MAX, UNSTORED_AGE = 256, 24 * 3600.0  # what must not be stored is remembered: so many, for so many seconds

log = logging.getLogger(__name__)

Pictures = Mapping[int, bytes]  # by width


@dataclass(frozen=True, slots=True)
class Had:
    """`is_lasting` unless the provider allows a day only."""

    content: bytes
    is_lasting: bool


Value = TypeVar("Value")


class Remembered(Generic[Value]):
    """For a while each, and so many: the oldest goes first."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._values: OrderedDict[str, tuple[float, Value]] = OrderedDict()

    def get(self, name: str) -> Value | None:
        until, value = self._values.get(name, (0.0, None))
        return value if until > time.monotonic() else None

    def put(self, name: str, value: Value, seconds: float) -> None:
        self._values[name] = (time.monotonic() + seconds, value)
        self._values.move_to_end(name)
        while len(self._values) > self._most:
            self._values.popitem(last=False)


class Covers:
    """What one process knows of covers."""

    def __init__(
        self, settings: Settings, guarded: Guarded, *, store: CoverStore | None = None, patience: float = PATIENCE
    ) -> None:
        self._settings, self._guarded, self._patience = settings, guarded, patience
        self._store = store or stored_in(settings)
        self._under_way: dict[str, asyncio.Task[Pictures | None]] = {}
        self._waiting: Counter[str] = Counter()
        self._turns: dict[str, asyncio.Semaphore] = defaultdict(partial(asyncio.Semaphore, AT_ONCE))
        self._late_until: dict[str, float] = {}
        self._missing = Remembered[bool](MISSING_MAX)
        self._unstored = Remembered[Pictures](UNSTORED_MAX)

    async def picture(self, asked: Asked) -> Had | None:
        """None for what cannot be had, or not yet."""
        provider = PROVIDERS[asked.provider]
        if not provider.may_be_stored:
            pictures = self._unstored.get(asked.mark) or await self._asked(asked, provider)
        elif content := await asyncio.to_thread(self._store.read, asked.mark, asked.width):
            return Had(content, is_lasting=True)
        else:
            pictures = await self._asked(asked, provider)
        return Had(pictures[asked.width], provider.may_be_stored) if pictures else None

    async def own(self, content: bytes, medium: str) -> Own:
        """Of what somebody sent. Raises `NoPicture`."""
        making = partial(own_of, content, shape_of(medium))
        return await asyncio.get_running_loop().run_in_executor(self._painters, making)

    async def close(self) -> None:
        for task in self._under_way.values():
            task.cancel()
        await asyncio.gather(*self._under_way.values(), return_exceptions=True)
        if "_painters" in self.__dict__:
            self._painters.shutdown(wait=False, cancel_futures=True)
        await self._guarded.close()

    async def _asked(self, asked: Asked, provider: Provider) -> Pictures | None:
        if self._missing.get(asked.mark):
            return None
        task = self._under_way.get(asked.mark)
        if task is None:
            if self._waiting[asked.provider] >= WAITING_MAX:
                return None
            task = self._start(asked, provider)
        is_late = self._late_until.get(asked.provider, 0.0) > time.monotonic()
        done, _ = await asyncio.wait({task}, timeout=0 if is_late else self._patience)
        if done:
            return task.result()
        if not is_late:
            self._late_until[asked.provider] = time.monotonic() + IMPATIENT
        return None

    def _start(self, asked: Asked, provider: Provider) -> asyncio.Task[Pictures | None]:
        task = asyncio.create_task(self._had(asked, provider), name=f"cover of {asked.provider}")
        self._under_way[asked.mark] = task
        self._waiting[asked.provider] += 1
        task.add_done_callback(partial(self._done, asked))
        return task

    def _done(self, asked: Asked, _: asyncio.Task[Pictures | None]) -> None:
        del self._under_way[asked.mark]
        self._waiting[asked.provider] -= 1

    async def _had(self, asked: Asked, provider: Provider) -> Pictures | None:
        """Never raises: whoever waits shows the stand-in."""
        url, hosts = source_of(self._settings, asked)
        try:
            async with self._turns[asked.provider]:  # what waits for a painter is held in memory, so few may
                fetched = await self._guarded.fetch(url, hosts=hosts, types=TYPES)
                pictures = await self._made(fetched.content, asked, provider)
        except (FetchError, NoPicture) as error:
            why = error.kind if isinstance(error, FetchError) else "no_picture"
            log.info("cover not had", extra={"source": asked.provider, "kind": why})
            self._missing.put(asked.mark, True, NOT_AGAIN.get(why, NOT_AGAIN_ELSE))
            return None
        except Exception:  # a decoder's fault is one cover's, and a bug of ours
            log.exception("%s: a cover cannot be made", asked.provider)
            self._missing.put(asked.mark, True, NOT_AGAIN_ELSE)
            return None
        if provider.may_be_stored:
            await asyncio.to_thread(self._store.write, asked.mark, pictures)
        else:
            self._unstored.put(asked.mark, pictures, UNSTORED_AGE)
        return pictures

    async def _made(self, content: bytes, asked: Asked, provider: Provider) -> Pictures:
        making = partial(made_of, content, asked.shape, grey_png_is_none=provider.grey_png_is_none)
        return await asyncio.get_running_loop().run_in_executor(self._painters, making)

    @cached_property
    def _painters(self) -> ThreadPoolExecutor:
        return ThreadPoolExecutor(PAINTERS, thread_name_prefix="covers")


def kept_picture(settings: Settings, store: CoverStore, provider: str, key: str, medium: str) -> bytes | None:
    """The widest that is stored here."""
    place = cover_place(settings, provider, key, medium)
    if place is None:
        return None
    mark = place.split("/")[2]
    return next((content for width in reversed(WIDTHS) if (content := store.read(mark, width))), None)


def stored_in(settings: Settings) -> CoverStore:
    return CoverStore(settings.tastebuds_data / FOLDER, settings.covers_max_mb * 1024 * 1024)
