"""Forks: a draft of one's own, told whose it was, that takes over what changes upstream piece by piece."""

import asyncio
from typing import Any

import pytest
from sqlalchemy import select, text

from app.kit.db import Database
from app.kit.errors import NotFound, Stale
from app.kit.ids import UUID
from app.menus import composing, forking, lineage, pairing, reading, sharing, upstream
from app.menus.forms import NoteForm, TitleForm
from app.menus.lineage_models import MenuLineage
from app.menus.models import Menu
from app.menus.pairing_forms import PairingForm
from app.menus.reading import WholeMenu
from app.menus.upstream import PieceForm, Upstream
from tests.rows import a_user, items


class Kitchen:
    """Alice's published dinner of two courses, one pairing in it, and Bob, who has forked it."""

    def __init__(self, database: Database, alice: UUID, bob: UUID, origin: UUID, works: list[UUID]) -> None:
        self.database, self.alice, self.bob, self.origin, self.works = database, alice, bob, origin, works
        self.fork = UUID(int=0)

    async def do(self, act: Any, *args: Any, by: UUID | None = None, **more: Any) -> Any:
        async with self.database.session() as session:
            return await act(session, by or self.alice, *args, **more)

    async def hers(self) -> WholeMenu:
        found: WholeMenu = await self.do(reading.menu_of, self.origin)
        return found

    async def his(self) -> WholeMenu:
        found: WholeMenu = await self.do(reading.menu_of, self.fork, by=self.bob)
        return found

    async def changes(self) -> Upstream:
        found: Upstream = await self.do(upstream.upstream_of, self.fork, by=self.bob)
        return found

    async def told(self) -> list[str]:
        return [piece.said for piece in (await self.changes()).pieces]

    async def decide(self, piece: str, choice: str = "take") -> int:
        form = PieceForm.model_validate({"piece": piece, "choice": choice})
        count: int = await self.do(upstream.decide, self.fork, form, by=self.bob)
        return count

    async def rename(self, title: str) -> None:
        await self.do(composing.rename, self.origin, TitleForm(title=title, intent="Slow."))


def shape(menu: WholeMenu) -> Any:
    courses = [
        (each.title, each.intent, [(row.item_id, row.note, row.position) for row in each.items])
        for each in menu.courses
    ]
    pairs = [(pair.first.item_id, pair.second.item_id, pair.sentence) for pair in menu.pairings]
    return menu.title, menu.intent, courses, pairs


@pytest.fixture
async def kitchen(database: Database) -> Kitchen:
    alice, bob = await a_user(database, "Alice"), await a_user(database, "Bob")
    works = await items(database, "Dune", "Arrival", "Disco", "Hyperion")
    async with database.session() as session:
        menu = await composing.create(session, alice, TitleForm(title="Dinner", intent="Slow."))
        starters = await composing.add_course(session, alice, menu.id, TitleForm(title="Starters"))
        mains = await composing.add_course(session, alice, menu.id, TitleForm(title="Mains", intent="Rich."))
        for course, work in ((starters, works[0]), (starters, works[1]), (mains, works[2])):
            await composing.add_item(session, alice, menu.id, course.id, work)
    kitchen = Kitchen(database, alice, bob, menu.id, works)
    served = [row.course_item_id for row in (await kitchen.hers()).courses[0].items]
    await kitchen.do(composing.annotate, menu.id, starters.id, served[0], NoteForm(note="First."))
    both = PairingForm(first=served[0], second=served[1], sentence="Sand, then snow.")
    await kitchen.do(pairing.pair, menu.id, both)
    await kitchen.do(sharing.publish, menu.id)
    kitchen.fork = (await kitchen.do(forking.fork, "dinner", by=bob)).id
    return kitchen


async def test_a_fork_is_a_draft_with_everything_and_an_address_of_its_own(kitchen: Kitchen) -> None:
    hers, his = await kitchen.hers(), await kitchen.his()
    assert shape(his) == shape(hers)
    assert his.published_at is None
    assert his.slug.startswith("dinner-")
    assert not {course.id for course in his.courses} & {course.id for course in hers.courses}


async def test_what_nobody_published_is_forked_by_its_owner_alone(kitchen: Kitchen) -> None:
    await kitchen.do(sharing.unpublish, kitchen.origin)
    with pytest.raises(NotFound):
        await kitchen.do(forking.fork, "dinner", by=kitchen.bob)
    own = await kitchen.do(forking.fork, "dinner")
    assert own.owner_id == kitchen.alice


async def test_lineage_is_told_both_ways_and_private_forks_are_only_counted(kitchen: Kitchen) -> None:
    async def hers() -> lineage.Lineage:
        async with kitchen.database.session() as session:
            return await lineage.lineage_of(session, kitchen.origin, None)

    async def his() -> lineage.Lineage:
        async with kitchen.database.session() as session:
            return await lineage.lineage_of(session, kitchen.fork, kitchen.bob)

    assert ((await hers()).forks, list((await hers()).public)) == (1, [])
    assert (await his()).origin == lineage.Origin("Dinner", "Alice", "dinner")
    await kitchen.do(sharing.publish, kitchen.fork, by=kitchen.bob)
    assert [row.author for row in (await hers()).public] == ["Bob"]
    await kitchen.rename("Something private")
    await kitchen.do(sharing.unpublish, kitchen.origin)
    assert (await his()).origin == lineage.Origin("Dinner", "Alice", "")
    await kitchen.do(composing.discard, kitchen.origin)
    assert (await his()).origin == lineage.Origin("Dinner", "Alice", "")


async def test_what_a_draft_was_called_is_told_to_nobody_by_a_fork_of_it(kitchen: Kitchen) -> None:
    async def told(fork: UUID, viewer: UUID | None) -> str:
        async with kitchen.database.session() as session:
            origin = (await lineage.lineage_of(session, fork, viewer)).origin
            return origin.title if origin else ""

    draft = await kitchen.do(composing.create, TitleForm(title="Divorce dinner"))
    fork = await kitchen.do(forking.fork, draft.slug)
    await kitchen.do(sharing.publish, fork.id)
    assert await told(fork.id, None) == await told(fork.id, kitchen.bob) == ""
    assert await told(fork.id, kitchen.alice) == "Divorce dinner"
    await kitchen.do(composing.discard, draft.id)
    assert await told(fork.id, None) == ""


async def test_a_fork_of_a_fork_works(kitchen: Kitchen) -> None:
    await kitchen.do(sharing.publish, kitchen.fork, by=kitchen.bob)
    slug = (await kitchen.his()).slug
    third = await kitchen.do(forking.fork, slug)
    async with kitchen.database.session() as session:
        told = await lineage.lineage_of(session, third.id, kitchen.alice)
    assert told.origin == lineage.Origin("Dinner", "Bob", slug)


async def test_nothing_changed_is_nothing_to_take_over(kitchen: Kitchen) -> None:
    assert await kitchen.told() == []
    assert await kitchen.decide("all") == 0


async def test_everything_taken_over_is_the_same_menu_again(kitchen: Kitchen) -> None:
    hers = await kitchen.hers()
    starters, mains = hers.courses
    await kitchen.rename("Supper")
    await kitchen.do(composing.add_item, kitchen.origin, mains.id, kitchen.works[3])
    await kitchen.do(composing.remove_item, kitchen.origin, starters.id, starters.items[0].course_item_id)
    await kitchen.do(
        composing.annotate, kitchen.origin, starters.id, starters.items[1].course_item_id, NoteForm(note="Now.")
    )
    pudding = await kitchen.do(composing.add_course, kitchen.origin, TitleForm(title="Pudding"))
    await kitchen.do(composing.add_item, kitchen.origin, pudding.id, kitchen.works[0])
    assert await kitchen.told() == [
        "The menu is now called “Supper”.",
        "The note on “Arrival” was changed.",
        "“Hyperion” is new in “Mains”.",
        "The course “Pudding” is new.",
        "“Dune” is not served in “Starters” any more.",
    ]
    version = (await kitchen.his()).version
    assert await kitchen.decide("all") == 5
    his = await kitchen.his()
    assert shape(his) == shape(await kitchen.hers())
    assert his.version == version + 1
    assert await kitchen.told() == []


async def test_one_is_taken_over_and_the_other_left(kitchen: Kitchen) -> None:
    mains = (await kitchen.hers()).courses[1]
    await kitchen.rename("Supper")
    await kitchen.do(composing.add_item, kitchen.origin, mains.id, kitchen.works[3])
    title, added = (await kitchen.changes()).pieces
    assert await kitchen.decide(added.id) == 1
    assert await kitchen.decide(title.id, "leave") == 1
    his = await kitchen.his()
    assert his.title == "Dinner"
    assert [row.title for row in his.courses[1].items] == ["Disco", "Hyperion"]
    assert await kitchen.told() == []
    assert (await kitchen.decide(added.id), await kitchen.decide(title.id, "leave")) == (0, 0)


async def test_what_was_left_can_be_taken_over_after_all(kitchen: Kitchen) -> None:
    starters, mains = (await kitchen.hers()).courses
    await kitchen.do(composing.add_item, kitchen.origin, mains.id, kitchen.works[3])
    await kitchen.do(composing.remove_item, kitchen.origin, starters.id, starters.items[0].course_item_id)
    await kitchen.rename("Supper")
    pieces = (await kitchen.changes()).pieces
    for piece in pieces:
        assert await kitchen.decide(piece.id, "leave") == 1
    changes = await kitchen.changes()
    assert ([*changes.pieces], [*changes.left]) == ([], [*pieces])
    assert await kitchen.decide("all") == 0
    for piece in pieces:
        assert [await kitchen.decide(piece.id) for _ in range(2)] == [1, 0]
    assert shape(await kitchen.his()) == shape(await kitchen.hers())
    assert [*(await kitchen.changes()).left] == []


async def test_what_was_left_goes_with_the_change_and_is_read_again_if_it_changed(kitchen: Kitchen) -> None:
    await kitchen.rename("Supper")
    (title,) = (await kitchen.changes()).pieces
    await kitchen.decide(title.id, "leave")
    await kitchen.do(composing.rename, kitchen.fork, TitleForm(title="Feast", intent="Slow."), by=kitchen.bob)
    with pytest.raises(Stale):
        await kitchen.decide(title.id)
    (now,) = (await kitchen.changes()).left
    assert (now.theirs, now.mine, now.collides) == ("Supper", "Feast", True)
    await kitchen.rename("Dinner")
    assert [*(await kitchen.changes()).left] == []


async def test_what_changed_after_it_was_read_is_read_again_first(kitchen: Kitchen) -> None:
    await kitchen.rename("Supper")
    (read,) = (await kitchen.changes()).pieces
    await kitchen.do(composing.rename, kitchen.fork, TitleForm(title="Feast"), by=kitchen.bob)
    with pytest.raises(Stale):
        await kitchen.decide(read.id)
    assert (await kitchen.his()).title == "Feast"
    (now,) = (piece for piece in (await kitchen.changes()).pieces if piece.kind == "menu.title")
    assert (now.theirs, now.mine, now.collides) == ("Supper", "Feast", True)
    assert await kitchen.decide(now.id) == 1
    assert (await kitchen.his()).title == "Supper"


async def test_an_origin_that_is_not_public_any_more_tells_nothing_new(kitchen: Kitchen) -> None:
    await kitchen.rename("Something private")
    (read,) = (await kitchen.changes()).pieces
    await kitchen.do(sharing.unpublish, kitchen.origin)
    changes = await kitchen.changes()
    assert (changes.is_public, list(changes.pieces), changes.origin.title) == (False, [], "Dinner")
    for piece in (read.id, "all"):
        assert await kitchen.decide(piece) == 0
    async with kitchen.database.session() as session:
        await session.execute(text("UPDATE users SET disabled_at = now() WHERE name = 'Alice'"))
    await kitchen.do(sharing.publish, kitchen.origin)
    assert (await kitchen.changes()).is_public is False


async def test_a_stranger_sees_and_takes_nothing(kitchen: Kitchen) -> None:
    form = PieceForm(piece="all", choice="take")
    for act in (
        kitchen.do(upstream.upstream_of, kitchen.fork),
        kitchen.do(upstream.decide, kitchen.fork, form),
        kitchen.do(upstream.upstream_of, kitchen.origin),
    ):
        with pytest.raises(NotFound):
            await act


async def test_twenty_who_take_over_the_same_at_once_take_it_once(kitchen: Kitchen) -> None:
    mains = (await kitchen.hers()).courses[1]
    await kitchen.do(composing.add_item, kitchen.origin, mains.id, kitchen.works[3])
    (added,) = (await kitchen.changes()).pieces
    counts = await asyncio.gather(*(kitchen.decide(added.id) for _ in range(20)))
    assert sorted(counts) == [0] * 19 + [1]
    assert [row.title for row in (await kitchen.his()).courses[1].items] == ["Disco", "Hyperion"]


async def test_what_i_added_myself_is_not_added_a_second_time(kitchen: Kitchen) -> None:
    hers, his = await kitchen.hers(), await kitchen.his()
    await kitchen.do(composing.add_item, kitchen.fork, his.courses[1].id, kitchen.works[3], by=kitchen.bob)
    await kitchen.do(composing.add_item, kitchen.origin, hers.courses[1].id, kitchen.works[3])
    assert await kitchen.told() == []


async def test_a_fork_outlives_the_account_of_who_was_first(kitchen: Kitchen) -> None:
    async with kitchen.database.session() as session:
        await session.execute(text("DELETE FROM users WHERE name = 'Alice'"))
    async with kitchen.database.session() as session:
        (left,) = await session.scalars(select(MenuLineage))
        assert (left.origin_id, left.origin_author) == (None, "Alice")
        assert len((await session.scalars(select(Menu))).all()) == 1
