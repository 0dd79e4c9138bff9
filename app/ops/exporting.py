"""Everything of one person as one ZIP file, sent as it is made: each list in JSON Lines and in CSV, and a README.

Nothing of it is kept here, on disk or in memory, but what is on its way. It is read in one transaction that sees one
moment; who takes it slowly holds that transaction for ten minutes at most, and then gets no end of the file, which so
cannot be taken for whole.
"""

import asyncio
import logging
import zipfile
from collections.abc import AsyncGenerator, Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial

import msgspec
from sqlalchemy import text

from app.accounts import auditing
from app.kit import clock
from app.kit.db import AnyRow, AsyncSession, Database
from app.kit.errors import TooBusy
from app.kit.ids import UUID
from app.ops import csv_cells
from app.ops.exports import COVERS, EXPORTS, Export
from app.sources import hand_covers
from app.sources.covers import HAND

SCHEMA_VERSION = 2  # of what is in the file: counted up when a name in it changes (docs/export-format.md)
AT_ONCE = 2
LONGEST = 600.0  # seconds
IDLE, LEAST = 10.0, 64 * 1024  # seconds, and the bytes that must be taken in them
BATCH = 200  # rows
COVERS_MAX, COVERS_BYTES = 10_000, 300_000_000  # so that `IMPORT_MAX_MB` leaves room for the lists
AHEAD = 8  # pieces that are made before the first of them is taken
YOURS = "You are taking your data with you already. When that is done, or given up, you can do it again."
BUSY = "Others are just taking their data with them. Try again in a minute."

README = """Tastebuds: everything of {name}, as it was on {when}.
Schema version {version}. Every field is explained in docs/export-format.md of Tastebuds.

Each list is here twice. The .jsonl files have one JSON object a line (JSON Lines, UTF-8); they are what Tastebuds
reads back. The .csv files are for people and spreadsheets. Moments are ISO 8601 in UTC.

{files}

Not in here, because it is secret or gone within minutes: passwords, the second factor, recovery codes, links.
"""

NAME = text("SELECT name FROM users WHERE id = :user_id")
JSON = msgspec.json.Encoder(decimal_format="number")

# the picture that is kept here, of its provider, its key there, and the work's type
Pictures = Callable[[str, str, str], bytes | None]

log = logging.getLogger(__name__)

_places = asyncio.Semaphore(AT_ONCE)
_taking: set[UUID] = set()  # accounts, each of which has one place


class _Sink:
    """What a ZipFile writes to when it can only go on; `taken` hands over what was written."""

    def __init__(self) -> None:
        self._written = bytearray()

    def write(self, content: bytes) -> int:
        self._written += content
        return len(content)

    def flush(self) -> None: ...

    def taken(self) -> bytes:
        written, self._written = bytes(self._written), bytearray()
        return written


class Left(Exception):
    """Nobody takes it any more, or too slowly."""


class _Way:
    """Between who makes it and who takes it: so many pieces may be on it."""

    def __init__(self) -> None:
        self.pieces: asyncio.Queue[bytes] = asyncio.Queue(AHEAD)
        self.is_left = False
        self.until = asyncio.get_running_loop().time() + LONGEST
        self.largest = 0

    async def put(self, piece: bytes) -> None:
        """Raises `Left`, also where one of those on the way is not taken in the time it may take."""
        slowest = IDLE * max(1, self.largest / LEAST)
        self.largest = max(self.largest, len(piece))
        try:
            async with asyncio.timeout_at(min(self.until, asyncio.get_running_loop().time() + slowest)):
                await self.pieces.put(piece)
        except TimeoutError:
            raise Left from None
        if self.is_left:
            raise Left

    def leave(self) -> None:
        self.is_left = True
        while not self.pieces.empty():  # who waits to put one goes on, and is told
            self.pieces.get_nowait()


@dataclass(slots=True)
class Archive:
    """`pieces` may be taken once."""

    name: str
    way: _Way
    making: "asyncio.Task[None]"

    async def begun(self) -> None:
        """Returns when there is something to take. Raises what is wrong with it, if it is wrong at once."""
        while self.way.pieces.empty() and not self.making.done():
            await asyncio.wait({self.making}, timeout=0.01)
        if self.making.done():
            self.making.result()

    async def pieces(self) -> AsyncGenerator[bytes]:
        """Raises where it cannot be made whole."""
        try:
            while not self.making.done() or not self.way.pieces.empty():
                getting = asyncio.ensure_future(self.way.pieces.get())
                await asyncio.wait({getting, self.making}, return_when=asyncio.FIRST_COMPLETED)
                if getting.done():
                    yield getting.result()
                else:
                    getting.cancel()
            self.making.result()
        finally:
            self.way.leave()


async def export(session: AsyncSession, database: Database, user_id: UUID, pictures: Pictures | None = None) -> Archive:
    """Told in `session`. Raises `TooBusy`, and what is wrong with the database if it is wrong at once."""
    if user_id in _taking:
        raise TooBusy(YOURS)
    if _places.locked():
        raise TooBusy(BUSY)
    await _places.acquire()
    _taking.add(user_id)
    now, way = clock.now(), _Way()
    making = asyncio.create_task(_make(database, user_id, way, now, pictures), name="export")
    making.add_done_callback(partial(_done, user_id))
    archive = Archive(f"tastebuds-{now:%Y-%m-%d}.zip", way, making)
    try:
        await archive.begun()
    except BaseException:
        way.leave()
        raise
    auditing.record(session, "data.exported", user_id)
    return archive


def _done(user_id: UUID, making: "asyncio.Task[None]") -> None:
    _places.release()
    _taking.discard(user_id)
    if not making.cancelled() and making.exception() is not None:
        log.info("an export was not made whole: %s", type(making.exception()).__name__)


@dataclass(slots=True)
class _Making:
    reading: AsyncSession
    user_id: UUID
    way: _Way
    now: datetime
    sink: _Sink = field(default_factory=_Sink)
    counts: dict[str, int] = field(default_factory=dict)

    def info(self, name: str) -> zipfile.ZipInfo:
        info = zipfile.ZipInfo(name, self.now.timetuple()[:6])
        info.compress_type = zipfile.ZIP_DEFLATED
        info.external_attr = 0o600 << 16
        return info

    async def send(self) -> None:
        if piece := self.sink.taken():
            await self.way.put(piece)


async def _make(database: Database, user_id: UUID, way: _Way, now: datetime, pictures: Pictures | None) -> None:
    async with database.session() as reading:
        await reading.connection(execution_options={"isolation_level": "REPEATABLE READ"})
        making = _Making(reading, user_id, way, now)
        with zipfile.ZipFile(making.sink, "w", zipfile.ZIP_DEFLATED) as archive:  # type: ignore[call-overload]
            for each in EXPORTS:
                making.counts[each.file] = await _write(making, archive, each, ".jsonl", _no_head, _lines)
                await _write(making, archive, each, ".csv", csv_cells.head, csv_cells.rows)
            await _draw(making, archive, pictures)
            name = await reading.scalar(NAME, {"user_id": user_id})
            archive.writestr(making.info("README.txt"), _readme(str(name), making))
            manifest = {"schema_version": SCHEMA_VERSION, "exported_at": now, "rows": making.counts}
            archive.writestr(making.info("manifest.json"), msgspec.json.encode(manifest))
        await making.send()


async def _write(
    making: _Making,
    archive: zipfile.ZipFile,
    each: Export,
    ending: str,
    head: Callable[[Iterable[str]], bytes],
    lines: Callable[[Sequence[AnyRow]], bytes],
) -> int:
    """How many rows. What is packed is packed in a thread: it is most of the work."""
    count = 0
    with archive.open(making.info(f"{each.file}{ending}"), "w", force_zip64=True) as member:
        rows = await making.reading.stream(each.statement, {"user_id": making.user_id})
        member.write(head(rows.keys()))
        async for batch in rows.partitions(BATCH):
            await asyncio.to_thread(member.write, lines(batch))
            count += len(batch)
            await making.send()
    await making.send()
    return count


async def _draw(making: _Making, archive: zipfile.ZipFile, pictures: Pictures | None) -> None:
    """Those that people put there, which are read back; others for people, if wished. Pictures are packed already."""
    asked = {"user_id": making.user_id, "at_most": COVERS_MAX, "is_wished": pictures is not None}
    rows = await making.reading.execute(COVERS, asked)
    size = 0
    for row in rows.all():
        picture: bytes | None = None
        if row.cover_provider == HAND:
            picture = await hand_covers.whole(making.reading, row.cover_key)
        elif pictures:
            picture = await asyncio.to_thread(pictures, row.cover_provider, row.cover_key, row.type)
        if picture is None or size + len(picture) > COVERS_BYTES:
            continue
        size += len(picture)
        info = making.info(f"covers/{row.id}.webp")
        info.compress_type = zipfile.ZIP_STORED
        archive.writestr(info, picture)
        await making.send()


def _no_head(_: Iterable[str]) -> bytes:
    return b""


def _lines(rows: Sequence[AnyRow]) -> bytes:
    return b"".join(JSON.encode(dict(row._mapping)) + b"\n" for row in rows)


def _readme(name: str, making: _Making) -> str:
    files = "\n".join(f"{each.file} ({making.counts[each.file]:,}): {each.said}" for each in EXPORTS)
    when = making.now.strftime("%Y-%m-%d %H:%M UTC")
    return README.format(name=name, when=when, version=SCHEMA_VERSION, files=files)
