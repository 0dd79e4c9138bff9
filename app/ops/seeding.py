"""Planting the sample: a catalog worth searching, and four people with what they keep and serve."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import select

from app.accounts.models import User
from app.accounts.passwords import hash_password
from app.accounts.registering import ONE_AT_A_TIME, anybody
from app.catalog.episode_models import EpisodeGuide, SeriesEpisode
from app.catalog.models import MediaItem, MediaSource
from app.catalog.storing import store
from app.kit.db import AsyncSession, Database
from app.kit.ids import UUID
from app.library.models import UserItemState
from app.menus.models import Menu
from app.ops.casting import rows_of
from app.ops.casting_menus import Works
from app.ops.planting import Rows, insert_all, plant
from app.ops.sample import personas, works

ANYTHING = select(select(MediaItem).exists())
EMAILS = select(User.email)
TOLD = select(EpisodeGuide.item_id)
PLANTED = select(MediaSource.external_id, MediaSource.item_id).where(MediaSource.source_name == works.SOURCE)


@dataclass(frozen=True)
class Seeded:
    """How many of each were planted just now; false if there was nothing to do."""

    items: int = 0
    accounts: int = 0
    entries: int = 0
    menus: int = 0

    def __bool__(self) -> bool:
        return self != Seeded()

    def __str__(self) -> str:
        return f"{self.items} items, {self.accounts} people, {self.entries} entries, {self.menus} menus"


async def seed(database: Database, *, asked: bool = False) -> Seeded:
    """All of it in one transaction, into an instance that has no accounts yet.

    `asked` plants what is missing into any instance. A persona who is already there keeps what they made of it.
    """
    async with database.session() as session:
        await session.execute(ONE_AT_A_TIME)
        if not asked and await anybody(session):
            return Seeded()
        cast = personas.cast()
        (planted, known), password_hash = await asyncio.gather(_works(session), hash_password(cast.password))
        emails = set(await session.scalars(EMAILS))
        newcomers = [persona for persona in cast.persona if persona.email not in emails]
        rows = await rows_of(session, cast, newcomers, password_hash, known)
        await insert_all(session, rows)
    return Seeded(planted, len(rows[User]), len(rows[UserItemState]), len(rows[Menu]))


async def _works(session: AsyncSession) -> tuple[int, Works]:
    """How many were new, and all of the sample."""
    candidates = list(works.candidates())
    titles = {work.external_id: work.title for work in candidates}
    ids: dict[str, UUID] = dict((await session.execute(PLANTED)).all())
    missing = [work for work in candidates if work.external_id not in ids]
    if not await session.scalar(ANYTHING):
        ids = await plant(session, missing)
    else:
        for work in missing:
            ids[work.external_id] = await store(session, work)
    await _episodes(session, ids)
    return len(missing), Works(ids, titles)


async def _episodes(session: AsyncSession, ids: Mapping[str, UUID]) -> None:
    """Of the series nobody told episodes of."""
    told = set(await session.scalars(TOLD))
    rows: Rows = {EpisodeGuide: [], SeriesEpisode: []}
    for slug, season in works.seasons().items():
        if (id_ := ids[slug]) not in told:
            rows[EpisodeGuide].append({"item_id": id_, "source_name": works.SOURCE})
            rows[SeriesEpisode] += [
                {"item_id": id_, "season": 1, "number": number, "title": title, "aired": aired}
                for number, (title, aired) in enumerate(season.aired(), 1)
            ]
    await insert_all(session, rows)


async def has_sample(database: Database) -> bool:
    """Whether the first of the sample's people has an account here."""
    async with database.session() as session:
        first = personas.cast().persona[0].email
        return await session.scalar(select(User.id).where(User.email == first)) is not None
