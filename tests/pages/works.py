"""A few works, and sources that find them or fail to."""

import asyncio
import datetime as dt

from app.catalog.candidates import (
    BookFacts,
    Candidate,
    Facts,
    GameFacts,
    Identifier,
    ItemType,
    MovieFacts,
    PartialDate,
    SourceRating,
)
from app.kit.outbound import Outbound, Policy
from app.kit.settings import read_settings
from app.sources.errors import SourceDown
from app.sources.source import Source


def work(
    title: str, facts: Facts | None = None, *, source: str = "sample", year: int = 1990, **more: object
) -> Candidate:
    released = PartialDate(value=dt.date(year, 1, 1), precision="year")
    return Candidate(
        source=source,
        external_id=title.lower().replace(" ", "-"),
        title=title,
        facts=facts or BookFacts(),
        released=released,
        **more,  # type: ignore[arg-type]
    )


DUNE = work(
    "Dune",
    BookFacts(authors=("Frank Herbert",), pages=412, publisher="Chilton"),
    year=1965,
    creators=("Frank Herbert",),
    description="A desert planet, and who shall have it.",
    identifiers=(Identifier(scheme="isbn13", value="9780441013593"),),
    url="https://example.org/dune",
    rating=SourceRating(value=4.5, scale=5, votes=1200),
)
ARRIVAL = work(
    "Arrival",
    MovieFacts(directors=("Denis Villeneuve",), runtime_minutes=116),
    year=2016,
    creators=("Denis Villeneuve",),
)
SEVERANCE = work("Severance", MovieFacts(kind="series", seasons=1, episodes=3), year=2022)
DISCO = work("Disco Elysium", GameFacts(developers=("ZA/UM",)), year=2019, creators=("ZA/UM",))
HYPERION = work("Hyperion", BookFacts(authors=("Dan Simmons",)), source="books", year=1989, creators=("Dan Simmons",))


class Shelf(Source):
    """Finds the works it is given, after `delay` seconds; or fails as it is told."""

    types = frozenset[ItemType]({"book", "movie", "game", "music"})
    keys: tuple[str, ...] = ()
    credit = ""
    policy = Policy()

    def __init__(
        self,
        name: str,
        *works: Candidate,
        delay: float = 0.0,
        failure: Exception | None = None,
        keys: tuple[str, ...] = (),
    ) -> None:
        super().__init__(read_settings(_env_file=None, tmdb_key=None), Outbound())
        self.name = self.label = name
        self.works, self.delay, self.failure, self.keys = works, delay, failure, keys
        self.asked: list[str] = []

    async def search(self, text: str, item_type: ItemType | None = None, page: int = 1) -> list[Candidate]:
        self.asked.append(text)
        if self.keys:
            raise self.down("not_configured")
        await asyncio.sleep(self.delay)
        if self.failure:
            raise self.failure
        return list(self.works)

    async def fetch(self, external_id: str) -> Candidate:
        if self.failure:
            raise self.failure
        for each in self.works:
            if each.external_id == external_id:
                return each
        raise SourceDown(self.name, "not_found")
