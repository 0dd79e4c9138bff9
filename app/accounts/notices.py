"""Letters to people about their accounts: written down in the transaction of what happened, sent by a job.

Where no mail is set up, the job drops them.
"""

from typing import Any

from app.accounts.door_models import OutgoingMail
from app.accounts.models import User
from app.kit.db import AsyncSession
from app.kit.events import WAKE
from app.kit.ids import UUID

NOTICE = "notice"


async def tell(session: AsyncSession, user: User, subject: str, sentence: str) -> None:
    """That something happened to their account. Both in plain words, without links or secrets."""
    await write(session, NOTICE, user.email, user_id=user.id, subject=subject, sentence=sentence)


async def write(
    session: AsyncSession,
    letter: str,
    address: str,
    *,
    user_id: UUID | None = None,
    about: UUID | None = None,
    **details: Any,
) -> None:
    """`letter` names its template; what it needs beside `details` is looked up when it is sent."""
    session.add(OutgoingMail(letter=letter, address=address, user_id=user_id, about=about, details=details))
    await session.flush()
    await session.execute(WAKE)
