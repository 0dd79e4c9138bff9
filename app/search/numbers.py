"""The words and numbers kept as data in `search_index/`, read once."""

import tomllib
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).resolve().parents[2] / "search_index"


def read_data(name: str) -> dict[str, Any]:
    return tomllib.loads((FOLDER / name).read_text(encoding="utf-8"))


_words, _ranking = read_data("words.toml"), read_data("ranking.toml")

OPTIONAL = frozenset[str](_words["optional"])
SAME: dict[str, list[str]] = {
    word: [other for other in group if other != word] for group in _words["same"] for word in group
}
SCORE: dict[str, float] = _ranking["score"]
BOUND: dict[str, int] = _ranking["bounds"]
