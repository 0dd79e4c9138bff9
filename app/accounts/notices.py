"""Letters to people about their accounts: written down in the transaction of what happened, sent by a job.

Where no mail is set up there is no such job, and the sweep takes them away.
"""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import timedelta
from typing import Any

from sqlalchemy import text

from app.accounts.door_models import OutgoingMail
from app.accounts.models import User
from app.kit import gcra, origin
from app.kit.db import AnyRow, AsyncSession, changed, driver_of
from app.kit.events import WAKE
from app.kit.gcra import Limit
from app.kit.ids import UUID

NOTICE = "notice"
FAMILY, PER_SUBJECT = "notices", Limit(5, 86_400)
LEASE = 60  # seconds in which nobody else sends it
PAUSES = (60, 120, 300, 900, 1800, 3600)  # seconds before each new try; the last one again and again
GIVEN_UP_AFTER = timedelta(days=1)
TOLD_FOR = timedelta(days=7)
REASON_MAX = 200

CLAIM = text("""
    UPDATE outgoing_mail SET attempts = attempts + 1, due_at = now() + make_interval(secs => :lease)
    WHERE id = (
        SELECT id FROM outgoing_mail WHERE lost_because IS NULL AND due_at <= now()
        ORDER BY due_at LIMIT 1 FOR UPDATE SKIP LOCKED
    )
    RETURNING id, attempts, written_at < now() - CAST(:given_up AS interval) AS is_last
""")
SENT = text("DELETE FROM outgoing_mail WHERE id = :id")
PUT_OFF = text("UPDATE outgoing_mail SET due_at = now() + make_interval(secs => :pause) WHERE id = :id")
GIVE_UP = text("UPDATE outgoing_mail SET lost_because = :reason, address = '', details = '{}' WHERE id = :id")
LOST = text("""
    SELECT lost_because AS because, count(*) AS letters, max(written_at) AS latest
    FROM outgoing_mail WHERE lost_because IS NOT NULL GROUP BY lost_because ORDER BY letters DESC
""")
SWEEP = text("""
    DELETE FROM outgoing_mail
    WHERE written_at < now() - CAST(:waits AS interval)
        AND (lost_because IS NULL OR written_at < now() - CAST(:told AS interval))
""")


async def tell(session: AsyncSession, user: User, subject: str, sentence: str) -> None:
    """That something happened to their account. Both in plain words, without links or secrets.

    A few of one `subject` a day: who could cause more of them could fill a mailbox, and our tables.
    """
    taken = await gcra.take_within(await driver_of(session), FAMILY, f"{user.id.hex} {subject}", PER_SUBJECT)
    if taken.wait:
        return
    await write(session, NOTICE, user.email, user_id=user.id, subject=subject, sentence=sentence, name=user.name)


async def tell_owner(session: AsyncSession, user_id: UUID, subject: str, sentence: str) -> None:
    """As `tell`, where only the id of the account is at hand."""
    await tell(session, await session.get_one(User, user_id), subject, sentence)


async def write(
    session: AsyncSession,
    letter: str,
    address: str,
    *,
    user_id: UUID | None = None,
    about: UUID | None = None,
    **details: Any,
) -> None:
    """`letter` is of `letters.COMPOSED`; what it needs beside `details` is looked up when it is sent."""
    details["asked"] = asdict(origin.here())
    session.add(OutgoingMail(letter=letter, address=address, user_id=user_id, about=about, details=details))
    await session.flush()
    await session.execute(WAKE)


async def claim(session: AsyncSession) -> AnyRow | None:
    """The letter that is due for longest: ours for a minute, and tried again after it if we are gone by then.

    Its `id`, how many `attempts` there were with this one, and whether this one `is_last`.
    """
    return (await session.execute(CLAIM, {"lease": LEASE, "given_up": GIVEN_UP_AFTER})).first()


async def sent(session: AsyncSession, id_: UUID) -> None:
    await session.execute(SENT, {"id": id_})


async def put_off(session: AsyncSession, id_: UUID, attempts: int) -> None:
    pause = PAUSES[min(attempts, len(PAUSES)) - 1]
    await session.execute(PUT_OFF, {"id": id_, "pause": pause})


async def give_up(session: AsyncSession, id_: UUID, reason: str) -> None:
    """Only why is kept."""
    await session.execute(GIVE_UP, {"id": id_, "reason": reason[:REASON_MAX]})


async def lost(session: AsyncSession) -> Sequence[AnyRow]:
    """What was given up within a week: `because`, how many `letters`, the `latest`."""
    return (await session.execute(LOST)).all()


async def sweep(session: AsyncSession) -> int:
    """How many were told of long enough, or had nobody to send them, and are gone."""
    values = {"told": TOLD_FOR, "waits": 2 * GIVEN_UP_AFTER}
    return await changed(session, SWEEP, values)
