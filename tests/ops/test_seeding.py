"""Planting the sample in a real database."""

import asyncio
from typing import Any

from sqlalchemy import delete, func, select

from app.accounts import passwords
from app.accounts.hosting import HostProfile
from app.accounts.house_rules import InstanceSetting
from app.accounts.models import User
from app.catalog.episode_models import EpisodeGuide, SeriesEpisode
from app.catalog.models import FACTS_TABLES, MediaIdentifier, MediaItem, MediaSource, MovieItem
from app.catalog.storing import store
from app.kit.db import AsyncSession, Base, Database
from app.kit.events import Event
from app.library import watching
from app.library.log_models import Goal
from app.library.models import MediaItemTag, Tag, UserItemLog, UserItemState
from app.library.shelf_models import SavedView
from app.menus import upstream
from app.menus.lineage_models import MenuLineage
from app.menus.models import Course, CourseItem, Menu, Pairing
from app.menus.upstream import PieceForm
from app.ops.planting import plant
from app.ops.sample import personas, works
from app.ops.seeding import Seeded, seed

CAST = personas.cast()
WORKS = list(works.candidates())
ALL = Seeded(
    items=len(WORKS),
    accounts=len(CAST.persona),
    entries=sum(len(persona.entries) for persona in CAST.persona),
    menus=sum(len(persona.menus) + len(persona.forks) for persona in CAST.persona),
)


async def all_of(database: Database, statement: Any) -> list[Any]:
    async with database.session() as session:
        return list((await session.execute(statement)).scalars())


async def count(database: Database, table: Any) -> int:
    return int((await all_of(database, select(func.count()).select_from(table)))[0])


async def add(database: Database, row: Any) -> None:
    async with database.session() as session:
        session.add(row)


async def test_all_of_the_sample_is_planted(database: Database) -> None:
    assert await seed(database) == ALL
    assert await count(database, MediaItem) == await count(database, MediaSource) == ALL.items
    assert await count(database, MediaIdentifier) == sum(len(work.identifiers) for work in WORKS)
    assert await count(database, UserItemState) == ALL.entries
    assert await count(database, Menu) == ALL.menus
    assert await count(database, UserItemLog) == 80
    assert await count(database, Goal) == await count(database, SavedView) == 2
    assert await count(database, Pairing) == 6


async def test_twice_plants_nothing_new(database: Database) -> None:
    await seed(database)
    assert not await seed(database)
    assert not await seed(database, asked=True)
    assert await count(database, MediaItem) == ALL.items


async def test_two_at_once_plant_it_once(database: Database) -> None:
    first, second = await asyncio.gather(seed(database), seed(database))
    assert {first, second} == {ALL, Seeded()}


async def test_an_instance_with_accounts_is_left_alone(database: Database) -> None:
    await add(database, User(name="Ada", email="ada@example.org", password_hash="x"))
    assert not await seed(database)
    assert await count(database, MediaItem) == 0


async def test_asked_for_it_comes_beside_real_accounts_and_takes_nothing_from_them(database: Database) -> None:
    await add(database, User(name="Ada", email="ada@example.org", password_hash="x", is_first=True, is_operator=True))
    assert await seed(database, asked=True) == ALL
    assert await all_of(database, select(User.name).where(User.is_operator)) == ["Ada"]


async def test_what_a_persona_made_of_it_stays(database: Database) -> None:
    await seed(database)
    async with database.session() as session:
        await session.execute(delete(Menu))
    assert not await seed(database, asked=True)
    assert await count(database, Menu) == 0


async def test_a_work_the_catalog_knows_already_is_not_planted_twice(database: Database) -> None:
    dune = next(work for work in WORKS if work.external_id == "movie/dune-2021")
    known = MediaItem(type="movie", title="Dune: Part One", sort_title="dune: part one")
    async with database.session() as session:
        session.add(known)
        await session.flush()
        session.add(MovieItem(item_id=known.id, kind="film"))
        session.add(MediaIdentifier(item_id=known.id, scheme="imdb", kind="movie", value=dune.identifiers[0].value))
    await seed(database)
    assert await count(database, MediaItem) == ALL.items
    source = select(MediaSource.item_id).where(MediaSource.external_id == dune.external_id)
    assert await all_of(database, source) == [known.id]


async def test_odile_is_the_operator_and_the_documented_password_opens_every_account(database: Database) -> None:
    await seed(database)
    assert await all_of(database, select(User.name).where(User.is_operator & User.is_first)) == ["Odile"]
    hashes = set(await all_of(database, select(User.password_hash)))
    assert all([await passwords.matches(each, CAST.password) for each in hashes])


async def test_alices_menu_is_served_in_order(database: Database) -> None:
    await seed(database)
    written = next(menu for persona in CAST.persona for menu in persona.menus if menu.title == "Desert Power")
    of_the_menu = select(Course).join(Menu, Menu.id == Course.menu_id).where(Menu.slug == "desert-power")
    courses = await all_of(database, of_the_menu.order_by(Course.position))
    assert [course.title for course in courses] == [course.title for course in written.courses]
    slugs = (
        select(MediaSource.external_id)
        .join(CourseItem, CourseItem.item_id == MediaSource.item_id)
        .where(CourseItem.course_id == courses[1].id)
        .order_by(CourseItem.position)
    )
    assert await all_of(database, slugs) == [item.item for item in written.courses[1].items]


async def test_two_menus_are_published(database: Database) -> None:
    await seed(database)
    published = select(Menu.slug).where(Menu.published_at.is_not(None)).order_by(Menu.slug)
    assert await all_of(database, published) == ["desert-power", "rain-on-neon"]


async def test_alice_has_an_episode_to_see_next(database: Database) -> None:
    await seed(database)
    async with database.session() as session:
        alice = await session.scalar(select(User.id).where(User.name == "Alice"))
        assert alice
        found = await watching.next_up(session, alice)
    assert [(row.title, row.season, row.number, row.unseen) for row in found] == [("Midnight Diner", 1, 7, 4)]


async def test_bob_can_take_over_what_alice_changed(database: Database) -> None:
    await seed(database)
    async with database.session() as session:
        menu = (await session.scalars(select(Menu).join(MenuLineage, MenuLineage.menu_id == Menu.id))).one()
        found = await upstream.upstream_of(session, menu.owner_id, menu.id)
        assert [piece.kind for piece in found.pieces] == ["item.added", "item.note"]
        assert not any(piece.collides for piece in found.pieces)
        assert await upstream.decide(session, menu.owner_id, menu.id, PieceForm(piece="all", choice="take")) == 2
        assert not (await upstream.upstream_of(session, menu.owner_id, menu.id)).pieces


async def test_a_shared_tag_is_one_for_all(database: Database) -> None:
    await seed(database)
    shared = (await all_of(database, select(Tag).where(Tag.user_id.is_(None))))[0]
    users = select(MediaItemTag.user_id).where(MediaItemTag.tag_id == shared.id)
    assert shared.key == "oneevening"
    assert len(set(await all_of(database, users))) == 2


async def test_in_a_house_of_others_nothing_is_planted_that_is_everybodys(database: Database) -> None:
    await add(database, User(name="Ada", email="ada@example.org", password_hash="x", is_first=True, is_operator=True))
    await seed(database, asked=True)
    assert await count(database, HostProfile) == await count(database, InstanceSetting) == 0
    assert await count(database, Tag) == sum(len(persona.tags) for persona in CAST.persona)
    assert None not in await all_of(database, select(Tag.user_id))


async def test_episodes_that_a_source_told_stay(database: Database) -> None:
    series = next(work for work in WORKS if work.external_id in works.seasons())
    async with database.session() as session:
        item_id = await store(session, series)
        session.add(EpisodeGuide(item_id=item_id, source_name="tvmaze"))
    await seed(database, asked=True)
    assert await all_of(database, select(SeriesEpisode).where(SeriesEpisode.item_id == item_id)) == []


async def test_the_newest_entry_is_the_first_in_the_file(database: Database) -> None:
    await seed(database)
    newest = (
        select(MediaItem.title)
        .join(UserItemState, UserItemState.item_id == MediaItem.id)
        .join(User, User.id == UserItemState.user_id)
        .where(User.name == "Alice")
        .order_by(UserItemState.id.desc())
        .limit(1)
    )
    assert await all_of(database, newest) == ["Dune"]


async def test_search_is_told_of_every_item(database: Database) -> None:
    await seed(database)
    told = select(Event.subject_id).where(Event.topic == "item", Event.happened == "stored")
    assert set(await all_of(database, told)) == set(await all_of(database, select(MediaItem.id)))


async def test_planting_many_makes_the_rows_that_storing_one_makes(database: Database) -> None:
    samples = [
        next(work for work in WORKS if work.type == type_ and work.identifiers) for type_ in ("book", "movie", "game")
    ]
    samples.append(next(work for work in WORKS if work.type == "music"))
    async with database.session() as session:
        await plant(session, samples)
        planted = await everything(session)
        await session.rollback()
    async with database.session() as session:
        for work in samples:
            await store(session, work)
        assert await everything(session) == planted


async def everything(session: AsyncSession) -> dict[str, list[dict[str, Any]]]:
    """What the catalog holds, less keys and times."""
    tables: list[type[Base]] = [MediaItem, *FACTS_TABLES.values(), MediaIdentifier, MediaSource, Event]
    keys = {"id", "item_id", "subject_id", "created_at", "updated_at", "fetched_at", "recorded_at"}
    await session.flush()
    found = {}
    for table in tables:
        rows = (await session.execute(select(table.__table__))).mappings()
        said = [{name: value for name, value in row.items() if name not in keys} for row in rows]
        found[table.__tablename__] = sorted(said, key=repr)
    return found
