"""Reading what happened: to one account, for its owner, and to all, for whoever operates."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any

from pydantic import Field
from sqlalchemy import text

from app.accounts.models import EMAIL_MAX
from app.accounts.telling import said
from app.kit.db import AnyRow, AsyncSession
from app.kit.forms import Form, Line
from app.kit.ids import UUID

PAGE = 50
LATEST = UUID(int=2**128 - 1)
PEOPLE_MAX = 50  # whose names hold what was typed

EVENTS = """
    SELECT e.id, e.happened_at, e.action, e.refused, e.address, e.agent, e.request_id, e.details,
        e.user_id, whose.name AS whose, e.actor_id, who.name AS who
    FROM audit_events e LEFT JOIN users whose ON whose.id = e.user_id LEFT JOIN users who ON who.id = e.actor_id
    WHERE e.id < :before AND {which}
    ORDER BY e.id DESC LIMIT :at_most
"""
OF_ONE = text(EVENTS.format(which="e.user_id = :user_id"))
OF_ALL = text(
    EVENTS.format(
        which="""(:action = '' OR e.action = :action) AND (e.refused OR NOT :refused)
        AND (:person = '' OR e.user_id = ANY (CAST(:people AS uuid[])) OR e.actor_id = ANY (CAST(:people AS uuid[])))"""
    )
)
PEOPLE = text("""
    SELECT id FROM users WHERE email = lower(:person) OR strpos(lower(name), lower(:person)) > 0 ORDER BY id LIMIT :most
""")


class TrailForm(Form):
    """`before`: the last id of the page before."""

    before: UUID | None = None


class AuditForm(TrailForm):
    """`person`: an address, part of a name, or the id of an account, also of one that is gone."""

    person: Annotated[Line, Field(max_length=EMAIL_MAX)] = ""
    action: Annotated[Line, Field(max_length=100)] = ""
    refused: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """`by_another`: somebody else did it, and where from is theirs alone. Names are None once they are gone."""

    id: UUID
    happened_at: datetime
    action: str
    said: str
    refused: bool
    by_another: bool
    user_id: UUID | None
    whose: str | None
    actor_id: UUID | None
    who: str | None
    address: str = ""
    agent: str = ""
    request_id: str = ""
    details: dict[str, Any]


Trail = tuple[Sequence[Told], UUID | None]  # newest first, and what the next page is asked before


async def of_one(session: AsyncSession, user_id: UUID, form: TrailForm) -> Trail:
    wanted = {"user_id": user_id, "before": form.before or LATEST, "at_most": PAGE + 1}
    return _page([_told(row, to_owner=True) for row in await session.execute(OF_ONE, wanted)])


async def of_all(session: AsyncSession, form: AuditForm) -> Trail:
    wanted = form.model_dump() | {"before": form.before or LATEST, "at_most": PAGE + 1}
    wanted["people"] = await _people(session, form.person) if form.person else []
    return _page([_told(row, to_owner=False) for row in await session.execute(OF_ALL, wanted)])


async def _people(session: AsyncSession, person: str) -> list[UUID]:
    try:
        return [UUID(person)]
    except ValueError:
        return list(await session.scalars(PEOPLE, {"person": person, "most": PEOPLE_MAX}))


def _told(row: AnyRow, *, to_owner: bool) -> Told:
    by_another = row.actor_id is not None and row.actor_id != row.user_id
    told: dict[str, Any] = dict(row._mapping)
    if to_owner and by_another:
        told |= {"address": "", "agent": "", "request_id": ""}
    return Told(**told, said=said(row.action, row.details), by_another=by_another)


def _page(rows: list[Told]) -> Trail:
    return (rows[:PAGE], rows[PAGE - 1].id) if len(rows) > PAGE else (rows, None)
