"""One ranked list over the catalog and what the sources told, without duplicates."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from app.catalog.candidates import Candidate
from app.kit.db import AnyRow, AsyncSession
from app.kit.ids import UUID
from app.search.contract import Answer, Question
from app.search.members import Group, Ref


@dataclass(frozen=True, slots=True, kw_only=True)
class OneList:
    """`entries` are mine, by item, for every item in the list."""

    groups: list[Group]
    entries: Mapping[UUID, AnyRow]


async def one_list(
    session: AsyncSession,
    viewer_id: UUID,
    question: Question,
    answer: Answer,
    told: Iterable[Candidate] = (),
    previews: Mapping[Ref, UUID] | None = None,
) -> OneList:
    """`told` are the candidates of all sources, those of each in its own order; `previews` as `keep_previews` gives.

    What the question's filters leave out is left out of what sources told, too. A later page has the hits of the
    catalog that nothing told led to already.
    """
    raise NotImplementedError
