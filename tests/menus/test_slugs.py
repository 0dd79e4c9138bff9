"""A slug somebody chooses: the ones before it lead there, and none of them becomes another menu's."""

import asyncio
from collections.abc import Iterable

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from app.kit.db import Database
from app.kit.errors import Invalid, Moved, NotFound
from app.kit.ids import UUID
from app.menus import reading, sharing, slugs
from app.menus.link_forms import SlugForm
from app.menus.models import Menu
from app.pages.routes import ROUTES
from tests.house.test_routes import handlers
from tests.menus.test_sharing import create, publish, rename, unpublish
from tests.rows import a_user

CLAIMED = text("SELECT slug FROM menu_slugs WHERE menu_id = :menu_id ORDER BY slug")


async def choose(database: Database, owner: UUID, menu: UUID, slug: str) -> str:
    async with database.session() as session:
        return await slugs.choose(session, owner, menu, SlugForm.read({"slug": slug}))


async def claimed(database: Database, menu: Menu) -> list[str]:
    async with database.reading() as session:
        return list(await session.scalars(CLAIMED, {"menu_id": menu.id}))


async def published(database: Database, owner: UUID, title: str) -> Menu:
    menu = await create(database, owner, title)
    await publish(database, owner, menu.id)
    return menu


async def test_a_chosen_slug_outlives_the_title_even_of_a_draft(database: Database) -> None:
    alice = await a_user(database, "Alice")
    menu = await create(database, alice, "An evening of sand")
    assert await choose(database, alice, menu.id, " Sand ") == "sand"
    assert await rename(database, alice, menu.id, "An evening of water") == "sand"
    assert await claimed(database, menu) == ["sand"]  # a draft leaves no address behind


async def test_the_slugs_before_lead_to_the_one_it_has(database: Database) -> None:
    alice = await a_user(database, "Alice")
    menu = await published(database, alice, "Sand")
    for slug in ("dunes", "spice"):
        await choose(database, alice, menu.id, slug)
    async with database.reading() as session:
        assert list(await slugs.former(session, menu.id)) == ["dunes", "sand"]
        for old in ("sand", "dunes"):
            with pytest.raises(Moved) as moved:
                await reading.menu_at(session, old, None)
            assert (moved.value.old, moved.value.new) == (f"/menus/{old}", "/menus/spice")
        assert (await reading.menu_at(session, "spice", None)).id == menu.id


async def test_the_slugs_of_what_is_not_public_lead_nobody_else_anywhere(database: Database) -> None:
    alice, charlie = await a_user(database, "Alice"), await a_user(database, "Charlie")
    menu = await published(database, alice, "Sand")
    await choose(database, alice, menu.id, "dunes")
    await unpublish(database, alice, menu.id)
    async with database.reading() as session:
        for visitor in (None, charlie):
            for slug in ("sand", "dunes"):
                with pytest.raises(NotFound):
                    await reading.menu_at(session, slug, visitor)
        with pytest.raises(Moved):
            await reading.menu_at(session, "sand", alice)


async def test_a_menu_can_go_back_to_a_slug_it_had(database: Database) -> None:
    alice = await a_user(database, "Alice")
    menu = await published(database, alice, "Sand")
    await choose(database, alice, menu.id, "dunes")
    assert await choose(database, alice, menu.id, "sand") == "sand"
    assert await claimed(database, menu) == ["dunes", "sand"]


@pytest.mark.parametrize(
    ("slug", "said"),
    [
        ("", "This is needed."),
        ("two words", "Use letters a to z, digits and single hyphens, as in a-night-on-arrakis."),
        ("-sand-", "Use letters a to z, digits and single hyphens, as in a-night-on-arrakis."),
        ("sand--dunes", "Use letters a to z, digits and single hyphens, as in a-night-on-arrakis."),
        ("café", "Use letters a to z, digits and single hyphens, as in a-night-on-arrakis."),
        ("x" * 61, "Use 60 characters or fewer (this has 61)."),
        ("discover", "A page of this house has that address. Choose another."),
        ("taken", "This address is taken. Choose another."),
        ("before", "This address is taken. Choose another."),
    ],
)
async def test_a_slug_that_cannot_be_is_told_why_in_a_sentence(database: Database, slug: str, said: str) -> None:
    alice, bob = await a_user(database, "Alice"), await a_user(database, "Bob")
    his = await published(database, bob, "Before")
    await choose(database, bob, his.id, "taken")
    menu = await create(database, alice, "Sand")
    with pytest.raises(Invalid) as refused:
        await choose(database, alice, menu.id, slug)
    assert refused.value.errors == {"slug": said}
    assert refused.value.typed == {"slug": slug}


async def test_a_former_slug_is_no_other_title_s_either(database: Database) -> None:
    alice, bob = await a_user(database, "Alice"), await a_user(database, "Bob")
    menu = await published(database, alice, "Sand")
    await choose(database, alice, menu.id, "dunes")
    assert (await create(database, bob, "Sand")).slug.startswith("sand-")


async def test_of_twenty_who_want_one_slug_one_gets_it(database: Database) -> None:
    alice = await a_user(database, "Alice")
    menus = [await create(database, alice, f"Menu {number}") for number in range(20)]
    came = await asyncio.gather(*(choose(database, alice, menu.id, "sand") for menu in menus), return_exceptions=True)
    assert came.count("sand") == 1
    assert all(isinstance(each, Invalid) for each in came if each != "sand")


async def test_twenty_who_swap_slugs_end_with_one_claimed_for_each(database: Database) -> None:
    """Some choose what others leave at that moment: whoever gets it, no slug has two menus."""
    alice = await a_user(database, "Alice")
    menus = [await published(database, alice, f"Menu {number}") for number in range(20)]
    wanted = [f"place-{number % 7}" for number in range(20)]
    await asyncio.gather(
        *(choose(database, alice, menu.id, slug) for menu, slug in zip(menus, wanted, strict=True)),
        return_exceptions=True,
    )
    every = [slug for menu in menus for slug in await claimed(database, menu)]
    assert len(every) == len(set(every)) == 27


async def test_the_database_itself_refuses_a_slug_that_was_another_s(database: Database) -> None:
    alice = await a_user(database, "Alice")
    menu, other = await published(database, alice, "Sand"), await create(database, alice, "Water")
    await choose(database, alice, menu.id, "dunes")
    with pytest.raises(IntegrityError):
        async with database.session() as session:
            await session.execute(text("UPDATE menus SET slug = 'sand' WHERE id = :id"), {"id": other.id})


async def test_a_deleted_menu_gives_its_slugs_back(database: Database) -> None:
    alice = await a_user(database, "Alice")
    menu = await published(database, alice, "Sand")
    await choose(database, alice, menu.id, "dunes")
    async with database.session() as session:
        await session.execute(text("DELETE FROM menus WHERE id = :id"), {"id": menu.id})
    assert (await create(database, alice, "Sand")).slug == "sand"


async def test_a_menu_has_twenty_addresses_at_most(database: Database) -> None:
    alice = await a_user(database, "Alice")
    menu = await published(database, alice, "Sand")
    for number in range(slugs.SLUGS_MAX - 1):
        await choose(database, alice, menu.id, f"sand-{number}")
    with pytest.raises(Invalid) as refused:
        await choose(database, alice, menu.id, "one-more")
    assert refused.value.errors == {"slug": "This menu has had 20 addresses, and can go back to any of them."}
    assert await choose(database, alice, menu.id, "sand") == "sand"


async def test_whose_menu_it_is_not_chooses_nothing(database: Database) -> None:
    alice, charlie = await a_user(database, "Alice"), await a_user(database, "Charlie")
    menu = await published(database, alice, "Sand")
    with pytest.raises(NotFound):
        await choose(database, charlie, menu.id, "mine")


async def test_an_operator_chooses_for_published_menus_alone(database: Database) -> None:
    alice, odile = await a_user(database, "Alice"), await a_user(database, "Odile")
    menu, draft = await published(database, alice, "Sand"), await create(database, alice, "Water")
    async with database.session() as session:
        await slugs.choose_for(session, odile, menu.id, SlugForm(slug="dunes"))
    assert await claimed(database, menu) == ["dunes", "sand"]
    with pytest.raises(NotFound):
        async with database.session() as session:
            await slugs.choose_for(session, odile, draft.id, SlugForm(slug="mine"))


def test_every_address_below_menus_that_is_no_menu_s_is_reserved() -> None:
    paths: Iterable[list[str]] = (path.split("/") for _, path, _ in handlers(ROUTES))
    assert {path[2] for path in paths if path[1] == "menus" and path[2:] and "{" not in path[2]} <= sharing.RESERVED
