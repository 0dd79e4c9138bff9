"""A household of somebody's, made of a seed: some of everything an export carries, in words that are hard to carry."""

import random
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from PIL import Image
from sqlalchemy import delete

from app.accounts.hosting import HostProfile
from app.accounts.preferences import UserPreferences
from app.catalog.candidates import (
    BookFacts,
    Candidate,
    Cover,
    Facts,
    GameFacts,
    Identifier,
    MovieFacts,
    MusicFacts,
    PartialDate,
    SourceRating,
)
from app.catalog.models import ItemChoice, MediaItem, MediaSource
from app.catalog.storing import store
from app.kit.db import AsyncSession
from app.kit.ids import UUID, new_id
from app.library import tagging
from app.library.log_models import Goal
from app.library.models import MediaItemTag, Tag, UserItemLog, UserItemState
from app.library.shelf_models import SavedView
from app.library.tag_forms import TagForm
from app.menus import snapshots
from app.menus.lineage_models import MenuFollow, MenuLineage
from app.menus.link_models import MenuSlug
from app.menus.models import Course, CourseItem, Menu, Pairing
from app.menus.reading import menu_of
from app.search.models import MergeVerdict
from app.sources import hand_covers
from app.sources.covers import shape_of
from app.sources.pictures import own_of
from tests.sources.painting import written

WORDS = (
    "sand", "Ünïcode", "=1+1", "+49", "@home", "-dash", '"quoted"', "<b>bold</b>", "a,b", "'", "🍲", "line\nline",
    "日本", "\u202eback", "\ttab", "{}", "\\n", "\u2028", "été", "0", "null",
)  # fmt: skip
BEGAN = datetime(2024, 2, 29, 12, tzinfo=UTC)


class Dice(random.Random):
    def words(self, most: int) -> str:
        return " ".join(self.choices(WORDS, k=self.randint(1, most))).strip()

    def line(self, most: int = 3) -> str:
        return " ".join(self.words(most).split()) or "a title"

    def moment(self) -> datetime:
        return BEGAN + timedelta(microseconds=self.randrange(10**13))

    def times(self) -> dict[str, datetime]:
        first = self.moment()
        return {"created_at": first, "updated_at": first + timedelta(microseconds=self.randrange(10**12))}

    def facts(self) -> Facts:
        return self.choice(
            (
                BookFacts(authors=(self.line(),), pages=self.randint(1, 900), series=self.line()),
                MovieFacts(kind="series", seasons=2, episodes=12, countries=("DE", "FR")),
                GameFacts(platforms=(self.line(), self.line())),
                MusicFacts(kind="album", artists=(self.line(),), duration_ms=1000),
            )
        )


async def furnish(session: AsyncSession, user_id: UUID, seed: int, works: int = 12) -> None:
    dice = Dice(seed)
    items = [await store(session, _candidate(dice, seed, number)) for number in range(works)]
    made = await session.get_one(MediaItem, items[0])
    made.made_by, made.description = user_id, dice.words(9)
    await session.execute(delete(MediaSource).where(MediaSource.item_id == made.id))
    motley = written(Image.frombytes("RGB", (30, 44), Dice(seed).randbytes(30 * 44 * 3)))
    await hand_covers.put(session, made.id, own_of(motley, shape_of(made.type)))
    await _library(session, dice, user_id, items)
    served = [await _menu(session, dice, user_id, items, number) for number in range(3)]
    for menu, course_items in served:
        if len(course_items) > 1:
            first, second = sorted(course_items[:2])
            pairing = {"menu_id": menu.id, "first_id": first, "second_id": second, "sentence": dice.words(9)}
            session.add(Pairing(id=new_id(), **pairing, **dice.times()))
    fork, _ = served[2]
    origin_menu = served[0][0]
    then = snapshots.taken(await menu_of(session, user_id, origin_menu.id))
    seen = snapshots.packed(then, {str(served[0][1][0]): fork.id}, replace(then, title="Before one was left"))
    origin = {
        "origin_title": origin_menu.title,
        "origin_author": "Alice",
        "origin_slug": origin_menu.slug,
        "seen": seen,
    }
    session.add(MenuLineage(menu_id=fork.id, origin_id=origin_menu.id, **origin, **dice.times()))
    session.add(MenuFollow(id=new_id(), user_id=user_id, menu_id=served[0][0].id, started_at=dice.moment()))
    session.add(MenuSlug(slug=f"once-{seed}-{user_id.hex[-8:]}", menu_id=served[0][0].id, claimed_at=dice.moment()))
    shelf = {"sort": "title"}
    liked = {"rating_scale": "ten", "has_quick_keys": False, "shelf": shelf, "time_zone": "Asia/Tokyo"}
    session.add(UserPreferences(user_id=user_id, **liked, **dice.times()))
    handle = f"host-{user_id.hex[-12:]}"
    session.add(HostProfile(user_id=user_id, handle=handle, bio=dice.words(9), is_public=True, **dice.times()))
    pair = {"source": "books", "external_id": "1", "other_source": "tmdb", "other_external_id": dice.line()}
    session.add(MergeVerdict(id=new_id(), user_id=user_id, **pair, is_one=True, said_at=dice.moment()))
    await session.flush()


def _candidate(dice: Dice, seed: int, number: int) -> Candidate:
    return Candidate(
        source="open_library",
        external_id=f"{seed}-{number}",
        title=dice.line(),
        facts=dice.facts(),
        url=f"https://openlibrary.org/works/{seed}/{number}",
        subtitle=dice.choice((None, dice.line())),
        creators=(dice.line(), dice.line()),
        released=PartialDate(value=date(dice.randint(1900, 2026), 1, 1), precision="year"),
        description=dice.choice((None, dice.words(20))),
        genres=(dice.line(),),
        cover=Cover(provider="tmdb", key="/x.jpg"),
        identifiers=(
            Identifier(scheme="isbn13", value=f"{seed}{number:04}"),
            Identifier(scheme="oclc", value=str(number)),
        ),
        rating=SourceRating(value=4.5, scale=5, votes=dice.randint(1, 99)),
        popularity=0.5,
    )


async def _library(session: AsyncSession, dice: Dice, user_id: UUID, items: list[UUID]) -> None:
    shared = await tagging.create(session, None, TagForm(name=f"Shared {dice.random()}"))
    tags = [
        Tag(id=new_id(), user_id=user_id, name=f"{dice.line()} {number}", key=f"key {number}") for number in range(3)
    ]
    for number, tag in enumerate(tags):
        tag.key = str(await session.scalar(tagging.KEY, {"name": tag.name})) or str(number)
        tag.colour, (tag.created_at, tag.updated_at) = "red", dice.times().values()
    session.add_all(tags)
    await session.flush()
    for item in items[: len(items) * 2 // 3]:
        rating = dice.choice((None, Decimal(dice.randint(0, 20)) / 2))
        marks = {
            "status": dice.choice(("wanted", "active", "done")),
            "rating": rating,
            "favourite": dice.random() < 0.5,
        }
        session.add(
            UserItemState(id=new_id(), user_id=user_id, item_id=item, notes=dice.words(30), **marks, **dice.times())
        )
        for tag_id in (shared, dice.choice(tags).id):
            session.add(MediaItemTag(id=new_id(), user_id=user_id, item_id=item, tag_id=tag_id))
        day = date(2025, dice.randint(1, 12), 3)
        logged = {"user_id": user_id, "item_id": item, "day": day, "note": dice.words(5)}
        session.add(UserItemLog(id=new_id(), kind="started", **logged, **dice.times()))
        amount = Decimal(dice.randint(0, 999)) / 10
        session.add(UserItemLog(id=new_id(), kind="progress", amount=amount, unit="percent", **logged, **dice.times()))
        seen = {"season": 1, "episode": dice.randint(1, 9)}
        session.add(UserItemLog(id=new_id(), kind="progress", **seen, **logged, **dice.times()))
    for type_ in (None, "book"):
        session.add(Goal(id=new_id(), user_id=user_id, year=2026, type=type_, target=12, **dice.times()))
    for number in range(2):
        view = {"name": f"{dice.line()} {number}", "query": f"tag={tags[0].id}&sort=title"}
        session.add(SavedView(id=new_id(), user_id=user_id, **view, **dice.times()))
    choice = {"field": "title", "source_name": "sample", "external_id": "1"}
    session.add(ItemChoice(id=new_id(), user_id=user_id, item_id=items[-1], **choice))


async def _menu(
    session: AsyncSession, dice: Dice, user_id: UUID, items: list[UUID], number: int
) -> tuple[Menu, list[UUID]]:
    published = dice.moment() if number == 0 else None
    menu = Menu(
        id=new_id(),
        owner_id=user_id,
        title=dice.line(),
        intent=dice.words(20),
        slug=f"menu-{number}-{user_id.hex[-8:]}",
        slug_is_chosen=number == 1,
        published_at=published,
        first_published_at=published,
        **dice.times(),
    )
    session.add(menu)
    await session.flush()
    served = []
    for position in range(1, dice.randint(2, 4)):
        course = Course(
            id=new_id(), menu_id=menu.id, position=position, title=dice.line(), intent=dice.words(9), **dice.times()
        )
        session.add(course)
        await session.flush()
        for place, item in enumerate(dice.sample(items, 3), 1):
            served.append(new_id())
            words = {"position": place, "note": dice.words(9)}
            session.add(CourseItem(id=served[-1], course_id=course.id, item_id=item, **words, **dice.times()))
        await session.flush()
    return menu, served
