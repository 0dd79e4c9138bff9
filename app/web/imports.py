"""A file that is brought back: taken from the request, judged, and handed to the queue."""

import asyncio
import logging
import tempfile
from typing import Any

from litestar import Request
from saq import Queue

from app.kit.db import Database
from app.kit.errors import Invalid
from app.kit.ids import UUID
from app.kit.settings import Settings
from app.ops import importing
from app.web.deadline import wait_until
from app.web.uploads import Upload, no_room

JOB = "read_import"
TIMEOUT = 3600  # seconds
HEARTBEAT = 30
RETRIES = 5
WAIT = 2.0  # seconds for the queue to take it
KEEPING = 60.0  # seconds for the database to take the file
NONE = "Choose the file first."
AWAY = "The queue does not answer, so nobody would read this file. Send it again in a minute."

log = logging.getLogger(__name__)


async def take_import(
    request: Request[Any, Any, Any],
    database: Database,
    queue: Queue | None,
    settings: Settings,
    user_id: UUID,
    upload: Upload | None,
) -> UUID:
    """No transaction is open while the file comes. Raises `Invalid`, `Conflict`, `TooBusy`."""
    if upload is None or not upload.name:
        raise Invalid({"file": NONE})
    try:
        file = await asyncio.to_thread(tempfile.TemporaryFile)
    except OSError as error:
        raise no_room(error) from error
    with file:
        await upload.save(file, settings.import_max_mb * 1_000_000, user_id)
        wait_until(request.scope, asyncio.get_running_loop().time() + KEEPING)
        async with database.session() as session:
            import_id = await importing.begin(session, user_id, upload.name, file)
    await _hand_over(database, queue, import_id)
    return import_id


async def _hand_over(database: Database, queue: Queue | None, import_id: UUID) -> None:
    """Where there is no queue it is read at once."""
    if queue is None:
        await importing.run(database, import_id)
        return
    try:
        async with asyncio.timeout(WAIT):
            await queue.connect()
            await queue.enqueue(
                JOB,
                key=f"import:{import_id}",
                timeout=TIMEOUT,
                retries=RETRIES,
                heartbeat=HEARTBEAT,
                import_id=str(import_id),
            )
    except Exception:
        log.warning("the queue did not take an import", exc_info=True)
        async with database.session() as session:
            await importing.fail(session, import_id, AWAY)
