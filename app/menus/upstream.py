"""Upstream: what the origin of a fork changed since it was last compared, taken over or left piece by piece."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from sqlalchemy import select, text

from app.catalog.holding import hold_all
from app.kit.db import AsyncSession
from app.kit.errors import NotFound, Stale
from app.kit.forms import Form, Line
from app.kit.ids import UUID
from app.menus import reading, snapshots
from app.menus.holding import held, touch
from app.menus.laying import lay
from app.menus.lineage import Origin
from app.menus.lineage_models import MenuLineage
from app.menus.pieces import Piece, all_applied, applied, known_anew, left, pieces
from app.menus.reading import WholeMenu
from app.menus.snapshots import Snapshot

LINEAGE = select(MenuLineage).execution_options(populate_existing=True)
SERVED_BY_BOTH = text("""
    SELECT s.item_id FROM menus m JOIN menu_lineage l ON l.menu_id = m.id
    JOIN courses c ON c.menu_id IN (m.id, l.origin_id) JOIN course_items s ON s.course_id = c.id
    WHERE m.id = :menu_id AND m.owner_id = :owner_id
""")
NO_FORK = "This menu is no fork: nothing was before it."


class PieceForm(Form):
    """`piece` by its id, or `all`: every one that collides with nothing of mine."""

    piece: Line
    choice: Literal["take", "leave"]


@dataclass(frozen=True, slots=True)
class Upstream:
    """`is_public`: whether the origin can be read; if not, there are no pieces. `left`: those I did not want, and can
    still have."""

    menu: WholeMenu
    origin: Origin
    is_public: bool
    pieces: Sequence[Piece]
    left: Sequence[Piece] = ()


@dataclass(frozen=True, slots=True)
class _Three:
    base: Snapshot
    early: Snapshot
    theirs: Snapshot
    mine: Snapshot
    ids: dict[str, UUID]  # of mine, by key


async def upstream_of(session: AsyncSession, owner_id: UUID, menu_id: UUID) -> Upstream:
    """Raises `NotFound` for anybody else's, and for a menu that is no fork."""
    menu = await reading.menu_of(session, owner_id, menu_id)
    lineage = await _lineage(session, menu_id)
    origin = await _origin(session, lineage, owner_id)
    if origin is None:
        return Upstream(menu, Origin(lineage.origin_title, lineage.origin_author, ""), False, ())
    three = _compared(lineage, origin, menu)
    listed, others = _pieces(three)
    return Upstream(menu, Origin(origin.title, origin.author, origin.slug), True, listed, others)


async def decide(session: AsyncSession, owner_id: UUID, menu_id: UUID, form: PieceForm) -> int:
    """How many were taken over or left: none if that was done before. Raises `NotFound`, `Stale`, `Invalid`.

    `Stale`: the piece is another by now, because either side was changed after it was read.
    """
    await hold_all(session, await session.scalars(SERVED_BY_BOTH, {"menu_id": menu_id, "owner_id": owner_id}))
    row = await held(session, owner_id, menu_id)
    lineage = await _lineage(session, menu_id)
    origin = await _origin(session, lineage, owner_id)
    if origin is None:
        return 0
    three = _compared(lineage, origin, await reading.menu_of(session, owner_id, menu_id))
    base, mine, early, count = _decided(three, form)
    if not count:
        return 0
    if mine != three.mine:
        touch(row)
        three.ids.update(await lay(session, row, mine, three.ids))
    known = {key for each in (base, early) for key in (*each.items, *(course.key for course in each.courses))}
    lineage.seen = snapshots.packed(base, {key: id_ for key, id_ in three.ids.items() if key in known}, early)
    lineage.origin_title, lineage.origin_author = origin.title, origin.author
    lineage.origin_slug = origin.slug if origin.published_at else ""
    await session.flush()
    return count


def _pieces(three: _Three) -> tuple[list[Piece], list[Piece]]:
    """Those that are listed, and those that were left."""
    listed = pieces(three.base, three.theirs, three.mine)
    return listed, left(three.early, three.theirs, three.mine, listed)


def _decided(three: _Three, form: PieceForm) -> tuple[Snapshot, Snapshot, Snapshot, int]:
    """Base, mine and early as they are then, and how many pieces it was."""
    base, early, theirs, mine = three.base, three.early, three.theirs, three.mine
    takes = form.choice == "take"
    if form.piece == "all":
        return all_applied(base, theirs, mine, early) if takes else (theirs, mine, early, 1)
    listed, others = _pieces(three)
    for piece in (*listed, *others):
        if piece.id == form.piece:
            if piece in others and not takes:
                break
            base = known_anew(piece, base, theirs) if piece in others else applied(piece, base, theirs)
            if takes:
                early, mine = applied(piece, early, theirs), applied(piece, mine, theirs)
            return base, mine, early, 1
        if piece.place == form.piece.partition("-")[0]:
            raise Stale
    return base, mine, early, 0


async def _lineage(session: AsyncSession, menu_id: UUID) -> MenuLineage:
    lineage = await session.scalar(LINEAGE.where(MenuLineage.menu_id == menu_id))
    if lineage is None:
        raise NotFound(NO_FORK)
    return lineage


async def _origin(session: AsyncSession, lineage: MenuLineage, viewer_id: UUID) -> WholeMenu | None:
    if lineage.origin_id is None:
        return None
    try:
        return await reading.menu_seen(session, lineage.origin_id, viewer_id)
    except NotFound:
        return None


def _compared(lineage: MenuLineage, origin: WholeMenu, menu: WholeMenu) -> _Three:
    base, early, known = snapshots.unpacked(lineage.seen)
    theirs = snapshots.taken(origin)
    keys = snapshots.keys_of(menu, known, theirs)
    mine = snapshots.taken(menu, keys)
    ids = [course.id for course in menu.courses] + [row.course_item_id for each in menu.courses for row in each.items]
    return _Three(base, early, theirs, mine, {keys.get(id_, str(id_)): id_ for id_ in ids})
