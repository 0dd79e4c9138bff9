"""Stories wait in ways a strict Content-Security-Policy lets be: see e2e/patience.py."""

from pathlib import Path

STORIES = Path(__file__).parents[2] / "e2e"


def test_no_story_waits_by_eval() -> None:
    asks = {path.name for path in STORIES.glob("*.py") if ".wait_for_function(" in path.read_text("utf-8")}
    assert asks == set()
