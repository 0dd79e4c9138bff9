"""What happens to accounts, told once and for good, in the transaction of what happened.

`ACTIONS` has every action there is and how it is said to the account's owner; a test knows if one is told that is not
there.
"""

from typing import Any

from app.accounts.models import AuditEvent
from app.kit import origin
from app.kit.db import AsyncSession, Database
from app.kit.ids import UUID

ACTIONS: dict[str, str] = {
    "account.registered": "The account was made",
    "device.new": "Logged in with a browser not seen before",
    "invitation.made": "An invitation was made",
    "invitation.used": "Registered with an invitation",
    "invitation.withdrawn": "An invitation was withdrawn",
    "reset.asked": "A link to set another password was made",
    "reset.used": "The password was set by a link",
    "rules.changed": "The settings of this Tastebuds were changed",
    "second_factor.refused": "A code was refused",
    "second_factor.turned_off": "The second factor was turned off",
    "second_factor.turned_on": "A second factor was turned on",
    "recovery_code.used": "A recovery code was used",
    "recovery_codes.made": "New recovery codes were made",
    "passkey.added": "A passkey was added",
    "passkey.refused": "A passkey was refused",
    "passkey.removed": "A passkey was removed",
    "passkey.renamed": "A passkey was renamed",
    "session.half_started": "The password was right, and the second factor was asked for",
    "session.started": "Logged in",
    "session.refused": "A login was refused",
    "session.ended": "Logged out",
}


def record(
    session: AsyncSession,
    action: str,
    user_id: UUID | None,
    *,
    actor_id: UUID | None = None,
    refused: bool = False,
    **details: Any,
) -> None:
    """`user_id`: whose account it is; `actor_id`: who did it, if somebody else did. `details`: small JSON, no secrets."""
    assert action in ACTIONS, action  # noqa: S101 - a slip of ours
    here = origin.here()
    session.add(
        AuditEvent(
            user_id=user_id,
            actor_id=actor_id or (None if refused else user_id),
            action=action,
            refused=refused,
            address=here.address,
            agent=here.agent,
            request_id=here.request_id,
            details=details,
        )
    )


async def record_apart(
    database: Database, action: str, user_id: UUID | None, *, actor_id: UUID | None = None, **details: Any
) -> None:
    """What was refused, in a transaction of its own: the one it was refused in is rolled back."""
    async with database.session() as session:
        record(session, action, user_id, actor_id=actor_id, refused=True, **details)
