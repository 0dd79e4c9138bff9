"""What goes wrong between us and a search engine that is a server of its own."""

from app.kit.ids import UUID


class EngineDown(RuntimeError):
    """It is away, slow, refuses us or answers nonsense: its sentence says which. Another time it may do.

    `advice` tells whoever runs it what to look at, where the sentence does not.
    """

    def __init__(self, sentence: str, advice: str = "") -> None:
        super().__init__(sentence)
        self.advice = advice


class IndexMissing(EngineDown):
    """It is there, but what it should search is not."""


class Unacceptable(EngineDown):
    """What it was sent is at fault, not it: sending it again will not help, sending something else may."""


class Refused(Exception):
    """It would not take some items, each with its reason; the others are in."""

    def __init__(self, reasons: dict[UUID, str]) -> None:
        super().__init__(f"{len(reasons)} items were refused, the first because: {next(iter(reasons.values()))}")
        self.reasons = reasons
