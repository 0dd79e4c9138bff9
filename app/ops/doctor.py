"""Checks everything Tastebuds stands on, and says what to do about what is not well."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from typing import TypeAlias

from sqlalchemy import text

from app.accounts import notices
from app.kit.db import Database
from app.kit.keys import ring_of
from app.kit.outbound import Outbound
from app.kit.settings import Settings, SettingsError
from app.kit.strength import is_at_home, weak
from app.ops import migrating, rotating
from app.sources.asking import ask
from app.sources.keyring import Keyring
from app.sources.registry import all_sources, contact_advice

Look: TypeAlias = Callable[[Settings, Database], Awaitable[tuple[bool, str] | None]]

PATIENCE = 8.0
EXTENSIONS = text("SELECT count(*) FROM pg_extension WHERE extname IN ('pg_trgm', 'unaccent')")


@dataclass(frozen=True, slots=True)
class Finding:
    """`needed` tells what stops it from running from what merely lacks."""

    what: str
    well: bool
    said: str
    needed: bool = True

    def __str__(self) -> str:
        mark = "ok  " if self.well else "FAIL" if self.needed else "--  "
        return f"{mark} {self.what:<14} {self.said}"


async def examine(settings: Settings, url: str, look_at_meilisearch: Look) -> list[Finding]:
    database = Database(url)
    keyring = Keyring(settings)
    try:
        findings = [finding async for finding in _database(database)]
        if all(finding.well for finding in findings):
            findings += await _keys(database, keyring)
            findings += await _letters(database)
            findings += await _sealed(database, settings)
            findings += await _meilisearch(settings, database, look_at_meilisearch)
        findings += await _redis(settings)
        findings += _secrets(settings)
    finally:
        await database.close()
    findings += await _mail(settings)
    advice = contact_advice(settings)
    contact = Finding("CONTACT", not advice, advice or "is set", needed=False)
    return [*findings, contact, *await _sources(keyring.settings)]


async def _database(database: Database) -> AsyncIterator[Finding]:
    try:
        await database.check()
    except RuntimeError as error:
        yield Finding("Postgres", False, str(error))
        return
    yield Finding("Postgres", True, "answers, and compares text as the search expects")
    at = await migrating.revision(database)
    well = at == migrating.newest()
    said = f"at revision {at}" if well else f"at revision {at}, not {migrating.newest()}: run `tastebuds migrate`"
    yield Finding("Tables", well, said)
    if well:
        async with database.session() as session:
            there = await session.scalar(EXTENSIONS) == 2
        yield Finding("Extensions", there, "pg_trgm, unaccent" if there else "create pg_trgm and unaccent")


async def _redis(settings: Settings) -> list[Finding]:
    url = settings.given_redis()
    if url is None:
        return []
    from app.kit import redis

    try:
        await redis.check(url)
    except RuntimeError as error:
        return [Finding("Redis", False, str(error))]
    return [Finding("Redis", True, "answers")]


async def _meilisearch(settings: Settings, database: Database, look: Look) -> list[Finding]:
    """Postgres searches where it does not."""
    seen = await look(settings, database)
    return [Finding("Meilisearch", *seen, needed=False)] if seen else []


async def _keys(database: Database, keyring: Keyring) -> list[Finding]:
    """Only of those that were pasted and cannot be opened is there anything to say; the others are tried."""
    async with database.reading() as session:
        keys = await keyring.read(session)
    said = "was kept with another SECRET_KEY: bring that back, or paste the key again"
    return [Finding(name, False, said, needed=False) for name, key in keys.items() if key.origin == "unreadable"]


async def _sealed(database: Database, settings: Settings) -> list[Finding]:
    """What the page of keys says is not said again here."""
    async with database.reading() as session:
        lost = await rotating.unopenable(session, ring_of(settings))
    lost.pop("source_keys.sealed", None)
    said = f"{rotating.said(lost)} cannot be opened: bring the SECRET_KEY back that they were sealed with"
    return [Finding("Secrets", False, said, needed=False)] if lost else []


def _secrets(settings: Settings) -> list[Finding]:
    """One that can be guessed stops it from running where others can reach it."""
    return [Finding("Secrets", False, said, needed=not is_at_home(settings)) for said in weak(settings)]


async def _mail(settings: Settings) -> list[Finding]:
    if not settings.has_mail:
        return []
    from app.kit.mail import mailer_of

    try:
        mailer = mailer_of(settings)
        if mailer:
            await mailer.check()
    except SettingsError as error:
        return [Finding("Mail", False, str(error))]
    except Exception as error:  # noqa: BLE001 - whatever it is, letters wait for a day
        return [Finding("Mail", False, f"the server does not take us in ({type(error).__name__})", needed=False)]
    return [Finding("Mail", True, "the server takes us in")]


async def _letters(database: Database) -> list[Finding]:
    async with database.reading() as session:
        return [
            Finding("Letters", False, f"{row.letters} given up this week: {row.because}", needed=False)
            for row in await notices.lost(session)
        ]


async def _sources(settings: Settings) -> list[Finding]:
    """One small question to each source that has its key or needs none."""
    outbound = Outbound(settings.contact)
    sources = all_sources(settings, outbound).values()
    try:
        asked = [source for source in sources if source.ready]
        answers = await asyncio.gather(*(ask(source, "dune", None, PATIENCE) for source in asked))
    finally:
        await outbound.close()
    findings = {
        answer.source: Finding(answer.label, answer.state == "answered", answer.sentence, needed=False)
        for answer in answers
    }
    return [
        findings.get(source.name) or Finding(source.label, False, source.advice or "", needed=False)
        for source in sources
    ]
