"""docs/sources.md has every source, with its numbers and its credit."""

import re
from pathlib import Path

from app.sources.registry import SOURCES

DOC = (Path(__file__).parents[2] / "docs" / "sources.md").read_text("utf-8")


def table(heading: str) -> dict[str, list[str]]:
    """By the first cell, the others."""
    section = DOC.partition(f"\n## {heading}\n")[2].partition("\n## ")[0]
    rows = [[cell.strip() for cell in row.split("|")[1:-1]] for row in re.findall(r"^\|.*\|$", section, re.MULTILINE)]
    return {row[0]: row[1:] for row in rows[2:]}


def test_every_source_is_listed_in_the_order_people_see_it() -> None:
    assert list(table("What is asked")) == [source.label for source in SOURCES]


def test_the_budgets_are_those_beside_the_classes() -> None:
    budgets = {source.label: source.budget for source in SOURCES}
    assert table("How often") == {
        label: [f"{round(each.per_second, 2):g}", *map(str, (each.burst, each.at_once, each.search, each.fetch))]
        for label, each in budgets.items()
    }


def test_what_is_owed_is_what_is_said() -> None:
    assert table("What is owed") == {source.label: [source.credit, f"<{source.terms}>"] for source in SOURCES}


def test_every_key_is_listed_with_where_it_is_had() -> None:
    listed = {label: row[:2] for label, row in table("Keys").items()}
    assert listed == {
        source.label: [" and ".join(f"`{key}`" for key in source.keys), f"<{source.key_page}>"]
        for source in SOURCES
        if source.keys
    }
