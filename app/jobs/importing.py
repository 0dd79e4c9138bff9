"""Files that were brought back are read in the queue: nobody waits for a page while it is done."""

from saq.types import Context

from app.kit.db import Database
from app.kit.ids import parse_id
from app.ops import importing


async def read_import(context: Context, *, import_id: str) -> None:
    database: Database = context["database"]  # type: ignore[typeddict-item]
    await importing.run(database, parse_id(import_id))
