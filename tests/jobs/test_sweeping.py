"""What is past its time goes, and nothing else."""

from datetime import timedelta

from saq.types import Context
from sqlalchemy import func, select

from app.accounts.models import UserSession
from app.jobs.sweeping import sweep
from app.kit import clock
from app.kit.db import Database
from app.sources.models import SearchPreview
from tests.rows import a_user


async def test_only_what_is_past_its_time_goes(database: Database) -> None:
    alice, now = await a_user(database, "Alice"), clock.now()
    async with database.session() as session:
        for ends in (now - timedelta(seconds=1), now + timedelta(hours=1)):
            session.add(UserSession(user_id=alice, kind="browser", secret_hash=b"x", expires_at=ends))
            session.add(SearchPreview(source_name="a", external_id=str(ends), candidate={}, expires_at=ends))
    context: Context = {"database": database}  # type: ignore[typeddict-unknown-key,typeddict-item]
    assert await sweep(context) == {"previews": 1, "sessions": 1}
    assert await sweep(context) == {"previews": 0, "sessions": 0}
    async with database.session() as session:
        for table in (UserSession, SearchPreview):
            assert await session.scalar(select(func.count()).select_from(table)) == 1
