"""Sharing: a slug that is free, readable and stable, and a menu the public reads only while it is published."""

import asyncio
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from app.kit.db import Database
from app.kit.errors import NotFound
from app.kit.ids import UUID, new_id
from app.menus import composing, reading, sharing
from app.menus.forms import TitleForm
from app.menus.models import Menu
from tests.rows import a_user


async def create(database: Database, owner: UUID, title: str) -> Menu:
    async with database.session() as session:
        return await composing.create(session, owner, TitleForm(title=title))


async def rename(database: Database, owner: UUID, menu: UUID, title: str) -> str:
    async with database.session() as session:
        return (await composing.rename(session, owner, menu, TitleForm(title=title))).slug


async def publish(database: Database, owner: UUID, menu: UUID) -> None:
    async with database.session() as session:
        await sharing.publish(session, owner, menu)


async def unpublish(database: Database, owner: UUID, menu: UUID) -> None:
    async with database.session() as session:
        await sharing.unpublish(session, owner, menu)


@pytest.mark.parametrize(
    ("title", "slug"),
    [
        ("A Night on Arrakis", "a-night-on-arrakis"),
        ("  Café — déjà vu!  ", "cafe-deja-vu"),
        ("東京物語", "menu"),
        ("🎉", "menu"),
        ("Москва 2020", "2020"),
        ("../../etc/passwd", "etc-passwd"),
        ("x" * 200, "x" * 60),
        ("a" * 59 + " b", "a" * 59),
    ],
)
def test_a_title_as_it_stands_in_an_address(title: str, slug: str) -> None:
    assert sharing.slug(title) == slug


@given(st.text(max_size=200))
def test_every_title_has_a_slug(title: str) -> None:
    slug = sharing.slug(title)
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", slug)
    assert len(slug) <= sharing.SLUG_MAX


async def test_twenty_of_one_title_at_once_stand_at_twenty_addresses(database: Database) -> None:
    alice = await a_user(database, "Alice")
    menus = await asyncio.gather(*(create(database, alice, "Same") for _ in range(20)))
    slugs = {menu.slug for menu in menus}
    assert len(slugs) == 20
    assert "same" in slugs
    assert all(slug.startswith("same") for slug in slugs)


async def test_twenty_renamed_to_one_title_at_once_stand_at_twenty_addresses(database: Database) -> None:
    alice = await a_user(database, "Alice")
    menus = [await create(database, alice, f"Menu {n}") for n in range(20)]
    slugs = await asyncio.gather(*(rename(database, alice, menu.id, "Same") for menu in menus))
    assert len(set(slugs)) == 20


@pytest.mark.parametrize("title", ["New", "Discover!", "菜单", "Menu"])
async def test_a_word_that_is_an_address_of_ours_is_no_slug(database: Database, title: str) -> None:
    menu = await create(database, await a_user(database, "Alice"), title)
    assert menu.slug not in sharing.RESERVED
    assert re.fullmatch(r"(new|discover|menu)-[0-9a-f]{8}", menu.slug)


async def test_the_slug_follows_the_title_until_the_first_publication_and_never_after(database: Database) -> None:
    alice = await a_user(database, "Alice")
    menu = await create(database, alice, "First")
    assert await rename(database, alice, menu.id, "Second") == "second"
    await publish(database, alice, menu.id)
    assert await rename(database, alice, menu.id, "Third") == "second"
    await unpublish(database, alice, menu.id)
    assert await rename(database, alice, menu.id, "Fourth") == "second"


async def test_a_menu_keeps_its_slug_when_only_the_intent_changes(database: Database) -> None:
    alice = await a_user(database, "Alice")
    await create(database, alice, "Same")
    second = await create(database, alice, "Same")
    async with database.session() as session:
        changed = await composing.rename(session, alice, second.id, TitleForm(title="Same", intent="More"))
    assert (changed.slug, changed.intent) == (second.slug, "More")


async def test_a_title_that_folds_to_its_own_slug_keeps_it(database: Database) -> None:
    alice = await a_user(database, "Alice")
    menu = await create(database, alice, "A night")
    assert await rename(database, alice, menu.id, "A Night!") == "a-night"


async def test_the_public_reads_a_menu_only_while_it_is_published(database: Database) -> None:
    alice, charlie = await a_user(database, "Alice"), await a_user(database, "Charlie")
    menu = await create(database, alice, "Dinner")

    async def seen_by(viewer: UUID | None) -> bool:
        async with database.session() as session:
            try:
                return (await reading.menu_at(session, "dinner", viewer)).id == menu.id
            except NotFound:
                return False

    assert [await seen_by(who) for who in (None, charlie, alice)] == [False, False, True]
    await publish(database, alice, menu.id)
    assert [await seen_by(who) for who in (None, charlie, alice)] == [True, True, True]
    await unpublish(database, alice, menu.id)
    assert [await seen_by(who) for who in (None, charlie, alice)] == [False, False, True]


async def test_publishing_twice_counts_once_and_again_later_counts_anew(database: Database) -> None:
    alice = await a_user(database, "Alice")
    menu = await create(database, alice, "Dinner")

    async def when() -> Menu:
        async with database.session() as session:
            return (await session.scalars(select(Menu))).one()

    await publish(database, alice, menu.id)
    once = await when()
    await publish(database, alice, menu.id)
    twice = await when()
    assert (once.published_at, once.first_published_at) == (twice.published_at, twice.first_published_at)
    for _ in range(2):
        await unpublish(database, alice, menu.id)
    gone = await when()
    assert (gone.published_at, gone.first_published_at) == (None, once.first_published_at)
    await publish(database, alice, menu.id)
    back = await when()
    assert back.first_published_at == once.first_published_at
    assert back.published_at is not None
    assert once.published_at is not None
    assert back.published_at > once.published_at


async def test_a_stranger_can_neither_publish_nor_unpublish(database: Database) -> None:
    alice, charlie = await a_user(database, "Alice"), await a_user(database, "Charlie")
    menu = await create(database, alice, "Dinner")
    for act in (publish, unpublish):
        for who, which in ((charlie, menu.id), (alice, new_id())):
            with pytest.raises(NotFound):
                await act(database, who, which)
