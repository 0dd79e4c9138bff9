"""The keys in effect: those the server was started with, else those the operator pasted, kept sealed in the database.

A source sees a key that was pasted or removed without a restart: at once in the process that did it, within `EVERY`
seconds in the others.
"""

import asyncio
import logging
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any, Literal

from pydantic import SecretStr, TypeAdapter
from sqlalchemy import text

from app.kit import clock, secrets
from app.kit.db import AsyncSession, Database
from app.kit.errors import Conflict
from app.kit.sealing import Seal, Unsealable
from app.kit.settings import Settings
from app.sources.registry import SOURCES
from app.sources.source import Source

NAMES = tuple(dict.fromkeys(key for source in SOURCES for key in source.keys))
EVERY = 3.0  # seconds
SHOWN = 4  # the last characters of a key: enough to tell two apart
SHOWN_OF = 12  # of shorter ones nothing is shown

Origin = Literal["start", "page", "unreadable", "none"]

KEPT = text("SELECT name, sealed, key_id, set_at FROM source_keys ORDER BY name")
KEEP = text("""
    INSERT INTO source_keys (name, sealed, key_id, set_at) VALUES (:name, :sealed, :key_id, :now)
    ON CONFLICT (name) DO UPDATE SET sealed = excluded.sealed, key_id = excluded.key_id, set_at = excluded.set_at
""")
REMOVE = text("DELETE FROM source_keys WHERE name = ANY(:names)")

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Key:
    """What may be told of one. `unreadable`: sealed with a secret that is not this server's, so it has no effect."""

    name: str
    origin: Origin
    ending: str = ""
    set_at: datetime | None = None


class Keyring:
    """`given` are the settings of the start, `settings` those in effect; the `sources` are told of every change."""

    def __init__(self, given: Settings, sources: Iterable[Source] = ()) -> None:
        self.given = self.settings = given
        self.sources = tuple(sources)

    async def read(self, session: AsyncSession) -> dict[str, Key]:
        """Every key there can be, by name; on the way the sources learn of those in effect."""
        kept = {row.name: row for row in await session.execute(KEPT)}
        values = {name: self._given(name) for name in NAMES}
        keys = {name: Key(name, "start" if value else "none") for name, value in values.items()}
        for name in kept.keys() & {name for name in NAMES if not values[name]}:
            try:
                values[name] = self._seal.open(kept[name].sealed, _place(name))
                keys[name] = Key(name, "page", set_at=kept[name].set_at)
            except Unsealable:
                keys[name] = Key(name, "unreadable", set_at=kept[name].set_at)
        self._tell(values)
        return {name: Key(name, key.origin, ending_of(values[name]), key.set_at) for name, key in keys.items()}

    async def keep(self, session: AsyncSession, values: Mapping[str, str]) -> None:
        """Raises `Conflict` for one that was set where the server is started."""
        for name, value in values.items():
            if self._given(name):
                raise Conflict(f"{name} is set where the server is started; change it there.")
            sealed = self._seal.seal(value, _place(name))
            row = {"name": name, "sealed": sealed, "key_id": self._seal.key_id, "now": clock.now()}
            await session.execute(KEEP, row)
        await self.read(session)

    async def remove(self, session: AsyncSession, names: Iterable[str]) -> None:
        await session.execute(REMOVE, {"names": list(names)})
        await self.read(session)

    async def follow(self, database: Database) -> None:
        """Has the sources see what other processes keep. Runs until it is cancelled."""
        while True:
            try:
                async with database.reading() as session:
                    await self.read(session)
            except Exception:  # the database is away: what was in effect stays so
                log.warning("the keys of sources cannot be read; trying again", exc_info=True)
            await asyncio.sleep(EVERY)

    @cached_property
    def _seal(self) -> Seal:
        return Seal(secrets.secret_key(self.given), "keys of sources")

    def _given(self, name: str) -> str:
        return _plain(getattr(self.given, name.lower()))

    def _tell(self, values: Mapping[str, str]) -> None:
        settings = with_keys(self.given, values)
        if settings == self.settings:
            return
        self.settings = settings
        for source in self.sources:
            source.settings = with_keys(source.settings, values)


def with_keys(settings: Settings, values: Mapping[str, str]) -> Settings:
    """The same but for the keys named; "" is none."""
    return settings.model_copy(update={name.lower(): _typed(name.lower(), value) for name, value in values.items()})


def ending_of(value: str) -> str:
    return value[-SHOWN:] if len(value) >= SHOWN_OF else ""


def _place(name: str) -> str:
    """Table, row and column: a key moved to another's row does not open there."""
    return f"source_keys/{name}/sealed"


def _typed(field: str, value: str) -> Any:
    return TypeAdapter(Settings.model_fields[field].annotation or str).validate_python(value or None)


def _plain(value: SecretStr | str | None) -> str:
    return value.get_secret_value() if isinstance(value, SecretStr) else value or ""
