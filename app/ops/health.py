"""Whether the box works, in one word for strangers."""

from sqlalchemy import text

from app.kit.db import AsyncSession

ALIVE = text("SELECT 1")


async def check(session: AsyncSession) -> str:
    await session.execute(ALIVE)
    return "ok"
