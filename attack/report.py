"""One table at the end: which requirement, what was measured, whether it holds."""

import time
from dataclasses import dataclass, field

WIDTH = 76  # characters of what was measured, on one line


@dataclass
class Line:
    """Of one test."""

    requirement: str
    test: str
    measured: list[str] = field(default_factory=list)
    verdict: str = "not run"
    began: float = field(default_factory=time.monotonic)
    seconds: float = 0.0


LINES: dict[str, Line] = {}


def table() -> str:
    lines = sorted(LINES.values(), key=lambda line: (line.requirement, line.test))
    broad = max((len(line.test) for line in lines), default=4)
    first = max((len(line.requirement) for line in lines), default=3)
    said = [f"{'id':<{first}}  {'test':<{broad}}  {'verdict':<8} {'s':>5}  measured"]
    for line in lines:
        parts = _folded("; ".join(line.measured))
        head = f"{line.requirement:<{first}}  {line.test:<{broad}}  {line.verdict:<8} {line.seconds:>5.1f}  "
        said.append(head + parts[0])
        said.extend(" " * len(head) + part for part in parts[1:])
    return "\n".join(said)


def _folded(text: str) -> list[str]:
    parts = [""]
    for word in text.split():
        if len(parts[-1]) + len(word) + 1 > WIDTH and parts[-1]:
            parts.append("")
        parts[-1] = f"{parts[-1]} {word}".strip()
    return parts
