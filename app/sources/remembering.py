"""Answers kept for a few minutes in this process, so that the same question twice costs one request."""

import time
import unicodedata
from collections import OrderedDict
from collections.abc import Callable

from app.catalog.candidates import Candidate, ItemType

LIFETIME = 600.0  # seconds
ANSWERS_MAX = 64  # of one source; the least recently asked go first

Question = tuple[str, ItemType | None, int]  # text, type, page


class Remembered:
    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._answers: OrderedDict[Question, tuple[float, tuple[Candidate, ...]]] = OrderedDict()

    def get(self, text: str, item_type: ItemType | None, page: int) -> tuple[Candidate, ...] | None:
        question = (fold(text), item_type, page)
        kept_until, candidates = self._answers.get(question, (0.0, ()))
        if kept_until <= self._clock():
            self._answers.pop(question, None)
            return None
        self._answers.move_to_end(question)
        return candidates

    def put(self, text: str, item_type: ItemType | None, page: int, candidates: tuple[Candidate, ...]) -> None:
        question = (fold(text), item_type, page)
        self._answers[question] = (self._clock() + LIFETIME, candidates)
        self._answers.move_to_end(question)
        while len(self._answers) > ANSWERS_MAX:
            self._answers.popitem(last=False)

    def __len__(self) -> int:
        return len(self._answers)


def fold(text: str) -> str:
    """No source tells apart case, width or the kind of space."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())
