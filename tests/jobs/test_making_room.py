"""Covers stay within their quota."""

import os
import time
from pathlib import Path

from saq.types import Context

from app.jobs.making_room import make_room
from app.sources.cover_store import AGE_MAX, NOWHERE, CoverStore


async def test_what_is_past_its_age_goes(tmp_path: Path) -> None:
    covers = CoverStore(tmp_path, 10_000)
    for mark in ("old", "new"):
        covers.write(mark, {160: b"x"})
    os.utime(tmp_path / "ol" / "old-160.webp", (time.time(), time.time() - AGE_MAX - 60))
    context: Context = {"covers": covers}  # type: ignore[typeddict-unknown-key,typeddict-item]
    assert [await make_room(context) for _ in range(2)] == [1, 0]
    assert covers.read("new", 160)


async def test_where_nothing_is_kept_nothing_goes() -> None:
    NOWHERE.write("abc", {160: b"x"})
    context: Context = {"covers": NOWHERE}  # type: ignore[typeddict-unknown-key,typeddict-item]
    assert await make_room(context) == 0
    assert NOWHERE.read("abc", 160) is None
