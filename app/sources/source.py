"""What every source is: a name, the types it knows, the keys it needs, and two questions it can answer."""

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Awaitable, Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any, TypeVar

from app.catalog.candidates import Candidate, ItemType
from app.catalog.episodes import Episode
from app.kit import clock
from app.kit.outbound import Outbound, OutboundError, Policy, Reply, by_status
from app.kit.settings import Settings
from app.sources.attempts import Attempts, Unkept, notice
from app.sources.budgets import Budget, Budgets, Unlimited
from app.sources.circuits import AlwaysClosed, Circuits
from app.sources.errors import Kind, SourceDown

ROWS_MAX = 50  # of one answer, however many it holds

Part = TypeVar("Part")


class Source(ABC):
    name: str  # in settings, provenance and badges
    label: str  # as people call it
    types: frozenset[ItemType]
    keys: tuple[str, ...]  # the settings without which it does not answer
    credit: str  # what its terms ask us to say
    home = ""  # where it is at home, for people
    terms = ""  # what it lets us do with what it says
    key_page = ""  # where its keys are handed out
    key_steps = ""  # what to do there, for the operator
    wants_contact = False  # it asks to be told whom to write to
    keeps: timedelta | None = None  # how long its terms let us keep what it said; None where they do not say
    policy: Policy
    budget = Budget(per_second=5, burst=10, at_once=10)

    def __init__(
        self,
        settings: Settings,
        outbound: Outbound,
        budgets: Budgets | None = None,
        circuits: Circuits | None = None,
        attempts: Attempts | None = None,
    ) -> None:
        self.settings = settings
        self.outbound = outbound
        self.budgets = budgets or Unlimited()
        self.circuits = circuits or AlwaysClosed()
        self.attempts = attempts or Unkept()
        self.seats = asyncio.Semaphore(self.budget.at_once)

    @abstractmethod
    async def search(self, text: str, item_type: ItemType | None = None, page: int = 1) -> list[Candidate]:
        """Best first; `page` counts from 1. Raises `SourceDown`."""

    @abstractmethod
    async def fetch(self, external_id: str) -> Candidate:
        """All the source says about one work. Raises `SourceDown`, of kind `not_found` for an id it does not know."""

    async def episodes(self, external_id: str) -> list[Episode]:
        """Of a series, without specials. Raises `SourceDown`, of kind `not_found` where it tells of no episodes."""
        raise self.down("not_found")

    async def prove(self) -> None:
        """The cheapest question that is refused without a good key. Raises `SourceDown`."""
        await self.search("dune")

    def reread(self, external_id: str, raw: Any) -> Candidate | None:
        """What was kept of its words, mapped once more; needed of sources whose words have to be given up."""
        return None

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

    async def take_turn(self, requests: int, patience: float = 0.0) -> None:
        """Raises `SourceDown`: `busy` when the turn is further off than `patience` seconds, or `quota_exhausted`."""
        if not self.ready:
            return
        while wait := await self.budgets.take(self.name, self.budget, requests):
            if wait > patience:
                raise self.busy(wait)
            await asyncio.sleep(wait)
            patience -= wait
        if until := await self.budgets.count(self.name, self.budget, requests):
            raise self.down("quota_exhausted", until)

    def busy(self, seconds: float = 2.0) -> SourceDown:
        return self.down("busy", clock.now() + timedelta(seconds=seconds))

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
                method,
                url,
                policy or self.policy,
                params=params,
                headers=headers,
                content=content,
                tell=lambda attempt: notice(self.attempts, self.name, attempt),
                may_again=self._another_turn,
            )
        except OutboundError as error:
            if error.until and (error.kind == "rate_limited" or error.kind == "quota_exhausted"):
                await self.circuits.pause(self.name, error.kind, (error.until - clock.now()).total_seconds())
            raise self.down(error.kind, error.until) from error

    async def _another_turn(self) -> bool:
        """To try again is a request too."""
        try:
            await self.take_turn(1)
        except SourceDown:
            return False
        return True


def known(candidates: Iterable[Candidate | None]) -> list[Candidate]:
    """Those that could be read, each once, in the source's order."""
    found: dict[str, Candidate] = {}
    for candidate in candidates:
        if candidate is not None:
            found.setdefault(candidate.external_id, candidate)
    return list(found.values())[:ROWS_MAX]


async def whatever_came(parts: Iterable[Awaitable[Part]]) -> list[Part]:
    """Of several questions at once, what was answered. Raises the first `SourceDown` when nothing was."""
    found = await asyncio.gather(*parts, return_exceptions=True)
    failures = [each for each in found if isinstance(each, BaseException)]
    if failures and (len(failures) == len(found) or not all(isinstance(each, SourceDown) for each in failures)):
        raise failures[0]
    return [each for each in found if not isinstance(each, BaseException)]


def keyless(reply: Reply) -> OutboundError | None:
    """Where there is no key to refuse, being refused means having asked too much."""
    if reply.status in (401, 403):
        return OutboundError("rate_limited", reply.until)
    return by_status(reply)
