"""The floor: a bare Litestar handler that answers the page's own bytes after one `SELECT 1`.

`/through/NAME` asks through the same session as the pages (BEGIN, SELECT 1, COMMIT); `/raw/NAME` straight on asyncpg.
Run as `python -m bench.floor PORT DATABASE_URL FOLDER`, where FOLDER holds one file per page.
"""

import sys
from pathlib import Path

import asyncpg
import uvicorn
from litestar import Litestar, Response, get
from sqlalchemy import text

from app.kit.db import Database
from app.serving import run_loop

ONE = text("SELECT 1")
FLOOR = 5  # connections of each kind: the embedded Postgres has forty, and the product most of them


def app_on(database: Database, pages: dict[str, bytes]) -> Litestar:
    pools: list[asyncpg.Pool[asyncpg.Record]] = []

    async def connect() -> None:
        _, where = database.engine.dialect.create_connect_args(database.engine.url)
        pools.append(await asyncpg.create_pool(**where, min_size=4, max_size=FLOOR))

    @get("/through/{name:str}", media_type="text/html")
    async def through(name: str) -> Response[bytes]:
        async with database.session() as session:
            await session.execute(ONE)
        return Response(pages[name], media_type="text/html")

    @get("/raw/{name:str}", media_type="text/html")
    async def raw(name: str) -> Response[bytes]:
        await pools[0].fetchval("SELECT 1")
        return Response(pages[name], media_type="text/html")

    return Litestar([through, raw], on_startup=[connect], logging_config=None, openapi_config=None)


async def serve(port: int, url: str, folder: Path) -> None:
    pages = {path.name: path.read_bytes() for path in folder.iterdir()}
    config = uvicorn.Config(
        app_on(Database(url, pool_size=FLOOR), pages),
        port=port,
        loop="none",
        http="httptools",
        access_log=False,
        log_config=None,
    )
    await uvicorn.Server(config).serve()


if __name__ == "__main__":
    run_loop(lambda: serve(int(sys.argv[1]), sys.argv[2], Path(sys.argv[3])))
