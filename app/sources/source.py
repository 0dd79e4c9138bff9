"""What every source is: a name, the types it knows, the keys it needs, and two questions it can answer."""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from app.catalog.candidates import Candidate, ItemType
from app.kit.outbound import Outbound, OutboundError, Policy
from app.kit.settings import Settings
from app.sources.errors import Kind, SourceDown

ROWS_MAX = 50  # of one answer, however many it holds


class Source(ABC):
    name: str  # in settings, provenance and badges
    label: str  # as people call it
    types: frozenset[ItemType]
    keys: tuple[str, ...]  # the settings without which it does not answer
    credit: str  # what its terms ask us to say
    policy: Policy

    def __init__(self, settings: Settings, outbound: Outbound) -> None:
        self.settings = settings
        self.outbound = outbound

    @abstractmethod
    async def search(self, text: str, item_type: ItemType | None = None, page: int = 1) -> list[Candidate]:
        """Best first; `page` counts from 1. Raises `SourceDown`."""

    @abstractmethod
    async def fetch(self, external_id: str) -> Candidate:
        """All the source says about one work. Raises `SourceDown`, of kind `not_found` for an id it does not know."""

    @property
    def missing(self) -> tuple[str, ...]:
        """The settings still to be set."""
        return tuple(key for key in self.keys if not getattr(self.settings, key.lower()))

    @property
    def ready(self) -> bool:
        return not self.missing

    @property
    def advice(self) -> str | None:
        """What to do before it can answer, in a sentence; None when it is ready."""
        return None if self.ready else str(self.down("not_configured"))

    def down(self, kind: Kind, until: datetime | None = None) -> SourceDown:
        keys = self.missing if kind == "not_configured" else self.keys
        return SourceDown(self.name, kind, until, label=self.label, keys=keys)

    async def ask(
        self,
        method: str,
        url: str,
        *,
        policy: Policy | None = None,
        params: Mapping[str, str | int] | None = None,
        headers: Mapping[str, str] | None = None,
        content: str | None = None,
    ) -> Any:
        """The JSON of one answer. Raises `SourceDown`."""
        if not self.ready:
            raise self.down("not_configured")
        try:
            return await self.outbound.json(
                method, url, policy or self.policy, params=params, headers=headers, content=content
            )
        except OutboundError as error:
            raise self.down(error.kind, error.until) from error


def known(candidates: Iterable[Candidate | None]) -> list[Candidate]:
    """Those that could be read, each once, in the source's order."""
    found: dict[str, Candidate] = {}
    for candidate in candidates:
        if candidate is not None:
            found.setdefault(candidate.external_id, candidate)
    return list(found.values())[:ROWS_MAX]
