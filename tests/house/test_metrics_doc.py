"""docs/metrics.md has every metric there is, with its labels, and none that is not."""

import re
from pathlib import Path
from typing import Any

from app import main  # importing it is what fills the registry
from app.kit.metrics import REGISTRY

assert main

DOC = (Path(__file__).parents[2] / "docs" / "metrics.md").read_text("utf-8")


def documented() -> dict[str, set[str]]:
    rows = re.findall(r"^\| `(tastebuds_\w+)` \|([^|]*)\|", DOC, re.MULTILINE)
    return {name.removesuffix("_total"): set(re.findall(r"`(\w+)`", labels)) for name, labels in rows}


def declared() -> dict[str, set[str]]:
    collectors: set[Any] = set(REGISTRY._names_to_collectors.values())
    return {each._name: set(each._labelnames) for each in collectors if hasattr(each, "_labelnames")}


def test_every_metric_is_documented_with_its_labels_and_no_other() -> None:
    assert documented() == declared()


def test_what_a_doc_calls_a_counter_is_one() -> None:
    for name in re.findall(r"`(tastebuds_\w+_total)`", DOC):
        assert type(REGISTRY._names_to_collectors[name]).__name__ == "Counter"
