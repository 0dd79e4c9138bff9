"""What a host said of pairs: these are one work, these are two. Remembered, and undone by forgetting."""

from collections.abc import Iterable

from app.kit.db import AsyncSession
from app.kit.ids import UUID
from app.search.members import Ref, Verdicts


async def split(session: AsyncSession, user_id: UUID, refs: Iterable[Ref], others: Iterable[Ref]) -> None:
    """Each of `refs` is another work than each of `others`. Safe to say twice."""
    raise NotImplementedError


async def join(session: AsyncSession, user_id: UUID, refs: Iterable[Ref], others: Iterable[Ref]) -> None:
    """Each of `refs` is the same work as each of `others`. Safe to say twice."""
    raise NotImplementedError


async def forget(session: AsyncSession, user_id: UUID, refs: Iterable[Ref]) -> None:
    """Whatever was said of pairs of these."""
    raise NotImplementedError


async def verdicts_of(session: AsyncSession, user_id: UUID, refs: Iterable[Ref]) -> Verdicts:
    """What was said of pairs of these."""
    raise NotImplementedError
