"""docs/asvs.md answers every item of ASVS 5.0 at levels 1 and 2, and what it calls met can be looked up."""

import re
from collections import Counter
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
ROWS = re.findall(
    r"^\| (\d+)\.(\d+)\.(\d+) \| ([a-z ]+) \| (.+) \|$", (DOCS / "asvs.md").read_text("utf-8"), re.MULTILINE
)
PROMISES = set(re.findall(r"^\| ([A-Z]{2}-\d+)", (DOCS / "security.md").read_text("utf-8"), re.MULTILINE))
# how many each chapter has at levels 1 and 2 (OWASP/ASVS, 5.0.0)
ITEMS = {1: 27, 2: 11, 3: 19, 4: 10, 5: 9, 6: 35, 7: 18, 8: 7, 9: 7, 10: 29, 11: 14, 12: 9, 13: 13, 14: 9, 15: 13}
ITEMS |= {16: 16, 17: 7}


def test_every_item_is_answered_once() -> None:
    assert Counter(int(chapter) for chapter, *_ in ROWS) == ITEMS
    assert len({row[:3] for row in ROWS}) == len(ROWS)


@pytest.mark.parametrize("row", ROWS, ids=[".".join(row[:3]) for row in ROWS])
def test_an_answer_is_one_of_three_and_leads_somewhere(row: tuple[str, ...]) -> None:
    *_, verdict, where = row
    assert verdict in ("met", "decision", "no such thing")
    for promise in re.findall(r"\b[A-Z]{2}-\d+\b", where):
        assert promise in PROMISES, promise
    for page in re.findall(r"\]\(([\w.]+)\)", where):
        assert (DOCS / page).exists()
    for file, _name in re.findall(r"`(app/[\w/.]+?)(?::(\w+))?`", where):
        assert (ROOT / file).exists(), file
