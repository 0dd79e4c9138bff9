"""A menu for machines that read pages: a list of works in the words of schema.org."""

from typing import Any

from app.kit.db import AnyRow
from app.menus.reading import WholeMenu

KINDS = {"series": "TVSeries", "track": "MusicRecording", "album": "MusicAlbum"}
TYPES = {"book": "Book", "movie": "Movie", "game": "VideoGame", "music": "MusicAlbum"}
# by schema.org's type: what made it, and what the maker is
MAKERS = {
    "Book": ("author", "Person"),
    "Movie": ("director", "Person"),
    "TVSeries": ("creator", "Person"),
    "VideoGame": ("creator", "Organization"),
    "MusicAlbum": ("byArtist", "MusicGroup"),
    "MusicRecording": ("byArtist", "MusicGroup"),
}


def linked_data(menu: WholeMenu, url: str) -> dict[str, Any]:
    """`url`: where it is public."""
    served = [row for course in menu.courses for row in course.items]
    told: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": ["CreativeWork", "ItemList"],
        "@id": url,
        "url": url,
        "name": menu.title,
        "author": {"@type": "Person", "name": menu.author},
        "dateModified": menu.updated_at.isoformat(),
        "numberOfItems": len(served),
        "itemListOrder": "https://schema.org/ItemListOrderAscending",
        "itemListElement": [_listed(place, row) for place, row in enumerate(served, 1)],
    }
    if menu.intent:
        told["description"] = menu.intent
    if menu.published_at:
        told["datePublished"] = menu.published_at.isoformat()
    return told


def _listed(place: int, row: AnyRow) -> dict[str, Any]:
    listed: dict[str, Any] = {"@type": "ListItem", "position": place, "item": _work(row)}
    if row.note:
        listed["description"] = row.note
    return listed


def _work(row: AnyRow) -> dict[str, Any]:
    type_ = KINDS.get(row.kind or "", TYPES[row.type])
    made, maker = MAKERS[type_]
    work: dict[str, Any] = {"@type": type_, "name": row.title}
    if row.creators:
        work[made] = [{"@type": maker, "name": name} for name in row.creators]
    if row.year:
        work["datePublished"] = str(row.year)
    return work
