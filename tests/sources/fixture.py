"""Answers in the sources' shapes, written by us."""

import json
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent / "fixtures"


def fixture(name: str) -> Any:
    return json.loads((FOLDER / f"{name}.json").read_text())
