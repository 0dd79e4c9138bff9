"""What is known of a work, field by field and in words: labels, and values as people read them.

Values are those of a candidate as JSON has them; `released` is `{"value": "1965-08-01", "precision": "month"}`.
"""

import tomllib
from collections.abc import Iterable, Mapping
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

FIELDS = {
    "title": "Title",
    "subtitle": "Subtitle",
    "original_title": "Original title",
    "creators": "By",
    "released": "Released",
    "description": "Description",
    "language": "Language",
    "genres": "Genres",
    "cover": "Cover",
}
# in the order they are read; authors, directors, developers and artists may stand under the title already
FACTS: dict[str, dict[str, str]] = {
    "book": {"series": "Series", "publisher": "Publisher", "pages": "Pages"},
    "movie": {
        "kind": "Kind",
        "directors": "Directed by",
        "runtime_minutes": "Length",
        "seasons": "Seasons",
        "episodes": "Episodes",
        "countries": "Countries",
    },
    "game": {"developers": "Developed by", "publishers": "Published by", "platforms": "Platforms"},
    "music": {
        "kind": "Kind",
        "album": "From the album",
        "duration_ms": "Length",
        "track_count": "Tracks",
        "label": "Label",
    },
}
KINDS = {"film": "Film", "series": "Series", "track": "Track", "album": "Album"}
MAKERS = frozenset({"directors", "developers"})


@cache
def names() -> dict[str, dict[str, str]]:
    """By code, of countries and languages; what is no code is its own name, as people write it by hand."""
    return tomllib.loads(Path(__file__).with_name("codes.toml").read_text("utf-8"))


def labels(item_type: str) -> dict[str, str]:
    """Of every field one may choose a source's word for; which kind of thing it is, is none."""
    return FIELDS | {name: label for name, label in FACTS[item_type].items() if name != "kind"}


def value_of(said: Mapping[str, Any], field: str) -> Any:
    """None where nothing is said."""
    return (said if field in FIELDS else said.get("facts", {})).get(field) or None


def facts_in_words(item_type: str, facts: Mapping[str, Any], creators: list[str]) -> Iterable[tuple[str, str]]:
    """Label and words of each, without makers who stand under the title."""
    for name, label in FACTS[item_type].items():
        if (value := facts.get(name)) and not (name in MAKERS and value == creators):
            yield label, in_words(name, value)


def in_words(field: str, value: Any) -> str:
    """Empty where there is nothing."""
    match field:
        case _ if value in (None, [], ()):
            return ""
        case "kind":
            return KINDS[value]
        case "released":
            return date_in_words(date.fromisoformat(value["value"]), value["precision"])
        case "countries":
            return ", ".join(names()["countries"].get(code, code) for code in value)
        case "language":
            return str(names()["languages"].get(value, value))
        case "cover":
            return f"{value['provider']} {value['key']}"
        case "runtime_minutes":
            hours, minutes = divmod(value, 60)
            return f"{hours} h {minutes:02} min" if hours else f"{minutes} min"
        case "duration_ms":
            minutes, seconds = divmod(round(value / 1000), 60)
            return f"{minutes}:{seconds:02}"
    return ", ".join(value) if isinstance(value, list | tuple) else str(value)


def date_in_words(when: date | None, precision: str | None) -> str:
    """As precise as it is known."""
    if when is None:
        return ""
    match precision:
        case "year":
            return str(when.year)
        case "month":
            return f"{when:%B} {when.year}"
    return f"{when.day} {when:%B %Y}"
