"""Covers come from our own door, for whoever has a signed address, and what comes is a picture or nothing."""

from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
from litestar.types import ASGIApp

from app.catalog.candidates import Cover, MusicFacts
from app.kit.db import Database
from app.kit.guarded import Guarded
from app.kit.ids import UUID
from app.kit.settings import Settings
from app.main import create_app
from app.menus import composing
from app.search.postgres import PostgresSearch
from app.sources.covering import Covers
from tests.api.program import member
from tests.cast import ADDRESS, Browser, Person
from tests.markup import Element
from tests.pages.conftest import Evening, Stock
from tests.pages.works import work
from tests.sources.painting import painted, read
from tests.sources.stub import Stub, listening

FOR_EVER = "public, max-age=31536000, immutable"


@pytest.fixture
async def provider() -> AsyncIterator[Stub]:
    async with listening() as stub:
        stub.says(200, painted(300, 450), content_type="image/jpeg")
        yield stub


@pytest.fixture
async def app(
    settings: Settings, migrated: Database, engine: PostgresSearch, provider: Stub, tmp_path: Path
) -> AsyncIterator[ASGIApp]:
    here = {"tastebuds_data": tmp_path, "tmdb_covers_url": provider.url, "google_books_covers_url": provider.url}
    settings = settings.model_copy(update=here)
    covers = Covers(settings, Guarded(trusted=[provider.url]))
    yield create_app(settings, migrated, engine=engine, sources={}, covers=covers)
    await covers.close()


def pictures(page: Element) -> list[dict[str, str]]:
    return [element.attributes for element in page.every("img")]


@pytest.fixture
async def stalker(stock: Stock) -> UUID:
    (item,) = await stock(work("Stalker", cover=Cover(provider="tmdb", key="stalker.jpg")))
    return item


@pytest.fixture
async def address(alice: Person, stalker: UUID) -> str:
    (picture,) = pictures(await alice.see(f"/items/{stalker}"))
    return picture["src"]


async def test_a_page_names_our_own_door_and_true_sizes(
    alice: Person, nobody: Browser, stock: Stock, stalker: UUID
) -> None:
    (album,) = await stock(work("Dummy", MusicFacts(kind="album"), cover=Cover(provider="tmdb", key="x.jpg")))
    for item, ratio in ((stalker, 1.5), (album, 1)):
        (picture,) = pictures(await alice.see(f"/items/{item}"))
        named = [picture["src"], *(each.split()[0] for each in picture["srcset"].split(", "))]
        widths = [int(each.split()[1].removesuffix("w")) for each in picture["srcset"].split(", ")]
        assert widths == [160, 320, 640]
        assert int(picture["height"]) == int(picture["width"]) * ratio
        for path, width in zip(named, [int(picture["width"]), *widths], strict=True):
            assert path.startswith("/covers/")
            assert read((await nobody.get(path)).content).size == (width, width * ratio)
        assert picture["alt"] == ""


async def test_pictures_down_a_page_are_fetched_when_they_come_into_sight(alice: Person, stalker: UUID) -> None:
    await alice.post(f"/items/{stalker}/entry")
    (picture,) = pictures(await alice.see("/library"))
    assert picture["loading"] == "lazy"
    assert "loading" not in pictures(await alice.see(f"/items/{stalker}"))[0]


async def test_a_picture_is_kept_for_ever_and_is_nothing_but_a_picture(nobody: Browser, address: str) -> None:
    answer = await nobody.get(address)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "image/webp"
    assert answer.headers["cache-control"] == FOR_EVER
    assert answer.headers.get_list("content-security-policy") == ["default-src 'none'; frame-ancestors 'none'; sandbox"]
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["content-disposition"] == "inline"
    assert answer.headers["cross-origin-resource-policy"] == "same-origin"
    assert "set-cookie" not in answer.headers
    assert "vary" not in answer.headers


async def test_who_has_it_is_told_that_it_is_the_same(nobody: Browser, address: str, provider: Stub) -> None:
    etag = (await nobody.get(address)).headers["etag"]
    answer = await nobody.client.get(address, headers={"if-none-match": f'W/"x", {etag}'})
    assert (answer.status_code, answer.content) == (304, b"")
    assert (answer.headers["etag"], answer.headers["cache-control"]) == (etag, FOR_EVER)
    assert (await nobody.client.get(address, headers={"if-none-match": '"other"'})).status_code == 200
    other = address.replace("320.webp", "160.webp")
    assert (await nobody.client.get(other, headers={"if-none-match": etag})).status_code == 200
    assert len(provider.heard) == 1


async def test_head_is_answered_without_the_picture(nobody: Browser, address: str) -> None:
    answer = await nobody.client.head(address)
    assert (answer.status_code, answer.content) == (200, b"")
    assert int(answer.headers["content-length"]) > 100


@pytest.mark.parametrize(
    "alter",
    [
        lambda path: path.replace("stalker", "another"),
        lambda path: path.replace("/tmdb/", "/igdb/"),
        lambda path: path.replace("320.webp", "321.webp"),
        lambda path: path.replace("/tall/", "/square/"),
        lambda path: "/covers/" + "0" * 32 + path[40:],
        lambda path: path.replace("stalker.jpg", "http%3A%2F%2F169.254.169.254%2F"),
        lambda path: path.replace("stalker.jpg", "..%2F..%2Fsecret.key"),
        lambda path: "/covers/http://127.0.0.1/",
        lambda path: "/covers/nothing",
    ],
)
async def test_what_we_did_not_sign_is_not_fetched(
    nobody: Browser, alice: Person, address: str, provider: Stub, alter: Callable[[str], str]
) -> None:
    for browser in (nobody, alice):
        answer = await browser.get(alter(address))
        assert answer.status_code == 404
        assert answer.headers["content-type"] == "image/webp"
        assert "sandbox" in answer.headers["content-security-policy"]
    assert provider.heard == []


@pytest.mark.parametrize("said", ["text/html", "image/svg+xml", "image/jpeg"])
async def test_what_is_no_picture_becomes_a_clear_one(nobody: Browser, address: str, provider: Stub, said: str) -> None:
    """XS-4. Through it the typographic stand-in is seen."""
    provider.says(200, b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>", content_type=said)
    answer = await nobody.get(address)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "image/webp")
    assert answer.headers["cache-control"] == "public, max-age=60"
    assert "etag" not in answer.headers
    assert b"script" not in answer.content
    assert read(answer.content).convert("RGBA").getchannel("A").getextrema() == (0, 0)


async def test_what_google_shows_may_be_kept_for_a_day(alice: Person, nobody: Browser, stock: Stock) -> None:
    (item,) = await stock(work("Emma", cover=Cover(provider="google_books", key="B1")))
    (picture,) = pictures(await alice.see(f"/items/{item}"))
    answer = await nobody.get(picture["src"])
    assert answer.headers["cache-control"] == "private, max-age=86400"
    assert "etag" not in answer.headers


async def test_guests_of_a_menu_see_its_covers(
    alice: Person, nobody: Browser, evening: Evening, stalker: UUID, database: Database
) -> None:
    async with database.session() as session:
        await composing.add_item(session, alice.id, evening.menu, evening.mains, stalker)
    await alice.post(evening.at("/menus/{menu}/publication"))
    (picture,) = pictures(await nobody.see(evening.at("/menus/{slug}")))
    assert (await nobody.get(picture["src"])).headers["cache-control"] == FOR_EVER


async def test_programs_get_the_address_in_full(app: ASGIApp, database: Database, stalker: UUID, address: str) -> None:
    nora = await member(app, database, "Nora")
    told = (await nora.see(f"/api/items/{stalker}"))["cover_url"]
    assert told == f"{ADDRESS}{address}"
