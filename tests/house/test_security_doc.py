"""Every test and every file that docs/security.md leans on is there."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
DOC = (ROOT / "docs" / "security.md").read_text("utf-8")


@pytest.mark.parametrize(("file", "name"), re.findall(r"`((?:tests|attack|e2e)/[\w/]+\.py)::(\w+)`", DOC))
def test_what_is_said_to_prove_it_is_a_test(file: str, name: str) -> None:
    assert re.search(rf"^(?:async )?def {name}\(", (ROOT / file).read_text("utf-8"), re.MULTILINE)


@pytest.mark.parametrize(("file", "name"), re.findall(r"`(app/[\w/.]+?)(?::(\w+))?`", DOC))
def test_where_it_is_said_to_be_is_there(file: str, name: str) -> None:
    path = ROOT / file
    assert path.exists()
    assert not name or f"def {name}(" in path.read_text("utf-8")
