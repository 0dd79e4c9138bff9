"""The pages against their floor: `python -m bench.pages`. Ratios are the result; the seconds are this machine's.

Starts the product as people do (`tastebuds run`, on an embedded Postgres and the sandbox), fills it, and measures every
page in turn with its floor (bench/floor.py) in the same run, so that a slow minute of the machine slows both.
"""

import argparse
import asyncio
import compileall
import gzip
import http.client
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx
from sqlalchemy import event

import app
import sandbox
from app.kit import embedded
from app.kit.db import Database, Waits
from app.kit.outbound import Outbound
from app.kit.settings import read_settings
from app.library import shelving
from app.library.shelf_forms import ShelfForm
from app.main import create_app
from app.search.postgres import PostgresSearch
from app.sources.registry import all_sources
from app.web.assets import ROOT as ASSETS
from app.web.signed_in import COOKIE
from bench.library import fill
from bench.load import Measured, load
from bench.menus import sixty
from sandbox.server import serving

APP = Path(app.__file__).parent
PORT, FLOOR_PORT = 18_100, 18_101
CLIENTS = (1, 16)
START_WAIT = 60.0
ON_EVERY_PAGE = ("app.js", "quick_keys.js")


@contextmanager
def running(folder: Path, environment: Mapping[str, str]) -> Iterator[float]:
    """Seconds from the command to the first byte of a page."""
    started = time.perf_counter()
    child = subprocess.Popen(
        [sys.executable, "-m", "app.cli", "run"],
        env={**os.environ, "TASTEBUDS_DATA": str(folder), "PORT": str(PORT), **environment},
        stdout=subprocess.DEVNULL,
    )
    try:
        _first_byte(child, PORT, "/")
        yield time.perf_counter() - started
    finally:
        child.terminate()
        child.wait(30)


def _first_byte(child: "subprocess.Popen[bytes]", port: int, path: str) -> None:
    deadline = time.monotonic() + START_WAIT
    while time.monotonic() < deadline and child.poll() is None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
        try:
            connection.request("GET", path)
            connection.getresponse().read()
        except OSError:
            time.sleep(0.005)
        else:
            return
        finally:
            connection.close()
    raise RuntimeError(f"nothing answered on port {port}")


async def statements(url: str, environment: Mapping[str, str], pages: Mapping[str, str], cookie: str) -> dict[str, int]:
    """How many each page sends, the look-up of who asks included, BEGIN and COMMIT not."""
    sent: list[str] = []
    database = Database(url)
    database.direct.watch = sent.append
    engine = PostgresSearch(database, watch=sent.append)
    event.listen(database.engine.sync_engine, "before_cursor_execute", lambda *args: sent.append(args[2]))
    settings = read_settings(_env_file=None, **{name.lower(): value for name, value in environment.items()})
    sources = all_sources(settings, Outbound(settings.contact))  # which are not asked
    # httpx and Litestar type ASGI each in their own way
    asgi: Any = create_app(settings, database, engine=engine, sources=sources)
    counted = {}
    async with httpx.AsyncClient(transport=httpx.ASGITransport(asgi), base_url="http://127.0.0.1") as client:
        for name, path in pages.items():
            headers = asked_as(name, cookie)
            await client.get(path, headers=headers)
            sent.clear()
            answer = await client.get(path, headers=headers)
            if answer.status_code != 304:
                answer.raise_for_status()
            counted[name] = len(sent)
    await engine.close()
    await database.close()
    return counted


def asked_as(name: str, cookie: str) -> dict[str, str]:
    """The public menu as a guest, one of them as a guest who has it already; the rest as the host."""
    if name == "menu304":
        return {"If-None-Match": "*"}
    return {} if name.startswith("menu") else {"Cookie": cookie}


async def measure(pages: Mapping[str, str], cookie: str, seconds: float, rounds: int) -> None:
    print("\n| page | clients | requests/s | p50 ms | p95 ms | floor req/s | x floor | x raw floor |")
    print("|---|---|---|---|---|---|---|---|")
    for name, path in pages.items():
        headers = asked_as(name, cookie)
        for clients in CLIENTS:
            taken: dict[str, list[Measured]] = {"page": [], "through": [], "raw": []}
            for _ in range(rounds):
                taken["page"].append(await load(PORT, path, headers, clients, seconds))
                taken["through"].append(await load(FLOOR_PORT, f"/through/{name}", headers, clients, seconds))
                taken["raw"].append(await load(FLOOR_PORT, f"/raw/{name}", headers, clients, seconds))
            page, through, raw = (_middle(taken[which]) for which in ("page", "through", "raw"))
            print(
                f"| {name} | {clients} | {page.per_second:.0f} | {page.p50:.2f} | {page.p95:.2f} "
                f"| {through.per_second:.0f} | {through.per_second / page.per_second:.1f} "
                f"| {raw.per_second / page.per_second:.1f} |",
                flush=True,
            )


def _middle(taken: list[Measured]) -> Measured:
    ordered = sorted(taken, key=lambda each: each.per_second)
    return ordered[len(ordered) // 2]


def starts(folder: Path, environment: Mapping[str, str]) -> None:
    with running(folder, environment) as cold:
        pass
    warm = []
    for _ in range(3):
        with running(folder, environment) as seconds:
            warm.append(seconds)
    print(f"start to first byte: cold {cold:.2f} s, warm {statistics.median(warm):.2f} s (median of 3)")


def weights() -> None:
    """Of the page that loads most: what stands on every page, and the largest script of a page's own."""
    scripts = {path.name: _gzipped(path) for path in (ASSETS / "js").glob("*.js")}
    everywhere = sum(scripts.pop(name) for name in ON_EVERY_PAGE)
    sizes = {
        "CSS": sum(map(_gzipped, (ASSETS / "built").glob("*.css"))),
        "JS": everywhere + max(scripts.values()),
        "htmx": sum(map(_gzipped, (ASSETS / "vendor").glob("*.js"))),
    }
    told = ", ".join(f"{kind} {size / 1024:.1f}" for kind, size in sizes.items())
    print(f"CSS and JS of the heaviest page: {sum(sizes.values()) / 1024:.1f} KB gzip ({told})")


def _gzipped(path: Path) -> int:
    return len(gzip.compress(path.read_bytes(), 9))


async def compare(folder: Path, environment: Mapping[str, str], wanted: argparse.Namespace) -> None:
    url = embedded.url_of(folder)
    database = Database(url, waits=Waits(statement=120))
    token, item_id, menu_id, slug = await fill(database)
    slug_of_60 = await sixty(database)
    engine = PostgresSearch(database)
    await engine.rebuild()
    await engine.close()
    cookie = f"{COOKIE}={token}"
    pages = {
        "menu": f"/menus/{slug}",
        "menu60": f"/menus/{slug_of_60}",
        "menu304": f"/menus/{slug_of_60}",
        "library": "/library",
        "library400": await page_of_the_library(database, 400),
        "library_table": "/library?view=table",
        "home": "/",
        "item": f"/items/{item_id}",
        "search": f"/search?q={quote('winter')}",
        "editor": f"/menus/{menu_id}/edit",
    }
    await database.close()
    pages = {name: path for name, path in pages.items() if not wanted.page or name in wanted.page}
    counted = await statements(url, environment, pages, cookie)
    with tempfile.TemporaryDirectory() as written:
        print("\n| page | statements | bytes | gzip |\n|---|---|---|---|")
        for name, path in pages.items():
            answer = httpx.get(f"http://127.0.0.1:{PORT}{path}", headers=asked_as(name, cookie))
            body = answer.content if answer.status_code == 304 else answer.raise_for_status().content
            (Path(written) / name).write_bytes(body)
            print(f"| {name} | {counted[name]} | {len(body):,} | {len(gzip.compress(body, 6)):,} |")
        child = subprocess.Popen([sys.executable, "-m", "bench.floor", str(FLOOR_PORT), url, written])
        try:
            _first_byte(child, FLOOR_PORT, f"/raw/{next(iter(pages))}")
            await measure(pages, cookie, wanted.seconds, wanted.rounds)
        finally:
            child.terminate()
            child.wait(10)


async def page_of_the_library(database: Database, number: int) -> str:
    """Its address, which only the page before it knows."""
    form = ShelfForm.read({})
    async with database.direct.one() as connection:
        host = await connection.fetchval("SELECT id FROM users WHERE name = 'Hera'")
        for _ in range(number - 1):
            _, after = await shelving.page(connection, host, form)
            form = form.model_copy(update={"after": after})
    return f"/library?view=grid&after={form.after}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=0.7, help="how long each page is asked, each round")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--page", action="append", help="only this one, or these")
    wanted = parser.parse_args()
    with serving() as base, tempfile.TemporaryDirectory(dir="/var/tmp") as folder:
        environment = sandbox.settings(base) | {"RATE_LIMITS": "1000"}  # counted as ever, and never refused
        data = Path(folder) / "data"
        Path(folder).chmod(0o755)
        compileall.compile_dir(APP, quiet=1)  # as `make run` does
        starts(data, environment)
        weights()
        with running(data, environment):
            asyncio.run(compare(data, environment, wanted))


if __name__ == "__main__":
    main()
