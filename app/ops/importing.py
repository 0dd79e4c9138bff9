"""Reading an export back: the file is judged where it is sent, kept in the database, and read by a job of the queue.

Reading it does the same however often it is begun and wherever it was left: each batch of lines is a transaction of
its own, under a lock of the account, and finds what an earlier one has added.
"""

import asyncio
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from typing import IO, Any

import msgspec
from sqlalchemy import insert, text

from app.accounts import auditing
from app.kit import clock
from app.kit.db import AnyRow, AsyncSession, Database, changed
from app.kit.errors import Conflict, Invalid, NotFound
from app.kit.ids import UUID, new_id
from app.kit.jsonb import as_json
from app.ops import archives, restoring_items
from app.ops.archives import Opened
from app.ops.exports import EXPORTS
from app.ops.fitting import FITS
from app.ops.import_models import Import, ImportPiece
from app.ops.reading_back import ITEMS, Back
from app.ops.restoring import ADDED, Known, Line, Put, putting, take
from app.ops.restoring_items import HERE
from app.sources.covers import shape_of
from app.sources.pictures import NoPicture, Own, own_of

PIECE = 1024 * 1024  # bytes
BATCH, BATCH_BYTES = 100, 4 * 1024 * 1024  # lines; what they are made of takes many times that
MESSAGES_MAX = 100
COVERS_MAX, COVERS_AT_ONCE = 1_000, 8
WAITING_MAX = 3  # of one account
SHOWN = 10
KEPT_FOR = timedelta(days=30)
GIVEN_UP = timedelta(hours=1)  # without a batch

WAITING = "{many} of your files are waiting to be read. Wait until one is done."
NO_JSON = "This line is no JSON object."
TOO_MANY = "There are more than {most:,} lines in this file; what comes after them was not read."
STOPPED = "Reading it was interrupted and not taken up again. Send the file once more: what was read is not doubled."

COLUMNS = "id, state, name, bytes, counts, messages, said, created_at, finished_at"
SHOW = text(f"SELECT {COLUMNS} FROM imports WHERE id = :id AND user_id = :user_id")  # noqa: S608 - names of ours
INDEX = text(f"SELECT {COLUMNS} FROM imports WHERE user_id = :user_id ORDER BY id DESC LIMIT :at_most")  # noqa: S608 - as above
UNFINISHED = text("SELECT count(*) FROM imports WHERE user_id = :user_id AND finished_at IS NULL")
ONE_AT_A_TIME = text("SELECT pg_advisory_xact_lock(hashtextextended('import ' || CAST(:user_id AS text), 0))")
CLAIM = text("""
    UPDATE imports SET state = 'working', counts = '{}', messages = '[]', said = '', updated_at = :now
    WHERE id = :id AND finished_at IS NULL RETURNING user_id, name
""")
CONTENT = text("SELECT content FROM import_pieces WHERE import_id = :id AND position = :position")
PROGRESS = text("""
    UPDATE imports SET counts = CAST(:counts AS jsonb), messages = CAST(:messages AS jsonb), updated_at = :now
    WHERE id = :id
""")
FINISH = text("""
    UPDATE imports SET state = :state, said = :said, finished_at = :now, updated_at = :now
    WHERE id = :id AND finished_at IS NULL RETURNING id
""")
FORGET = text("DELETE FROM import_pieces WHERE import_id = :id")
TOUCH = text("UPDATE menus SET version = version + 1 WHERE owner_id = :user_id AND id = ANY(:ids)")
GIVE_UP = text("""
    UPDATE imports SET state = 'failed', said = :said, finished_at = :now
    WHERE finished_at IS NULL AND updated_at < :before
""")
LEFT_BEHIND = text("""
    DELETE FROM import_pieces p USING imports i WHERE i.id = p.import_id AND i.finished_at IS NOT NULL
""")
SWEEP = text("DELETE FROM imports WHERE finished_at < :before")


async def begin(session: AsyncSession, user_id: UUID, name: str, file: IO[bytes]) -> UUID:
    """Its id. Raises `Invalid` for what is no export this Tastebuds reads, `Conflict` where others wait already."""
    await asyncio.to_thread(archives.opened, file)
    await session.execute(ONE_AT_A_TIME, {"user_id": str(user_id)})
    many = await session.scalar(UNFINISHED, {"user_id": user_id}) or 0
    if many >= WAITING_MAX:
        raise Conflict(WAITING.format(many=many))
    size = file.seek(0, 2)
    file.seek(0)
    row = Import(id=new_id(), user_id=user_id, name=name, bytes=size)
    session.add(row)
    await session.flush()
    position = 0
    while content := await asyncio.to_thread(file.read, PIECE):
        piece = {"import_id": row.id, "position": position, "content": content}
        await session.execute(insert(ImportPiece.__table__), [piece])  # type: ignore[arg-type]
        position += 1
    return row.id


async def show(session: AsyncSession, user_id: UUID, import_id: UUID) -> AnyRow:
    """Raises `NotFound`."""
    row = (await session.execute(SHOW, {"id": import_id, "user_id": user_id})).one_or_none()
    if row is None:
        raise NotFound
    return row


async def index(session: AsyncSession, user_id: UUID) -> Sequence[AnyRow]:
    """The last of them, the newest first."""
    return (await session.execute(INDEX, {"user_id": user_id, "at_most": SHOWN})).all()


async def fail(session: AsyncSession, import_id: UUID, said: str) -> None:
    await session.execute(FINISH, {"id": import_id, "state": "failed", "said": said, "now": clock.now()})
    await session.execute(FORGET, {"id": import_id})


async def sweep(session: AsyncSession) -> int:
    """How many are past their time, and gone. What nobody reads any more is given up."""
    now = clock.now()
    await session.execute(GIVE_UP, {"said": STOPPED, "now": now, "before": now - GIVEN_UP})
    await session.execute(LEFT_BEHIND)
    return await changed(session, SWEEP, {"before": now - KEPT_FOR})


async def run(database: Database, import_id: UUID, *, lines_max: int = archives.LINES_MAX) -> None:
    """Reads it from the beginning. Does nothing where that was done."""
    async with database.session() as session:
        claimed = (await session.execute(CLAIM, {"id": import_id, "now": clock.now()})).one_or_none()
    if claimed is None:
        return
    with tempfile.TemporaryFile() as file:
        await _fetch(database, import_id, file)
        reading = _Reading(database, import_id, Known(claimed.user_id), lines_max)
        try:
            await reading.whole(await asyncio.to_thread(archives.opened, file))
        except Invalid as error:
            await reading.finish("failed", " ".join(error.errors.values()))
        else:
            await reading.finish("done", reading.said)


async def _fetch(database: Database, import_id: UUID, file: IO[bytes]) -> None:
    position = 0
    async with database.reading() as session:
        while content := await session.scalar(CONTENT, {"id": import_id, "position": position}):
            await asyncio.to_thread(file.write, content)
            position += 1


@dataclass(slots=True)
class _Reading:
    database: Database
    import_id: UUID
    known: Known
    lines_max: int
    counts: dict[str, Counter[str]] = field(default_factory=dict)
    messages: list[dict[str, Any]] = field(default_factory=list)
    lines: int = 0
    covers: int = 0
    said: str = ""

    async def whole(self, opened: Opened) -> None:
        for each in EXPORTS:
            if isinstance(each.back, Back) and opened.has(each.file) and not self.said:
                await self._list(opened, each.file)

    async def _list(self, opened: Opened, name: str) -> None:
        self.counts[name] = Counter()
        pieces = archives.batches(opened.lines(name), BATCH, BATCH_BYTES)
        while batch := await asyncio.to_thread(next, pieces, None):
            self.lines += len(batch)
            if self.lines > self.lines_max:
                self.said = TOO_MANY.format(most=self.lines_max)
                return
            lines = [_line(number, content) for number, content in batch if content.strip()]
            if not lines:
                continue
            if name != ITEMS:
                await self._batch(name, lines, putting(name, FITS.get(name)))
                continue
            for few in _few(lines):
                covers = await self._covers(opened, few)
                await self._batch(name, few, partial(restoring_items.put, covers=covers))

    async def _covers(self, opened: Opened, lines: Sequence[Line]) -> dict[int, Own]:
        """Decoded and drawn anew, of works that are not here yet: before the transaction, for that takes a while."""
        wanted = [(line, item_id) for line in lines if (item_id := restoring_items.covered(line))]
        self.covers += len(wanted)
        if not wanted or self.covers > COVERS_MAX:
            return {}
        async with self.database.reading() as session:
            here = set(await session.scalars(HERE, {"ids": [item_id for _, item_id in wanted]}))
        made: dict[int, Own] = {}
        for line, item_id in wanted:
            if item_id not in here:
                with suppress(NoPicture):
                    made[line.number] = await asyncio.to_thread(_drawn, opened, item_id, str(line.given.get("type")))
        return made

    async def _batch(self, name: str, lines: list[Line], put: Put) -> None:
        async with self.database.session() as session:
            await session.execute(ONE_AT_A_TIME, {"user_id": str(self.known.user_id)})
            readable = [line for line in lines if not line.result]
            if readable:
                await take(session, self.known, readable, put)
                await self._tell(session, name, readable)
            self.counts[name].update(line.result for line in lines)
            room = MESSAGES_MAX - len(self.messages)
            self.messages += [
                {"file": f"{name}.jsonl", "line": line.number, "said": line.said} for line in lines if line.said
            ][:room]
            await session.execute(PROGRESS, {"id": self.import_id, "now": clock.now(), **self._told()})

    async def _tell(self, session: AsyncSession, name: str, lines: Sequence[Line]) -> None:
        """Of what changed, so that nobody is shown what was; and of what became public."""
        user_id = self.known.user_id
        if self.known.menus:
            await session.execute(TOUCH, {"user_id": user_id, "ids": sorted(self.known.menus)})
            self.known.menus.clear()
        for values in [line.values for line in lines if line.result == ADDED]:
            if name == "menus" and values.get("published_at"):
                auditing.record(session, "menu.published", user_id, name=values["title"])
            if name == "public-profile" and values.get("is_public"):
                auditing.record(session, "profile.published", user_id, name=values["handle"])

    async def finish(self, state: str, said: str) -> None:
        async with self.database.session() as session:
            now = clock.now()
            finished = await session.execute(FINISH, {"id": self.import_id, "state": state, "said": said, "now": now})
            if finished.one_or_none():
                added = sum(counts["added"] + counts["renewed"] for counts in self.counts.values())
                auditing.record(session, "data.imported", self.known.user_id, rows=added)
            await session.execute(FORGET, {"id": self.import_id})

    def _told(self) -> dict[str, str]:
        return {
            "counts": as_json(self.counts),
            "messages": as_json(self.messages),
        }


def _few(lines: Sequence[Line]) -> Iterator[list[Line]]:
    """So many that not too many covers are held at once."""
    few: list[Line] = []
    covers = 0
    for line in lines:
        few.append(line)
        covers += restoring_items.covered(line) is not None
        if covers == COVERS_AT_ONCE:
            yield few
            few, covers = [], 0
    if few:
        yield few


def _drawn(opened: Opened, item_id: UUID, medium: str) -> Own:
    return own_of(opened.cover(item_id), shape_of(medium))


def _line(number: int, content: bytes) -> Line:
    try:
        given = msgspec.json.decode(content)
    except (ValueError, RecursionError):  # also what is no UTF-8
        given = None
    line = Line(number, given if isinstance(given, dict) else {})
    if not isinstance(given, dict):
        line.leave(NO_JSON)
    return line
