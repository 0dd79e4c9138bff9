"""Parts that fail as a test wants them to."""

from collections.abc import Sequence

from app.kit.ids import UUID
from app.search.contract import Answer, Question

SECRETS = ("SELECT secret FROM passwords", "/srv/tastebuds/app/secret.py", "hunter2")


class BrokenSearch:
    """A `CatalogSearch` whose every answer is a fault that says more than a visitor may read."""

    def __init__(self, error: Exception | None = None) -> None:
        self.error = error or RuntimeError(" ".join(SECRETS))

    async def search(self, question: Question) -> Answer:
        raise self.error

    async def index(self, item_ids: Sequence[UUID]) -> None:
        raise self.error

    async def remove(self, item_ids: Sequence[UUID]) -> None:
        raise self.error

    async def rebuild(self) -> int:
        raise self.error

    async def healthy(self) -> bool:
        return False
