"""Feeds: a menu's items in order, or a host's menus, as Atom (RFC 4287), RSS 2.0 and JSON Feed 1.1.

What people wrote stays text: no reader finds markup in it that was none.
"""

import html
import re
import xml.etree.ElementTree as ET
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime
from typing import NamedTuple

import msgspec
from sqlalchemy import text

from app.kit.db import AnyRow, AsyncSession
from app.menus.reading import ServedCourse, WholeMenu

ATOM = "http://www.w3.org/2005/Atom"
JSON_FEED = "https://jsonfeed.org/version/1.1"
MANY = 50  # menus of a host; a menu has all of its items
NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # XML 1.0, §2.2

WHEN = text("""
    SELECT s.id, s.created_at, s.updated_at
    FROM course_items s JOIN courses c ON c.id = s.course_id WHERE c.menu_id = :menu_id
""")
OF_HOST = text("""
    SELECT m.id, m.title, m.intent, m.slug, m.updated_at, m.first_published_at AS published_at
    FROM menus m WHERE m.owner_id = :owner_id AND m.published_at IS NOT NULL
    ORDER BY m.first_published_at DESC, m.id DESC LIMIT :many
""")


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    id: str
    url: str
    title: str
    said: str
    published: datetime
    updated: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """`url` is the page it tells of, `at` where the feed itself is, without its kind."""

    id: str
    url: str
    at: str
    title: str
    subtitle: str
    author: str
    updated: datetime
    entries: Sequence[Entry]


class Kind(NamedTuple):
    media_type: str
    write: Callable[[Feed], bytes]


async def of_menu(session: AsyncSession, site: str, menu: WholeMenu) -> Feed:
    when = {row.id: row for row in await session.execute(WHEN, {"menu_id": menu.id})}
    url = f"{site}/menus/{menu.slug}"
    return Feed(
        id=menu.id.urn,
        url=url,
        at=f"{url}/feed",
        title=menu.title,
        subtitle=menu.intent,
        author=menu.author,
        updated=max([menu.updated_at, *(row.updated_at for row in when.values())]),
        entries=[
            _served(url, number, course, item, when[item.course_item_id])
            for number, course in enumerate(menu.courses, 1)
            for item in course.items
            if item.course_item_id in when
        ],
    )


async def of_host(session: AsyncSession, site: str, host: AnyRow) -> Feed:
    """The menus a host (`hosting.host_at`) has published, the last one first."""
    rows = (await session.execute(OF_HOST, {"owner_id": host.id, "many": MANY})).all()
    url = f"{site}/hosts/{host.handle}"
    return Feed(
        id=host.id.urn,
        url=url,
        at=f"{url}/feed",
        title=f"Menus by {host.name}",
        subtitle=host.bio,
        author=host.name,
        updated=max([host.updated_at, *(row.updated_at for row in rows)]),
        entries=[
            Entry(
                id=row.id.urn,
                url=f"{site}/menus/{row.slug}",
                title=row.title,
                said=row.intent or f"A menu by {host.name}.",
                published=row.published_at,
                updated=row.updated_at,
            )
            for row in rows
        ],
    )


def atom(feed: Feed) -> bytes:
    root = ET.Element("feed", xmlns=ATOM)
    _add(root, "id", feed.id)
    _add(root, "title", feed.title)
    if feed.subtitle:
        _add(root, "subtitle", feed.subtitle)
    _add(root, "updated", feed.updated.isoformat())
    _add(_add(root, "author"), "name", feed.author)
    _add(root, "link", rel="self", type="application/atom+xml", href=f"{feed.at}.atom")
    _add(root, "link", rel="alternate", type="text/html", href=feed.url)
    _add(root, "generator", "Tastebuds")
    for entry in feed.entries:
        told = _add(root, "entry")
        _add(told, "id", entry.id)
        _add(told, "title", entry.title)
        _add(told, "link", rel="alternate", type="text/html", href=entry.url)
        _add(told, "published", entry.published.isoformat())
        _add(told, "updated", entry.updated.isoformat())
        _add(told, "summary", entry.said)
    return _written(root)


def rss(feed: Feed) -> bytes:
    root = ET.Element("rss", {"version": "2.0", "xmlns:atom": ATOM})
    channel = _add(root, "channel")
    _add(channel, "title", feed.title)
    _add(channel, "link", feed.url)
    _add(channel, "description", feed.subtitle or f"By {feed.author}.")
    _add(channel, "lastBuildDate", format_datetime(feed.updated))
    _add(channel, "generator", "Tastebuds")
    _add(channel, "atom:link", rel="self", type="application/rss+xml", href=f"{feed.at}.rss")
    for entry in feed.entries:
        told = _add(channel, "item")
        _add(told, "title", entry.title)
        _add(told, "link", entry.url)
        _add(told, "guid", entry.id, isPermaLink="false")
        _add(told, "pubDate", format_datetime(entry.published))
        _add(told, "description", html.escape(entry.said).replace("\n", "<br>"))  # readers take it for HTML
    return _written(root)


def json(feed: Feed) -> bytes:
    whole = {
        "version": JSON_FEED,
        "title": _fit(feed.title),
        "home_page_url": feed.url,
        "feed_url": f"{feed.at}.json",
        "description": _fit(feed.subtitle),
        "authors": [{"name": _fit(feed.author)}],
        "items": [
            {
                "id": entry.id,
                "url": entry.url,
                "title": _fit(entry.title),
                "content_text": _fit(entry.said),
                "date_published": entry.published.isoformat(),
                "date_modified": entry.updated.isoformat(),
            }
            for entry in feed.entries
        ],
    }
    return msgspec.json.encode({name: value for name, value in whole.items() if value != ""})


# by what stands behind the last dot of their address
KINDS = {
    "atom": Kind("application/atom+xml; charset=utf-8", atom),
    "rss": Kind("application/rss+xml; charset=utf-8", rss),
    "json": Kind("application/feed+json; charset=utf-8", json),
}


def _served(url: str, number: int, course: ServedCourse, item: AnyRow, when: AnyRow) -> Entry:
    made = ", ".join([*item.creators[:3], *([str(item.year)] if item.year else [])])
    return Entry(
        id=item.course_item_id.urn,
        url=f"{url}#course-{number}",
        title=item.title,
        said="\n\n".join(piece for piece in (f"{course.title}: {made}" if made else course.title, item.note) if piece),
        published=when.created_at,
        updated=max(when.updated_at, when.created_at),
    )


def _add(parent: ET.Element, tag: str, text: str = "", **attributes: str) -> ET.Element:
    made = ET.SubElement(parent, tag, {name: _fit(value) for name, value in attributes.items()})
    made.text = _fit(text) or None
    return made


def _fit(text: str) -> str:
    return NOT_XML.sub("", text)


def _written(root: ET.Element) -> bytes:
    written: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return written
