"""An item as Meilisearch has it: folded by the same functions as in Postgres, so that both read a question alike.

What a card shows is not in it: hits are read from the catalog, and so are true.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from app.kit.connections import Connection
from app.kit.ids import UUID
from app.search.indexing import RATING, TAG_KEY, TAG_MAX, TAGS_MAX
from app.search.numbers import OPTIONAL

Document = dict[str, Any]

OF_IDS = f"""
SELECT i.id, i.type, i.sort_title, i.year, i.popularity,
       to_char(coalesce(i.released, make_date(nullif(i.year, 0), 1, 1)), 'YYYYMMDD')::int AS released,
       ARRAY(SELECT left(btrim(tag), {TAG_MAX}) FROM unnest(i.genres[:{TAGS_MAX}]) AS tag) AS tags,
       search_key(i.title) AS key, search_lexemes(i.title, true) AS title,
       search_lexemes(concat_ws(' ', i.title, nullif(i.original_title, i.title)), false) AS words,
       search_lexemes(i.original_title, true) AS original_title, search_key(i.original_title) AS original_key,
       search_lexemes(array_to_string(i.creators[:20], ' '), true) AS creators,
       ARRAY(SELECT search_key(name) FROM unnest(i.creators[:20]) AS name) AS creator_keys,
       search_lexemes(array_to_string(i.creators[:20], ' '), false) AS creator_words,
       search_lexemes(concat_ws(' ', i.subtitle, b.series, m.album), false) AS rest,
       ARRAY(SELECT {TAG_KEY.format(tag="tag")} FROM unnest(i.genres[:{TAGS_MAX}]) AS tag) AS tag_keys,
       told.sources, told.rating
FROM media_items AS i
LEFT JOIN book_items AS b ON b.item_id = i.id
LEFT JOIN music_items AS m ON m.item_id = i.id
CROSS JOIN LATERAL (
  SELECT array_agg(DISTINCT source_name) AS sources, {RATING} AS rating FROM media_sources WHERE item_id = i.id
) AS told
WHERE i.id = ANY ($1::uuid[])
"""


async def documents_of(connection: Connection, item_ids: Sequence[UUID]) -> list[Document]:
    """Of those that there are, as they are now."""
    return [_document(dict(row)) for row in await connection.fetch(OF_IDS, item_ids)]


def required(words: Sequence[str], *, unfinished: bool = False) -> str:
    """Without the words that need not be there, as long as others are. An "a" may be the beginning of another."""
    kept = [word for word in words[:-1] if word not in OPTIONAL]
    if words and (words[-1] not in OPTIONAL or (unfinished and words[-1] == "a" and kept)):
        kept.append(words[-1])
    return " ".join(kept or words)


def spelled(key: str) -> str:
    """A title of signs only as a word, because Meilisearch sees words only."""
    return "".join(f"u{ord(sign):x}" for sign in key[:50])


def _document(row: Mapping[str, Any]) -> Document:
    title = row["title"]
    document = {
        "id": str(row["id"]),
        "type": row["type"],
        "title": required(title) or spelled(row["key"]),
        "key": row["key"] if title else None,
        "original_title": required(row["original_title"] or ()) or None,
        "original_key": row["original_key"],
        "creators": required(row["creators"]),
        "creator_keys": [key if key.isalnum() else spelled(key) for key in row["creator_keys"]],
        "words": " ".join({**dict.fromkeys(row["words"]), **dict.fromkeys(row["creator_words"])}),
        "rest": " ".join(row["rest"]),
        "year": row["year"],
        "decade": row["year"] and row["year"] // 10 * 10,
        "released": row["released"],
        "by": sorted(set(row["creator_words"])),
        "tags": row["tags"],
        "tag_keys": row["tag_keys"],
        "sources": row["sources"],
        "rating": row["rating"],
        "popularity": row["popularity"],
        "sort_title": row["sort_title"],
    }
    return {name: value for name, value in document.items() if value not in (None, "", [])}
