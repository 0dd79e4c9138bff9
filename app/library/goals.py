"""Goals: how many works somebody wants to finish in a year."""

from sqlalchemy import text

from app.kit import clock
from app.kit.db import AnyRow, AsyncSession, changed
from app.kit.errors import Stale
from app.kit.ids import UUID, new_id
from app.library.log_forms import GoalForm

SET = text("""
    INSERT INTO goals (id, user_id, year, type, target, created_at, updated_at)
    VALUES (:id, :user_id, :year, :type, :target, :now, :now)
    ON CONFLICT (user_id, year, type) DO UPDATE
        SET target = excluded.target, updated_at = excluded.updated_at, version = goals.version + 1
        WHERE CAST(:since AS integer) IS NULL OR goals.version = CAST(:since AS integer)
            OR goals.target = excluded.target
""")
ONE = "user_id = :user_id AND year = :year AND type IS NOT DISTINCT FROM CAST(:type AS text)"
TARGET = text(f"SELECT target FROM goals WHERE {ONE}")
HELD = text(f"SELECT version, created_at FROM goals WHERE {ONE} FOR UPDATE")
DROP = text(f"""
    DELETE FROM goals WHERE {ONE} AND (CAST(:since AS integer) IS NULL OR version = CAST(:since AS integer))
""")


async def held(session: AsyncSession, user_id: UUID, form: GoalForm) -> AnyRow | None:
    """The goal that is there, locked until the transaction ends; None while there is none."""
    goal = await session.execute(HELD, {"user_id": user_id, "year": form.year, "type": form.type})
    return goal.one_or_none()


async def set_goal(session: AsyncSession, user_id: UUID, form: GoalForm, *, since: int | None = None) -> None:
    """A target of 0 takes it away. Raises `Stale`."""
    given = {"user_id": user_id, "year": form.year, "type": form.type}
    made = given | {"id": new_id(), "target": form.target, "now": clock.now()}
    done = await changed(session, SET if form.target else DROP, (made if form.target else given) | {"since": since})
    theirs = None if done else await session.scalar(TARGET, given)
    if theirs is not None:
        raise Stale({"target": theirs})
