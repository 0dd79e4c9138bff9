"""Another secret in place of the one there is, while everything runs.

First the new one stands before the old in the file; what is sealed is then sealed anew, in small transactions, so that
it can be killed and run again; last the old one goes, once nothing needs it.
"""

import asyncio
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

from sqlalchemy import Column, LargeBinary, MetaData, func, select, text, update

from app.kit import keys, secrets
from app.kit.db import AsyncSession, Base, Database
from app.kit.keys import Ring, ring_of
from app.kit.sealing import PURPOSE, Seal, Unsealable, key_of, place_of, prefixes, sealed_columns
from app.kit.settings import Settings, SettingsError

BATCH = 100
SEEN_BY_ALL = 2 * keys.EVERY  # seconds until every process has the new secret
HONOURED = 15 * 60  # seconds that what was signed with the old one may still be around: an access token, an open page
ONE_ROTATION = text("SELECT pg_try_advisory_xact_lock(7461737466)")


@dataclass(frozen=True, slots=True)
class Resealed:
    """Of one column: how many were sealed anew, and how many could not be opened and are as they were."""

    column: str
    done: int
    lost: int


async def rotate(database: Database, settings: Settings) -> list[Resealed]:
    """Makes a new secret unless a rotation is under way, then seals everything anew.

    Raises `SettingsError`, `RuntimeError` if somebody else is at it.
    """
    ring = ring_of(settings)
    async with database.session() as guard:
        if not await guard.scalar(ONE_ROTATION):
            raise RuntimeError("Another rotation is under way.")
        ring.look_again()
        if ring.count == 1:
            if settings.secret_key:
                _say_how()
            secrets.add(settings.tastebuds_data)
        if settings.secret_key is None:
            await asyncio.sleep(SEEN_BY_ALL)
            ring.look_again()
        return [await _reseal(database, ring, column) for column in sealed_columns(Base.metadata)]


async def retire(database: Database, settings: Settings, *, at_once: bool = False) -> None:
    """Drops all secrets but the newest. Raises `RuntimeError` or `SettingsError` while one is needed."""
    ring = ring_of(settings)
    if ring.count == 1:
        raise RuntimeError("There is one secret only: nothing to remove.")
    path = settings.tastebuds_data / secrets.NAME
    if settings.secret_key is None and not at_once and (wait := HONOURED - (time.time() - _changed_at(path))) > 0:
        raise RuntimeError(
            f"What was signed with the old secret may be around for another {wait / 60:.0f} minutes. Wait, or say "
            "--now if the old secret leaked: open pages then lose their covers until they are loaded again."
        )
    if needed := await still_needed(database, ring):
        raise RuntimeError(f"The old secret still opens {said(needed)}. Run `tastebuds rotate-secrets` again first.")
    if settings.secret_key is not None:
        raise SettingsError("SECRET_KEY: nothing needs the older secrets any more. Leave the first one only, restart.")
    secrets.keep_newest(settings.tastebuds_data)


async def still_needed(database: Database, ring: Ring, metadata: MetaData = Base.metadata) -> dict[str, int]:
    """How many of each column an older secret opens, once every change under way is through."""
    found = {}
    async with database.session() as session:
        for column in sealed_columns(metadata):
            await session.execute(text(f"LOCK TABLE {column.table.name} IN SHARE MODE"))
            older = prefixes(ring, column.info[PURPOSE])[1:]
            found[str(column)] = await _count(session, column, _prefix(column).in_(older))
    return {name: count for name, count in found.items() if count}


async def unopenable(session: AsyncSession, ring: Ring) -> dict[str, int]:
    """How many of each column were sealed with a secret that is not here."""
    found = {
        str(column): await _count(session, column, _prefix(column).not_in(prefixes(ring, column.info[PURPOSE])))
        for column in sealed_columns(Base.metadata)
    }
    return {name: count for name, count in found.items() if count}


def said(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{count} of {name}" for name, count in counts.items())


async def _reseal(database: Database, ring: Ring, column: Column[Any]) -> Resealed:
    """Each row is locked while it is opened and sealed, so that none that changes meanwhile is set back."""
    table, key, seal = column.table, key_of(column.table), Seal(ring, column.info[PURPOSE])
    due = column.is_not(None) & (_prefix(column) != seal.prefix)
    rows = select(key, column).where(due).order_by(key).limit(BATCH).with_for_update()
    done = lost = 0
    last = None
    while True:
        async with database.session() as session:
            batch = (await session.execute(rows if last is None else rows.where(key > last))).all()
            for row_key, sealed in batch:
                place = place_of(table.name, row_key, column.name)
                try:
                    fresh = seal.seal(seal.open(sealed, place), place)
                except Unsealable:
                    lost += 1
                    continue
                await session.execute(update(table).where(key == row_key).values({column.name: fresh}))
                done += 1
        if len(batch) < BATCH:
            return Resealed(str(column), done, lost)
        last = batch[-1][0]


async def _count(session: AsyncSession, column: Column[Any], where: Any) -> int:
    counted = select(func.count()).select_from(column.table).where(column.is_not(None) & where)
    return int(await session.scalar(counted) or 0)


def _prefix(column: Column[Any]) -> Any:
    return func.substring(column, 1, 5, type_=LargeBinary())


def _changed_at(path: Path) -> float:
    return path.stat().st_mtime


def _say_how() -> NoReturn:
    raise SettingsError(
        "SECRET_KEY is set where Tastebuds is started, so it is changed there: put a new secret before the old one "
        "(SECRET_KEY=new,old; `openssl rand -hex 32` makes one), restart, and run this again."
    )
