"""Feeds of a menu, as readers take them: Atom (RFC 4287), RSS 2.0 and JSON Feed 1.1."""

import json
import xml.etree.ElementTree as ET
from datetime import datetime
from email.utils import parsedate_to_datetime
from uuid import UUID

import pytest

from app.accounts import hosting
from app.accounts.hosting import HostForm
from app.kit.db import Database
from tests.cast import ADDRESS, Browser, Person
from tests.pages.conftest import Evening

ATOM = "{http://www.w3.org/2005/Atom}"
NASTY = '<b>Dunes</b> & ]]> "quoted" \u2028 \ufffe end'
KINDS = ("atom", "rss", "json")


@pytest.fixture
async def there(alice: Person, evening: Evening) -> str:
    await alice.post(f"/menus/{evening.menu}/publication")
    return f"/menus/{evening.slug}"


async def feed(browser: Browser, path: str, media_type: str) -> bytes:
    answer = await browser.get(path)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == f"{media_type}; charset=utf-8"
    return answer.content


async def test_atom_has_what_its_rfc_asks_for(nobody: Browser, evening: Evening, there: str) -> None:
    root = ET.fromstring(await feed(nobody, f"{there}/feed.atom", "application/atom+xml"))
    assert root.tag == f"{ATOM}feed"
    assert root.findtext(f"{ATOM}id") == evening.menu.urn
    assert root.findtext(f"{ATOM}title") == "An evening of sand"
    assert root.findtext(f"{ATOM}author/{ATOM}name") == "Alice"
    assert datetime.fromisoformat(root.findtext(f"{ATOM}updated") or "").tzinfo
    links = {link.get("rel"): link.get("href") for link in root.findall(f"{ATOM}link")}
    assert links == {"self": f"{ADDRESS}{there}/feed.atom", "alternate": f"{ADDRESS}{there}"}
    entries = root.findall(f"{ATOM}entry")
    assert [entry.findtext(f"{ATOM}title") for entry in entries] == ["Dune", "Arrival"]
    assert [entry.findtext(f"{ATOM}id") for entry in entries] == [evening.served_dune.urn, evening.served_arrival.urn]
    for entry in entries:
        published, updated = (
            datetime.fromisoformat(entry.findtext(f"{ATOM}{name}") or "") for name in ("published", "updated")
        )
        assert published <= updated
    assert "Read it first." in (entries[0].findtext(f"{ATOM}summary") or "")


async def test_rss_has_what_readers_ask_for(nobody: Browser, evening: Evening, there: str) -> None:
    root = ET.fromstring(await feed(nobody, f"{there}/feed.rss", "application/rss+xml"))
    assert (root.tag, root.get("version")) == ("rss", "2.0")
    channel = root.find("channel")
    assert channel is not None
    assert [channel.findtext(name) for name in ("title", "link", "description")] == [
        "An evening of sand",
        f"{ADDRESS}{there}",
        "Slow and hot.",
    ]
    assert channel.find(f"{ATOM}link") is not None
    assert parsedate_to_datetime(channel.findtext("lastBuildDate") or "")
    items = channel.findall("item")
    assert [item.findtext("title") for item in items] == ["Dune", "Arrival"]
    for item in items:
        guid = item.find("guid")
        assert guid is not None
        assert guid.get("isPermaLink") == "false"
        assert UUID((guid.text or "").removeprefix("urn:uuid:"))
        assert parsedate_to_datetime(item.findtext("pubDate") or "")
        assert (item.findtext("link") or "").startswith(f"{ADDRESS}{there}#")


async def test_json_feed_has_what_its_version_asks_for(nobody: Browser, evening: Evening, there: str) -> None:
    told = json.loads(await feed(nobody, f"{there}/feed.json", "application/feed+json"))
    assert told["version"] == "https://jsonfeed.org/version/1.1"
    assert told["feed_url"] == f"{ADDRESS}{there}/feed.json"
    assert told["home_page_url"] == f"{ADDRESS}{there}"
    assert told["authors"] == [{"name": "Alice"}]
    assert [item["title"] for item in told["items"]] == ["Dune", "Arrival"]
    for item in told["items"]:
        assert item["id"].startswith("urn:uuid:")
        assert item["content_text"]
        assert datetime.fromisoformat(item["date_published"]) <= datetime.fromisoformat(item["date_modified"])


@pytest.mark.parametrize("feed_first", [True, False])
async def test_the_json_feed_and_the_menu_for_programs_are_two(
    nobody: Browser, evening: Evening, there: str, feed_first: bool
) -> None:
    told = {f"{there}/feed.json": "version", f"/api/public{there}": "slug"}
    paths = list(told) if feed_first else list(reversed(told))
    tags = []
    for path in paths:
        answer = await nobody.get(path)
        assert told[path] in answer.json()
        tags.append(answer.headers["etag"])
    assert tags[0] != tags[1]


@pytest.mark.parametrize("kind", KINDS)
async def test_who_has_it_is_told_so_until_something_changes(
    alice: Person, nobody: Browser, evening: Evening, there: str, kind: str
) -> None:
    first = await nobody.get(f"{there}/feed.{kind}")
    said = {"if-none-match": f'"another", W/{first.headers["etag"]}'}
    again = await nobody.client.get(f"{there}/feed.{kind}", headers=said)
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["etag"] == first.headers["etag"]
    place = f"/menus/{evening.menu}/courses/{evening.starters}/items/{evening.served_dune}"
    await alice.put(place, {"note": "Slowly."})
    assert (await nobody.client.get(f"{there}/feed.{kind}", headers=said)).status_code == 200


async def test_what_people_wrote_is_text_in_every_feed(
    alice: Person, nobody: Browser, evening: Evening, there: str
) -> None:
    await alice.put(f"/menus/{evening.menu}", {"title": NASTY, "intent": NASTY})
    place = f"/menus/{evening.menu}/courses/{evening.starters}/items/{evening.served_dune}"
    await alice.put(place, {"note": f"{NASTY}\x0b"})
    fit = NASTY.replace("\ufffe", "")
    atom = ET.fromstring((await nobody.get(f"{there}/feed.atom")).content)
    assert atom.findtext(f"{ATOM}title") == fit
    assert atom.find(f"{ATOM}title/*") is None
    assert (atom.findtext(f"{ATOM}entry/{ATOM}summary") or "").endswith(fit)
    rss = ET.fromstring((await nobody.get(f"{there}/feed.rss")).content)
    assert rss.findtext("channel/title") == fit
    assert "&lt;b&gt;Dunes&lt;/b&gt; &amp;" in (
        rss.findtext("channel/item/description") or ""
    )  # text, to a reader of HTML
    told = json.loads((await nobody.get(f"{there}/feed.json")).content)
    assert told["title"] == fit
    assert told["items"][0]["content_text"].endswith(fit)


@pytest.mark.parametrize("kind", KINDS)
async def test_a_host_s_feed_has_their_published_menus_while_they_are_public(
    alice: Person, nobody: Browser, evening: Evening, there: str, database: Database, kind: str
) -> None:
    await alice.post("/menus", {"title": "A draft"})
    place = f"/hosts/alice-of-the-sand/feed.{kind}"
    for is_public, status in ((False, 404), (True, 200)):
        form = HostForm(handle="alice-of-the-sand", bio="I cook.", is_public=is_public)
        async with database.session() as session:
            await hosting.introduce(session, alice.id, form)
        answer = await nobody.get(place)
        assert answer.status_code == status
    assert "Menus by Alice" in answer.text
    assert f"{ADDRESS}{there}" in answer.text
    assert evening.menu.urn in answer.text
    assert "A draft" not in answer.text
    assert f"{ADDRESS}{place}" in answer.text
    assert (await nobody.see("/hosts/alice-of-the-sand")).has("link", rel="alternate", href=f"{ADDRESS}{place}")
