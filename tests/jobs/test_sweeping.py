"""What is past its time goes, and nothing else."""

import asyncio
from datetime import datetime, timedelta

from saq.types import Context
from sqlalchemy import delete, func, select, text

from app.accounts.factor_models import HalfSession, PasskeyChallenge
from app.accounts.models import UserSession
from app.jobs.sweeping import sweep
from app.kit import clock
from app.kit.db import Database
from app.kit.gcra import RateLimit
from app.library.shelf_models import ShelfChange
from app.menus.removal_models import Removal
from app.sources.models import SearchPreview, SourceAnswer, SourceAttempt, SourceDay
from tests.rows import a_user

WAITING = text("SELECT count(*) FROM pg_locks WHERE NOT granted")


def an_answer(question: str, ends: datetime) -> SourceAnswer:
    return SourceAnswer(
        question=question,
        type="",
        page=1,
        source_name="a",
        state="answered",
        sentence="",
        previews=[],
        milliseconds=1,
        asked_at=ends,
        expires_at=ends,
    )


async def test_only_what_is_past_its_time_goes(database: Database) -> None:
    alice, now = await a_user(database, "Alice"), clock.now()
    async with database.session() as session:
        for ends in (now - timedelta(seconds=1), now + timedelta(hours=1)):
            session.add(UserSession(user_id=alice, kind="browser", secret_hash=b"x", expires_at=ends))
            session.add(SearchPreview(source_name="a", external_id=str(ends), candidate={}, expires_at=ends))
            session.add(an_answer(str(ends), ends))
            gone = {"menu_id": alice, "kind": "item", "title": "Dune", "rows": {}}
            session.add(Removal(owner_id=alice, expires_at=ends, **gone))
            session.add(ShelfChange(user_id=alice, kind="tagged", rows=[], expires_at=ends))
            session.add(RateLimit(family="letters", key=str(ends), paid_until=ends, wait=0))
            half = {"secret_hash": b"x", "by": "password", "remember": False, "next": "/", "said": ""}
            session.add(HalfSession(user_id=alice, password_set_at=now, expires_at=ends, **half))
            hashed = str(ends).encode()
            session.add(PasskeyChallenge(secret_hash=hashed, purpose="login", challenge=b"x", expires_at=ends))
        for days in (1, 6, 8):
            session.add(SourceDay(source_name="a", day=(now - timedelta(days=days)).date(), requests=1))
        for days in (1, 8):
            at = now - timedelta(days=days)
            asked = {"purpose": "search", "outcome": "answered", "milliseconds": 1, "number": 1}
            session.add(SourceAttempt(source_name="a", attempted_at=at, **asked))
    context: Context = {"database": database}  # type: ignore[typeddict-unknown-key,typeddict-item]
    once = await sweep(context)
    kinds = ["answers", "previews", "sessions", "attempts", "days", "limits", "half sessions", "passkey challenges"]
    kinds += ["menu removals", "shelf changes"]
    assert {kind: count for kind, count in once.items() if count} == dict.fromkeys(kinds, 1)
    assert not any((await sweep(context)).values())
    async with database.session() as session:
        for table, left in ((UserSession, 1), (SearchPreview, 1), (SourceAttempt, 1), (SourceDay, 2), (RateLimit, 1)):
            assert await session.scalar(select(func.count()).select_from(table)) == left


async def test_it_holds_nothing_while_it_waits_for_who_locks_in_another_order(database: Database) -> None:
    alice, ends = await a_user(database, "Alice"), clock.now() - timedelta(seconds=1)
    async with database.session() as session:
        session.add(SearchPreview(source_name="a", external_id="1", candidate={}, expires_at=ends))
        session.add(ShelfChange(user_id=alice, kind="tagged", rows=[], expires_at=ends))
    context: Context = {"database": database}  # type: ignore[typeddict-unknown-key,typeddict-item]
    async with database.session() as session:
        await session.execute(select(ShelfChange).with_for_update())
        task = asyncio.ensure_future(sweep(context))
        async with database.session() as looking:
            for _ in range(300):
                if await looking.scalar(WAITING):
                    break
                await asyncio.sleep(0.01)
        await session.execute(delete(SearchPreview))
    assert (await task)["shelf changes"] == 1
