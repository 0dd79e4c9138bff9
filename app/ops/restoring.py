"""Lines of an export as rows of one account, a batch at a time: added, renewed, or left as what is here already.

Whose a row is, is asked in every statement, and what belongs to somebody else is never touched: a line whose id is
another's gets one of its own, the same each time. Of what is here and in the file the later change counts; what is
part of something that was changed here later stays as it is here.
"""

import hashlib
from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, Executable, and_, func, insert, or_, select, text, tuple_
from sqlalchemy import update as updating
from sqlalchemy.exc import DBAPIError

from app.catalog.holding import hold_all
from app.kit.db import AnyRow, AsyncSession
from app.kit.ids import UUID
from app.ops.exports import BACK, mine
from app.ops.line_values import Wrong, values_of
from app.ops.reading_back import ITEMS, PUBLIC, Back

ADDED, RENEWED, THERE, NEWER, LEFT = "added", "renewed", "there", "newer", "left"
NOT_HERE = "It names something that is neither in this file nor here."
TAKEN = "It stands where somebody else has something."
FULL = "There are {most} already, which is the most."
WRONG = "“{name}” is not as it has to be."
ALIKE = "There is one like it already."

PUBLIC_HERE = text("SELECT id FROM menus WHERE id = ANY(:ids) AND (published_at IS NOT NULL OR owner_id = :user_id)")
LOCK_MENUS = text("SELECT id FROM menus WHERE id = ANY(:ids) AND owner_id = :user_id ORDER BY id FOR UPDATE")
MENUS_OF_COURSES = text("SELECT id, menu_id FROM courses WHERE id = ANY(:ids)")

# made of the rest: by what fits the list, or by a trigger
UNREAD = {
    "tags": frozenset({"key"}),
    "user_item_states": frozenset({"item_type", "sort_title", "year", "creator", "length"}),
}
# where what is here is renewed, it stays where it is, and as public as it is
STAYING = frozenset(
    (
        *("id", "created_at", "position", "slug", "slug_is_chosen"),
        *("published_at", "first_published_at", "is_public", "shares_taste"),
    )
)


@dataclass(slots=True)
class Line:
    """`number` in its file, from 1. `was`: its id there. `menu`: what it is a part of, if it is part of one."""

    number: int
    given: Mapping[str, Any]
    values: dict[str, Any] = field(default_factory=dict)
    was: UUID | None = None
    menu: UUID | None = None
    result: str = ""
    said: str = ""

    def leave(self, said: str) -> None:
        self.result, self.said = LEFT, said


@dataclass(slots=True)
class Known:
    """What one import has found out: by list, which ids are others here and what stays as it is; and which menus were
    changed and not touched yet."""

    user_id: UUID
    ids: dict[str, dict[UUID, UUID]] = field(default_factory=lambda: defaultdict(dict))
    stays: dict[str, set[UUID]] = field(default_factory=lambda: defaultdict(set))
    menus: set[UUID] = field(default_factory=set)

    def here(self, name: str, was: UUID) -> UUID:
        return self.ids[name].get(was, was)

    def anywhere(self, was: UUID) -> UUID:
        """For words that do not say of which list it is."""
        return next((names[was] for names in self.ids.values() if was in names), was)

    def found(self, name: str, was: UUID | None, now: UUID) -> None:
        """What was found before it counts no more: read again without another, it may stand alone."""
        if was is None:
            return
        if was == now:
            self.ids[name].pop(was, None)
        else:
            self.ids[name][was] = now


# what is particular to a list, before its lines are looked for
Fit = Callable[[AsyncSession, Known, Sequence[Line]], Awaitable[None]]
Put = Callable[[AsyncSession, Known, Sequence[Line]], Awaitable[None]]


def another_id(user_id: UUID, taken: UUID) -> UUID:
    """In place of one that is somebody else's: of the same moment, and the same each time (UUIDv7, RFC 9562)."""
    made = bytearray(taken.bytes[:6] + hashlib.blake2b(user_id.bytes + taken.bytes, digest_size=10).digest())
    made[6], made[8] = 0x70 | made[6] & 0x0F, 0x80 | made[8] & 0x3F
    return UUID(bytes=bytes(made))


async def take(session: AsyncSession, known: Known, lines: Sequence[Line], put: Put) -> None:
    """Each line gets its `result`, and one that the database refuses costs no other."""
    for line in lines:
        line.result = line.said = ""
    try:
        async with session.begin_nested():
            await put(session, known, lines)
    except DBAPIError as error:
        cause = error.orig and error.orig.__cause__
        if not _is_of_a_line(cause):
            raise
        if len(lines) == 1:
            lines[0].leave(_sentence(cause))
            return
        half = len(lines) // 2
        await take(session, known, lines[:half], put)
        await take(session, known, lines[half:], put)


def _is_of_a_line(cause: Any) -> bool:
    """Of what was sent, and no trouble of the database's: also what the driver cannot even send."""
    return isinstance(cause, ValueError) or str(getattr(cause, "sqlstate", ""))[:2] in ("22", "23")


def _sentence(cause: Any) -> str:
    known = {"23505": ALIKE, "23503": NOT_HERE}
    if sentence := known.get(str(getattr(cause, "sqlstate", ""))):
        return sentence
    constraint = str(getattr(cause, "constraint_name", "") or "")
    table = str(getattr(cause, "table_name", "") or "")
    name = getattr(cause, "column_name", None) or constraint.removeprefix(f"ck_{table}_") or "A number"
    return WRONG.format(name=name)


def putting(name: str, fit: Fit | None = None) -> Put:
    return Restoring(name, fit).put


@dataclass(frozen=True, slots=True)
class Restoring:
    """Of one list."""

    name: str
    fit: Fit | None = None

    @property
    def back(self) -> Back:
        return BACK[self.name]

    async def put(self, session: AsyncSession, known: Known, lines: Sequence[Line]) -> None:
        for line in lines:
            self._read(known, line)
        await self._refer(session, known, lines)
        await self._lock(session, known, _open(lines))
        if self.fit:
            await self.fit(session, known, _open(lines))
        await self._settle(session, known, _open(lines))

    def _read(self, known: Known, line: Line) -> None:
        back = self.back
        try:
            without = UNREAD.get(back.name, frozenset()) | {back.owner, "position"}
            line.values = values_of(back.table, line.given, without)
        except Wrong as error:
            line.leave(str(error))
            return
        if back.owner:
            line.values[back.owner] = known.user_id
        line.was = line.values.get("id")

    async def _refer(self, session: AsyncSession, known: Known, lines: Sequence[Line]) -> None:
        """Says the ids of here."""
        for column, other in self.back.refers.items():
            naming = [line for line in _open(lines) if line.values.get(column) is not None]
            for line in naming:
                line.values[column] = known.here("menus" if other == PUBLIC else other, line.values[column])
            there = await _there(session, known, other, {line.values[column] for line in naming})
            for line in naming:
                if (now := there.get(line.values[column])) is not None:
                    line.values[column] = now
                    self._stay(known, line, column, other)
                elif self.back.table.columns[column].nullable:
                    line.values[column] = None
                else:
                    line.leave(NOT_HERE)

    def _stay(self, known: Known, line: Line, column: str, other: str) -> None:
        if column == self.back.part_of and line.values[column] in known.stays[other]:
            line.result = NEWER
            if line.was:
                known.stays[self.name].add(known.here(self.name, line.was))

    async def _lock(self, session: AsyncSession, known: Known, lines: Sequence[Line]) -> None:
        """The menus these are parts of, as who composes does."""
        whole = self.back.part_of
        if not whole or not lines:
            return
        for line in lines:
            line.menu = line.values[whole]
        if whole == "course_id":
            courses = await session.execute(MENUS_OF_COURSES, {"ids": [line.menu for line in lines]})
            menus = {row.id: row.menu_id for row in courses}
            for line in lines:
                line.menu = menus[line.menu]
        ids = list({line.menu for line in lines})
        await session.execute(LOCK_MENUS, {"ids": ids, "user_id": known.user_id})

    async def _settle(self, session: AsyncSession, known: Known, lines: Sequence[Line]) -> None:
        found = await self._found(session, known, lines)
        fresh: list[Line] = []
        seen: dict[Any, UUID] = {}
        for line in lines:
            row = self._match(known, line, found)
            same = self._same(line.values)
            if line.result:
                continue
            if row is not None:
                await self._meet(session, known, line, row)
            elif (key := line.values[self.back.key]) in seen or same in seen:
                line.result = THERE
                known.found(self.name, line.was, seen.get(same) or key)
            else:
                seen |= {key: key} | ({same: key} if same else {})
                known.found(self.name, line.was, key)
                fresh.append(line)
        await self._add(session, known, await self._placed(session, fresh))

    async def _found(self, session: AsyncSession, known: Known, lines: Sequence[Line]) -> Sequence[AnyRow]:
        back, table = self.back, self.back.table
        if not lines:
            return []
        key = table.c[back.key]
        keys = {line.values.get(back.key) for line in lines} | {
            another_id(known.user_id, line.was) for line in lines if line.was
        }
        alike: list[ColumnElement[bool]] = [key.in_([each for each in keys if each is not None])]
        same = {each for line in lines if (each := self._same(line.values))}
        columns = [table.c[name] for name in back.same_by]
        if whole := [each for each in same if None not in each]:
            alike.append(tuple_(*columns).in_(whole))
        alike += [
            and_(*(column.is_not_distinct_from(value) for column, value in zip(columns, each, strict=True)))
            for each in same
            if None in each
        ]
        changed = [table.c[back.changed].label("changed")] if back.says_when else []
        whose = text(f"({mine(back, back.name)}) AS is_mine")
        statement = select(key.label("key"), *columns, *changed, whose).where(or_(*alike))
        return (await session.execute(statement, {"user_id": known.user_id})).all()

    def _same(self, values: Mapping[str, Any]) -> tuple[Any, ...] | None:
        back = self.back
        same = tuple(values.get(name) for name in back.same_by)
        return same if same and (None not in same or back.nothing_is_a_value) else None

    def _match(self, known: Known, line: Line, found: Iterable[AnyRow]) -> AnyRow | None:
        """The row that is here for it; where there is none, the line gets the key it can have."""
        back, by_key = self.back, {row.key: row for row in found}
        key = line.values.get(back.key)
        row = by_key.get(key)
        if row is not None and not row.is_mine and line.was:
            key = another_id(known.user_id, line.was)
            row = by_key.get(key)
        if row is not None and not row.is_mine:
            line.leave(TAKEN)
            return None
        if row is None and (same := self._same(line.values)):
            row = next((each for each in found if each.is_mine and self._same(each._asdict()) == same), None)
        line.values[back.key] = key
        return row

    async def _meet(self, session: AsyncSession, known: Known, line: Line, row: AnyRow) -> None:
        """What is here already: the later change counts."""
        back = self.back
        known.found(self.name, line.was, row.key)
        said = line.values.get(back.changed) if back.says_when else None
        if said is None or said == row.changed:
            line.result = THERE
        elif said < row.changed:
            line.result = NEWER
            known.stays[self.name].add(row.key)
        else:
            line.result = RENEWED
            await self._renew(session, known, line, row)

    async def _renew(self, session: AsyncSession, known: Known, line: Line, row: AnyRow) -> None:
        back, table = self.back, self.back.table
        kept = STAYING | {back.key, back.owner, *back.refers}
        values: dict[str, Any] = {name: value for name, value in line.values.items() if name not in kept}
        if "version" in table.c:
            values["version"] = table.c.version + 1
        if "words_version" in table.c:
            menus = BACK["menus"].table
            now = select(menus.c.version + 1).where(menus.c.id == (line.menu or row.key))
            values["words_version"] = now.scalar_subquery()
        ours = text(mine(back, back.name)).bindparams(user_id=known.user_id)
        await session.execute(updating(table).where(table.c[back.key] == row.key, ours).values(values))
        self._touch(known, line, row.key)

    async def _placed(self, session: AsyncSession, lines: Sequence[Line]) -> list[Line]:
        """Those there is room for, each with its position where it has one."""
        back, table = self.back, self.back.table
        if not back.most or not lines:
            return list(lines)
        group = back.part_of or back.owner
        column = table.c[group]
        last = func.max(table.c.position) if "position" in table.c else func.count()
        statement = select(column, func.count(), last).where(column.in_({line.values[group] for line in lines}))
        there = {row[0]: (row[1], row[2]) for row in await session.execute(statement.group_by(column))}
        placed = []
        for line in lines:
            many, last_one = there.get(line.values[group], (0, 0))
            if many >= back.most:
                line.leave(FULL.format(most=back.most))
                continue
            there[line.values[group]] = many + 1, last_one + 1
            if "position" in table.c:
                line.values["position"] = last_one + 1
            placed.append(line)
        return placed

    async def _add(self, session: AsyncSession, known: Known, lines: Sequence[Line]) -> None:
        by_columns: dict[frozenset[str], list[Line]] = defaultdict(list)
        for line in lines:
            by_columns[frozenset(line.values)].append(line)
        for alike in by_columns.values():
            await session.execute(insert(self.back.table), [line.values for line in alike])
        for line in lines:
            line.result = ADDED
            self._touch(known, line, line.values[self.back.key])

    def _touch(self, known: Known, line: Line, key: Any) -> None:
        if self.name == "menus":
            known.menus.add(key)
        elif line.menu:
            known.menus.add(line.menu)


def _open(lines: Iterable[Line]) -> list[Line]:
    """Those nothing is settled of yet."""
    return [line for line in lines if not line.result]


async def _there(session: AsyncSession, known: Known, other: str, ids: set[UUID]) -> dict[UUID, UUID]:
    """Those of them that this account may refer to, by the id each has now."""
    if not ids:
        return {}
    if other == ITEMS:
        return await hold_all(session, ids)
    statement: Executable = PUBLIC_HERE
    if other != PUBLIC:
        shared = " OR t.user_id IS NULL" if other == "tags" else ""
        name = BACK[other].name
        statement = text(f"SELECT t.id FROM {name} t WHERE t.id = ANY(:ids) AND ({mine(BACK[other], 't')}{shared})")  # noqa: S608 - names of ours
    found = await session.scalars(statement, {"ids": list(ids), "user_id": known.user_id})
    return {id_: id_ for id_ in found}
