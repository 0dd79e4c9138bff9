"""Handing a menu on: its address and those it had, guest links, frames on other sites, the picture beside a link."""

import asyncio
import io
import re

import httpx
import pytest
from litestar.types import ASGIApp
from PIL import Image
from sqlalchemy import text

from app.kit.db import Database
from app.kit.settings import Settings
from app.main import create_app
from app.search.postgres import PostgresSearch
from tests.cast import ADDRESS, Browser, Person
from tests.markup import read
from tests.pages.conftest import Evening

LATER = text("UPDATE menu_share_tokens SET expires_at = expires_at - interval '8 days'")


@pytest.fixture
async def published(alice: Person, evening: Evening) -> Evening:
    await alice.post(f"/menus/{evening.menu}/publication")
    return evening


async def made(alice: Person, evening: Evening, whom: str = "Bob") -> str:
    """The path of a new guest link, as the page shows it this once."""
    answer = await alice.post(f"/menus/{evening.menu}/guest-links", {"whom": whom, "days": "7"})
    assert answer.status_code == 201
    shown = read(answer.text).one("input", id="new-link").attributes["value"]
    return shown.removeprefix(ADDRESS)


async def test_a_new_link_is_shown_this_once_with_a_code_to_scan(alice: Person, evening: Evening) -> None:
    link = await made(alice, evening, "Bob & Carol")
    page = await alice.see(f"/menus/{evening.menu}/share")
    assert link not in page.text
    assert not page.has("input", id="new-link")
    assert "Bob & Carol" in page.text
    assert page.text.count("not opened yet") == 2  # with the one she had


async def test_a_draft_is_published_where_it_is_shared(alice: Person, evening: Evening) -> None:
    share = f"/menus/{evening.menu}/share"
    assert (await alice.see(share)).has("button", id="share-publish")
    answer = await alice.post(f"/menus/{evening.menu}/publication", {"then": "share"})
    assert (answer.status_code, answer.headers["location"]) == (303, share)
    page = await alice.see(share)
    assert "Published. Anyone with the address can read it." in page.text
    assert not page.has("button", id="share-publish")
    assert page.has("textarea", id="snippet")


async def test_htmx_gets_the_links_with_the_new_one(alice: Person, evening: Evening) -> None:
    answer = await alice.post(f"/menus/{evening.menu}/guest-links", {"days": "1"}, target="guest-links")
    page = read(answer.text)
    assert [root.attributes["id"] for root in page.roots] == ["guest-links"]
    assert page.one("input", id="new-link").attributes["value"].startswith(f"{ADDRESS}/g/")
    (code,) = [each for each in page.every("img") if each.attributes["alt"] == "QR code of the guest link"]
    assert code.attributes["src"].startswith("data:image/svg+xml")


@pytest.mark.parametrize("target", ["", "guest-links"], ids=["plain", "htmx"])
async def test_a_link_that_cannot_be_is_told_why_beside_its_field(alice: Person, evening: Evening, target: str) -> None:
    form = {"whom": "x" * 81, "days": "365"}
    answer = await alice.post(f"/menus/{evening.menu}/guest-links", form, target=target)
    assert answer.status_code == 422
    page = read(answer.text)
    assert page.wrong() == {
        "whom": "Use 80 characters or fewer (this has 81).",
        "days": "Choose one of: '1', '7', '30' or 'never'.",
    }
    assert page.one("input", name="whom").attributes["value"] == "x" * 81


async def test_strangers_make_no_links(charlie: Person, nobody: Browser, evening: Evening) -> None:
    assert (await charlie.post(f"/menus/{evening.menu}/guest-links", {"days": "7"})).status_code == 404
    assert (await nobody.post(f"/menus/{evening.menu}/guest-links", {"days": "7"})).status_code == 401


async def test_a_guest_reads_a_draft_and_no_cache_keeps_it(alice: Person, nobody: Browser, evening: Evening) -> None:
    answer = await nobody.get(await made(alice, evening))
    assert answer.status_code == 200
    page = read(answer.text)
    assert page.one("h1").text == "An evening of sand"
    assert "Read it first." in page.text
    assert not page.has("form")
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert answer.headers["x-robots-tag"] == "noindex"
    assert "set-cookie" not in answer.headers


async def test_who_is_signed_in_reads_it_too_and_edits_nothing(
    alice: Person, charlie: Person, evening: Evening
) -> None:
    link = await made(alice, evening)
    for browser in (charlie, alice):
        answer = await browser.get(link)
        assert answer.status_code == 200
        assert answer.headers["cache-control"] == "no-store"
        assert str(evening.menu) not in answer.text


async def test_links_that_ended_and_links_that_never_were_are_one_page(
    alice: Person, nobody: Browser, evening: Evening, database: Database
) -> None:
    expired, revoked = await made(alice, evening), ""
    async with database.session() as session:
        await session.execute(LATER)
    revoked = await made(alice, evening)
    newest = text("SELECT id FROM menu_share_tokens ORDER BY id DESC LIMIT 1")
    async with database.reading() as session:
        id_ = await session.scalar(newest)
    await alice.delete(f"/menus/{evening.menu}/guest-links/{id_}")
    answers = [await nobody.get(path) for path in (expired, revoked, "/g/nothing", f"/g/{'x' * 3000}", "/g/%00")]
    assert {answer.status_code for answer in answers} == {404}
    assert len({answer.text for answer in answers}) == 1
    assert "This link has ended." in answers[0].text
    for answer in answers:
        assert answer.headers["referrer-policy"] == "no-referrer"
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["x-robots-tag"] == "noindex"


async def test_who_guesses_links_is_told_to_wait(
    database: Database, settings: Settings, engine: PostgresSearch
) -> None:
    app = create_app(settings.model_copy(update={"rate_limits": 0.05}), database, engine=engine, sources={})
    guesser, other = Browser(app), Browser(app, at="198.51.100.7")
    told = [(await guesser.get(f"/g/{number}")).status_code for number in range(8)]
    assert told == [404] * 6 + [429] * 2
    assert (await other.get("/g/1")).status_code == 404


async def test_the_share_page_has_every_way(alice: Person, published: Evening) -> None:
    page = await alice.see(f"/menus/{published.menu}/share")
    assert page.one("input", id="public-address").attributes["value"] == f"{ADDRESS}/menus/{published.slug}"
    assert f'<iframe src="{ADDRESS}/menus/{published.slug}/embed"' in page.one("textarea", id="snippet").text
    for kind in ("atom", "rss", "json"):
        assert page.has("a", href=f"/menus/{published.slug}/feed.{kind}")
    assert page.has("a", href=f"/api/public/menus/{published.slug}")
    assert (await alice.see(f"/menus/{published.menu}/edit")).has("a", href=f"/menus/{published.menu}/share")


async def test_a_title_cannot_leave_the_markup_to_copy(alice: Person, evening: Evening) -> None:
    await alice.put(f"/menus/{evening.menu}", {"title": '"><script>x</script>', "intent": ""})
    await alice.post(f"/menus/{evening.menu}/publication")
    snippet = (await alice.see(f"/menus/{evening.menu}/share")).one("textarea", id="snippet").text
    assert 'title="&quot;&gt;&lt;script&gt;x&lt;/script&gt;"' in snippet


async def test_the_code_is_dark_on_white_with_room_around_it(alice: Person, evening: Evening) -> None:
    answer = await alice.get(f"/menus/{evening.menu}/share.svg")
    assert answer.headers["content-type"].startswith("image/svg+xml")
    assert 'fill="#fff"' in answer.text
    assert 'stroke="#000"' in answer.text


async def test_former_addresses_lead_on_in_every_shape_and_keep_the_query(
    alice: Person, nobody: Browser, published: Evening
) -> None:
    await alice.put(f"/menus/{published.menu}/slug", {"slug": "dunes"})
    for before in ("/menus/", "/api/public/menus/"):
        for after in ("", "?view=story&x=%20y", "/embed", "/card.png", "/feed.atom", "/feed.json?a=1"):
            if before.startswith("/api") and after.startswith("/"):
                continue
            answer = await nobody.get(f"{before}{published.slug}{after}")
            assert answer.status_code == 301, after
            assert answer.headers["location"] == f"{before}dunes{after}"
            assert answer.headers["cache-control"].startswith("no-")
            assert (await nobody.get(answer.headers["location"])).status_code == 200
    await alice.delete(f"/menus/{published.menu}/publication")
    for browser, status in ((nobody, 404), (alice, 301)):
        assert (await browser.get(f"/menus/{published.slug}")).status_code == status


async def test_going_back_to_an_address_leads_in_no_circle(alice: Person, nobody: Browser, published: Evening) -> None:
    for slug in ("dunes", published.slug):
        await alice.put(f"/menus/{published.menu}/slug", {"slug": slug})
    assert (await nobody.get(f"/menus/{published.slug}")).status_code == 200
    assert (await nobody.get("/menus/dunes")).headers["location"] == f"/menus/{published.slug}"


async def test_any_site_may_frame_the_embed_and_nothing_else(nobody: Browser, published: Evening) -> None:
    there = f"/menus/{published.slug}"
    answer = await nobody.get(f"{there}/embed")
    said = dict(each.split(" ", 1) for each in answer.headers["content-security-policy"].split("; "))
    assert said["frame-ancestors"] == "*"
    assert said["default-src"] == said["form-action"] == said["base-uri"] == "'none'"
    assert "script-src" not in said
    assert "x-frame-options" not in answer.headers
    for other in (there, f"{there}/nowhere", "/", f"{there}/card.png"):
        assert "frame-ancestors 'none'" in (await nobody.get(other)).headers["content-security-policy"]


async def test_the_embed_has_what_a_course_is_meant_to_be(alice: Person, nobody: Browser, published: Evening) -> None:
    form = {"title": "Starters", "intent": "Sand and silence."}
    await alice.put(f"/menus/{published.menu}/courses/{published.starters}", form)
    assert "Sand and silence." in (await nobody.see(f"/menus/{published.slug}/embed")).text


async def test_the_embed_is_the_same_for_everybody_and_does_nothing(
    alice: Person, nobody: Browser, published: Evening
) -> None:
    answers = [await browser.get(f"/menus/{published.slug}/embed") for browser in (alice, nobody)]
    assert answers[0].text == answers[1].text
    page = read(answers[0].text)
    for tag in ("script", "form", "button", "input", "nav"):
        assert not page.has(tag), tag
    assert all(link.attributes["target"] == "_blank" for link in page.every("a"))
    assert all(link.attributes["rel"] == "noopener" for link in page.every("a"))
    assert not any("set-cookie" in answer.headers for answer in answers)
    assert "Dune" in page.text
    again = await nobody.client.get(
        f"/menus/{published.slug}/embed", headers={"if-none-match": answers[0].headers["etag"]}
    )
    assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize("what", ["embed", "card.png", "feed.atom", "feed.rss", "feed.json"])
async def test_of_a_draft_not_even_its_owner_hands_out(
    alice: Person, nobody: Browser, evening: Evening, what: str
) -> None:
    for browser in (alice, nobody):
        assert (await browser.get(f"/menus/{evening.slug}/{what}")).status_code == 404


async def test_the_picture_is_a_card_of_the_size_others_ask_for(
    nobody: Browser, alice: Person, published: Evening
) -> None:
    answer = await nobody.get(f"/menus/{published.slug}/card.png")
    with Image.open(io.BytesIO(answer.content)) as image:
        assert (image.format, image.size) == ("PNG", (1200, 630))
    assert answer.headers["cache-control"] == "public, max-age=0, must-revalidate"
    again = await same(nobody, answer)
    assert (again.status_code, again.content) == (304, b"")
    await alice.put(f"/menus/{published.menu}", {"title": "An evening of water", "intent": ""})
    assert (await same(nobody, answer)).status_code == 200


async def same(browser: Browser, answer: httpx.Response) -> httpx.Response:
    return await browser.client.get(answer.request.url.path, headers={"if-none-match": answer.headers["etag"]})


async def test_many_who_ask_for_one_picture_get_the_same(app: ASGIApp, published: Evening) -> None:
    browsers = [Browser(app) for _ in range(10)]
    answers = await asyncio.gather(*(each.get(f"/menus/{published.slug}/card.png") for each in browsers))
    assert len({answer.content for answer in answers}) == 1


async def test_the_head_of_a_published_menu_names_its_other_shapes(nobody: Browser, published: Evening) -> None:
    page = await nobody.see(f"/menus/{published.slug}")
    (picture,) = [
        each.attributes["content"] for each in page.every("meta") if each.attributes.get("property") == "og:image"
    ]
    assert re.fullmatch(rf"{ADDRESS}/menus/{published.slug}/card\.png\?v=\d+", picture)
    assert (await nobody.get(picture.removeprefix(ADDRESS))).status_code == 200
    shapes = {link.attributes["type"]: link.attributes["href"] for link in page.every("link", rel="alternate")}
    assert shapes["application/atom+xml"] == f"{ADDRESS}/menus/{published.slug}/feed.atom"
    assert {"application/rss+xml", "application/feed+json", "application/json"} <= shapes.keys()
