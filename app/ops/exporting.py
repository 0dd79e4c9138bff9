"""Everything of one person as one ZIP file: a list in JSON Lines for each kind of thing, and a README."""

import asyncio
import errno
import logging
import tempfile
import zipfile
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass
from typing import IO

import msgspec
from sqlalchemy import TextClause, text

from app.accounts import auditing
from app.kit import clock
from app.kit.db import AsyncSession, Database
from app.kit.errors import TooBusy
from app.kit.ids import UUID
from app.ops.exports import EXPORTS

SCHEMA_VERSION = 1  # of what is in the file: counted up when a name in it changes
AT_ONCE = 2
BATCH = 200  # rows
PIECE = 64 * 1024  # bytes
NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
FULL = "There is no room to make the file. Whoever runs this Tastebuds has to make some; nothing of yours is lost."
BUSY = "Others are just taking their data with them. Try again in a minute."

README = """Tastebuds: everything of {name}, as it was on {when}.
Schema version {version}.

Each file has one JSON object a line (JSON Lines, UTF-8). Moments are ISO 8601 in UTC.

{files}

Not in here, because it is secret or gone within minutes: passwords, the second factor, recovery codes, links.
"""

log = logging.getLogger(__name__)

_places = asyncio.Semaphore(AT_ONCE)


@dataclass(frozen=True, slots=True)
class Archive:
    name: str
    size: int
    file: IO[bytes]

    async def pieces(self) -> AsyncIterator[bytes]:
        """Once; the file is gone after."""
        with self.file as file:
            while piece := await asyncio.to_thread(file.read, PIECE):
                yield piece


async def export(session: AsyncSession, database: Database, user_id: UUID) -> Archive:
    """Told in `session`; read in a transaction of its own that sees one moment. Raises `TooBusy`, without room too."""
    if _places.locked():
        raise TooBusy(BUSY)
    async with _places:
        now = clock.now()
        try:
            file = await asyncio.to_thread(tempfile.TemporaryFile)
        except OSError as error:  # tempfile tries each folder, and says of full ones that there is none
            raise _no_room(error) from error
        try:
            async with database.session() as reading:
                await reading.connection(execution_options={"isolation_level": "REPEATABLE READ"})
                await _fill(reading, file, user_id)
            size = file.tell()
            file.seek(0)  # writes what is still in memory
        except BaseException as error:
            with suppress(OSError):
                file.close()
            if isinstance(error, OSError) and error.errno in NO_ROOM:
                raise _no_room(error) from error
            raise
    auditing.record(session, "data.exported", user_id)
    return Archive(f"tastebuds-{now:%Y-%m-%d}.zip", size, file)


def _no_room(error: OSError) -> TooBusy:
    log.error("no room for temporary files: %s", error)
    return TooBusy(FULL)


async def _fill(reading: AsyncSession, file: IO[bytes], user_id: UUID) -> None:
    counts: dict[str, int] = {}
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for each in EXPORTS:
            with archive.open(f"{each.file}.jsonl", "w", force_zip64=True) as member:
                counts[each.file] = await _write(reading, member, each.statement, user_id)
        name = await reading.scalar(text("SELECT name FROM users WHERE id = :user_id"), {"user_id": user_id})
        archive.writestr("README.txt", _readme(str(name), counts))
        manifest = {"schema_version": SCHEMA_VERSION, "exported_at": clock.now(), "rows": counts}
        archive.writestr("manifest.json", msgspec.json.encode(manifest))


async def _write(reading: AsyncSession, member: IO[bytes], statement: TextClause, user_id: UUID) -> int:
    count = 0
    rows = await reading.stream(statement, {"user_id": user_id})
    async for batch in rows.partitions(BATCH):
        lines = b"".join(msgspec.json.encode(dict(row._mapping)) + b"\n" for row in batch)
        await asyncio.to_thread(member.write, lines)
        count += len(batch)
    return count


def _readme(name: str, counts: dict[str, int]) -> str:
    files = "\n".join(f"{each.file}.jsonl ({counts[each.file]:,}): {each.said}" for each in EXPORTS)
    when = clock.now().strftime("%Y-%m-%d %H:%M UTC")
    return README.format(name=name, when=when, version=SCHEMA_VERSION, files=files)
