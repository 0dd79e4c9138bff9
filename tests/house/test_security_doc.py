"""docs/security.md has every requirement, and every test and every file it leans on is there."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
DOC = (ROOT / "docs" / "security.md").read_text("utf-8")
NOW, _, LATER = DOC.partition("## With later steps")

# what there is of each family of requirements
FAMILIES = {"PW": 10, "SE": 9, "MF": 5, "CS": 4, "HO": 1, "RD": 2, "XS": 6, "SS": 6, "ID": 7, "OA": 7, "IM": 7, "RL": 5}
FAMILIES |= {"NW": 4, "AU": 2, "LG": 2, "SC": 3, "PR": 2, "OP": 1, "DP": 1, "CT": 1, "BK": 1}
REQUIREMENTS = [f"{family}-{number}" for family, many in FAMILIES.items() for number in range(1, many + 1)]


def rows(text: str) -> dict[str, str]:
    """Each requirement with the rows that name it first."""
    found: dict[str, str] = {}
    for ids, row in re.findall(r"^\| ([A-Z]{2}-\d[^|]*) \|(.*)\|$", text, re.MULTILINE):
        for each in re.findall(r"[A-Z]{2}-\d+", ids):
            found[each] = found.get(each, "") + row
    return found


@pytest.mark.parametrize("requirement", REQUIREMENTS)
def test_every_requirement_is_proved_or_comes_with_a_later_step(requirement: str) -> None:
    now = rows(NOW).get(requirement, "")
    assert "::test_" in now or requirement in rows(LATER)


def test_there_is_no_other() -> None:
    assert rows(DOC).keys() == {*REQUIREMENTS}


@pytest.mark.parametrize(("file", "name"), re.findall(r"`((?:tests|attack|e2e)/[\w/]+\.py)::(\w+)`", DOC))
def test_what_is_said_to_prove_it_is_a_test(file: str, name: str) -> None:
    assert re.search(rf"^(?:async )?def {name}\(", (ROOT / file).read_text("utf-8"), re.MULTILINE)


@pytest.mark.parametrize(("file", "name"), re.findall(r"`(app/[\w/.]+?)(?::(\w+))?`", DOC))
def test_where_it_is_said_to_be_is_there(file: str, name: str) -> None:
    path = ROOT / file
    assert path.exists()
    assert not name or f"def {name}(" in path.read_text("utf-8")
