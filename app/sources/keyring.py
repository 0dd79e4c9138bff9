"""The keys in effect: those the server was started with, else those the operator pasted, kept sealed in the database.

A source sees a key that was pasted or removed without a restart: at once in the process that did it, in the others as
soon as Postgres has told them.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any, Literal

from pydantic import SecretStr, TypeAdapter
from sqlalchemy import text

from app.kit import clock
from app.kit.db import AsyncSession, Database
from app.kit.errors import Conflict, Invalid
from app.kit.keys import ring_of
from app.kit.sealing import Seal, Unsealable, place_of
from app.kit.settings import Settings
from app.sources.errors import SourceDown
from app.sources.forms import KeysForm
from app.sources.models import PURPOSE
from app.sources.registry import SOURCES
from app.sources.source import Source

NAMES = tuple(dict.fromkeys(key for source in SOURCES for key in source.keys))
CHANNEL = "source_keys"  # tells that one was kept or removed
EVERY = 30.0  # seconds between looks without being told, so that a word that was lost costs no more
AFTER_FAULT = 3.0
PATIENCE = 3.0  # seconds that a test waits for its turn
SHOWN = 4  # the last characters of a key: enough to tell two apart
SHOWN_OF = 12  # of shorter ones nothing is shown

Origin = Literal["start", "page", "unreadable", "none"]

KEPT = text("SELECT name, sealed, set_at FROM source_keys ORDER BY name")
KEEP = text("""
    INSERT INTO source_keys (name, sealed, set_at) VALUES (:name, :sealed, :now)
    ON CONFLICT (name) DO UPDATE SET sealed = excluded.sealed, set_at = excluded.set_at
""")
REMOVE = text("DELETE FROM source_keys WHERE name = ANY(:names)")
TELL = text(f"NOTIFY {CHANNEL}")
# what was asked with the old keys failed with them, and may be asked again at once
FORGET = text("DELETE FROM source_answers WHERE source_name = :source AND state <> 'answered'")

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Key:
    """What may be told of one. `unreadable`: sealed with a secret that is not this server's, so it has no effect."""

    name: str
    origin: Origin
    ending: str = ""
    set_at: datetime | None = None

    @property
    def field(self) -> str:
        return self.name.lower()

    @property
    def is_secret(self) -> bool:
        """An id is part of addresses and may be shown while it is being typed."""
        return not self.name.endswith("_ID")


@dataclass(frozen=True, slots=True)
class Proof:
    """What came of asking a source with its keys."""

    works: bool
    sentence: str


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

    async def paste(self, session: AsyncSession, source: Source, form: KeysForm) -> None:
        """Keeps the keys of one source. Raises `Invalid`, and `Conflict` when there is none to be pasted."""
        keys = await self.read(session)
        open_ones = [name for name in source.keys if keys[name].origin != "start"]
        if not open_ones:
            raise Conflict(f"The keys of {source.label} are set where the server is started; change them there.")
        values = form.of(open_ones)
        missing = [name for name in open_ones if name not in values and keys[name].origin != "page"]
        if missing or not values:
            raise Invalid({name.lower(): "Paste it here." for name in missing or open_ones})
        await self.keep(session, values)
        await session.execute(FORGET, {"source": source.name})

    async def keep(self, session: AsyncSession, values: Mapping[str, str]) -> None:
        for name, value in values.items():
            sealed = self._seal.seal(value, _place(name))
            await session.execute(KEEP, {"name": name, "sealed": sealed, "now": clock.now()})
        await session.execute(TELL)
        await self.read(session)

    async def remove(self, session: AsyncSession, names: Iterable[str]) -> None:
        await session.execute(REMOVE, {"names": list(names)})
        await session.execute(TELL)
        await self.read(session)

    @asynccontextmanager
    async def followed(self, database: Database) -> AsyncIterator[None]:
        """While the block runs, the sources see what other processes keep."""
        try:
            await self._reread(database)
        except Exception:  # the database is away: it is looked at again
            log.warning("the keys of sources cannot be read yet", exc_info=True)
        following = asyncio.create_task(self._follow(database), name="keys of sources")
        try:
            yield
        finally:
            following.cancel()
            with suppress(asyncio.CancelledError):
                await following

    async def _follow(self, database: Database) -> None:
        while True:
            try:
                async with database.listening.to(CHANNEL) as waiter:
                    while True:
                        await self._reread(database)
                        await waiter.wait(EVERY)
            except Exception:  # the database is away: what was in effect stays so
                log.warning("the keys of sources cannot be read; trying again", exc_info=True)
                await asyncio.sleep(AFTER_FAULT)

    async def _reread(self, database: Database) -> None:
        async with database.reading() as session:
            await self.read(session)

    @cached_property
    def _seal(self) -> Seal:
        return Seal(ring_of(self.given), PURPOSE)

    def _given(self, name: str) -> str:
        return _plain(getattr(self.given, name.lower()))

    def _tell(self, values: Mapping[str, str]) -> None:
        settings = with_keys(self.given, values)
        if settings == self.settings:
            return
        self.settings = settings
        for source in self.sources:
            source.settings = with_keys(source.settings, values)


async def prove(source: Source) -> Proof:
    """Asks the source itself, in its turn. Never raises `SourceDown`."""
    if not source.ready:
        return Proof(False, f"There is no key of {source.label} to test yet.")
    try:
        await source.take_turn(1, PATIENCE)
        await source.prove()
    except SourceDown as down:
        if down.kind == "bad_credentials":
            return Proof(False, f"{source.label} refused {_these(source)}. How to get one that works is said here.")
        return Proof(False, f"{down} That says nothing of {_these(source)}.")
    return Proof(True, f"{source.label} works with {_these(source)}.")


def _these(source: Source) -> str:
    return "this key" if len(source.keys) == 1 else "these keys"


def with_keys(settings: Settings, values: Mapping[str, str]) -> Settings:
    """The same but for the keys named; "" is none."""
    return settings.model_copy(update={name.lower(): _typed(name.lower(), value) for name, value in values.items()})


def ending_of(value: str) -> str:
    return value[-SHOWN:] if len(value) >= SHOWN_OF else ""


def _place(name: str) -> str:
    return place_of("source_keys", name, "sealed")


def _typed(field: str, value: str) -> Any:
    return TypeAdapter(Settings.model_fields[field].annotation or str).validate_python(value or None)


def _plain(value: SecretStr | str | None) -> str:
    return value.get_secret_value() if isinstance(value, SecretStr) else value or ""
