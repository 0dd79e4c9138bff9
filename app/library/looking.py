"""Looking at the shelf: how it was looked at last, and the views that were saved."""

from collections.abc import Mapping, Sequence
from typing import Any, TypeVar
from urllib.parse import parse_qsl, urlencode

import msgspec
from sqlalchemy import delete, select, text

from app.kit.connections import Connection
from app.kit.db import AsyncSession
from app.kit.errors import Invalid, NotFound, Stale
from app.kit.ids import UUID
from app.kit.jsonb import as_json
from app.library.shelf_forms import LookForm, ShelfForm, ViewForm
from app.library.shelf_models import VIEW_QUERY_MAX, SavedView

VIEWS_MAX = 50
TAKEN = "There is a view of this name already."
GONE = "There is no such view."
TOO_MUCH = "This view says more than can be kept."
REMEMBER = """
    INSERT INTO user_preferences (user_id, shelf, created_at, updated_at) VALUES ($1, $2::text::jsonb, now(), now())
    ON CONFLICT (user_id) DO UPDATE SET shelf = excluded.shelf, updated_at = excluded.updated_at
"""
ONE_AT_A_TIME = text("SELECT pg_advisory_xact_lock(hashtextextended('views ' || :user_id, 0))")
HOW_MANY = text("SELECT count(*) FROM saved_views WHERE user_id = :user_id")

F = TypeVar("F", bound=ShelfForm)


def said_by(form: ShelfForm) -> dict[str, str]:
    """What its address says, but for where the page begins: always how it is laid out, else only what was asked for."""
    said: dict[str, str] = {"view": form.view} if isinstance(form, LookForm) else {}
    for name, field in type(form).model_fields.items():
        value = getattr(form, name)
        if name not in ("after", "view") and value != field.default:
            said[name] = _worded(value)
    return said


def read_what_can_be(kind: type[F], asked: Mapping[str, str]) -> F:
    """What an old or mistyped address says wrongly is as if it were not said."""
    try:
        return kind.read(asked)
    except Invalid as error:
        return kind.read({name: value for name, value in asked.items() if name not in error.errors})


def remembered(shelf: str) -> dict[str, str]:
    """Empty where it is as it is by itself."""
    return msgspec.json.decode(shelf, type=dict[str, str]) if len(shelf) > len("{}") else {}


async def remember(connection: Connection, user_id: UUID, shelf: str, form: LookForm) -> None:
    """Written only where it is another than it was."""
    said = said_by(form)
    now = {} if said == {"view": "grid"} else said
    if now != remembered(shelf):
        await connection.execute(REMEMBER, user_id, as_json(now))


async def views_of(session: AsyncSession, user_id: UUID) -> Sequence[SavedView]:
    mine = select(SavedView).where(SavedView.user_id == user_id).order_by(SavedView.name, SavedView.id)
    return (await session.scalars(mine)).all()


async def view_of(session: AsyncSession, user_id: UUID, view_id: UUID) -> SavedView:
    """Raises `NotFound`."""
    view = await session.scalar(select(SavedView).where(SavedView.id == view_id, SavedView.user_id == user_id))
    if view is None:
        raise NotFound(GONE)
    return view


async def held(session: AsyncSession, user_id: UUID, view_id: UUID) -> SavedView:
    """As it is until the transaction ends: nobody else changes views of mine. Raises `NotFound`."""
    await session.execute(ONE_AT_A_TIME, {"user_id": str(user_id)})
    return await view_of(session, user_id, view_id)


async def save(session: AsyncSession, user_id: UUID, form: ViewForm) -> SavedView:
    """Raises `Invalid` for a name there is, and for one too many."""
    query = _query(form.query)
    await session.execute(ONE_AT_A_TIME, {"user_id": str(user_id)})
    await _must_be_free(session, user_id, form.name)
    if (await session.scalar(HOW_MANY, {"user_id": user_id}) or 0) >= VIEWS_MAX:
        raise Invalid({"": f"{VIEWS_MAX} views are the most there can be. Delete one first."}, {"name": form.name})
    view = SavedView(user_id=user_id, name=form.name, query=query)
    session.add(view)
    await session.flush()
    return view


async def change(
    session: AsyncSession, user_id: UUID, view_id: UUID, form: ViewForm, *, since: int | None = None
) -> SavedView:
    """Its name, and its query where one is said. Raises `NotFound`, `Invalid`, `Stale`."""
    view = await held(session, user_id, view_id)
    query = _query(form.query) if form.query else view.query
    if (view.name, view.query) == (form.name, query):
        return view
    if since is not None and view.version > since:
        raise Stale({"name": view.name})
    if view.name != form.name:
        await _must_be_free(session, user_id, form.name)
    view.name, view.query, view.version = form.name, query, view.version + 1
    await session.flush()
    return view


async def discard(session: AsyncSession, user_id: UUID, view_id: UUID) -> None:
    """Safe to ask twice."""
    await session.execute(delete(SavedView).where(SavedView.id == view_id, SavedView.user_id == user_id))


def _query(said: str) -> str:
    """As the shelf itself says it: what it does not know, and what is wrong, is left out. Raises `Invalid`."""
    asked = dict(parse_qsl(said.rpartition("?")[2]))
    query = urlencode(said_by(read_what_can_be(LookForm, asked)))
    if len(query) > VIEW_QUERY_MAX:
        raise Invalid({"query": TOO_MUCH})
    return query


async def _must_be_free(session: AsyncSession, user_id: UUID, name: str) -> None:
    named = select(SavedView.id).where(SavedView.user_id == user_id, SavedView.name == name)
    if await session.scalar(named):
        raise Invalid({"name": TAKEN}, {"name": name})


def _worded(value: Any) -> str:
    if isinstance(value, tuple):
        return ",".join(map(str, value))
    return "1" if value is True else str(value)
