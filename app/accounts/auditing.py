"""What happens to accounts, told once and for good, in the transaction of what happened.

`ACTIONS` has every action there is and how it is said to the account's owner; a test knows if one is told that is not
there.
"""

from datetime import timedelta
from typing import Any

from sqlalchemy import text

from app.accounts.models import AuditEvent
from app.kit import clock, gcra, origin
from app.kit.db import AsyncSession, Database, changed
from app.kit.gcra import Limit
from app.kit.ids import UUID

SELDOM = Limit(1, 60.0)
RETENTION = timedelta(days=400)

ACTIONS: dict[str, str] = {
    "access.refused": "Something was asked for that is the operator's",
    "account.closed": "The account was closed; a week later it is erased",
    "account.demoted": "Does not operate this Tastebuds any more",
    "account.disabled": "The account was disabled",
    "account.enabled": "The account was enabled again",
    "account.erased": "The account was erased",
    "account.kept": "The account is kept after all",
    "account.promoted": "Operates this Tastebuds from now on",
    "account.registered": "The account was made",
    "account.signed_out": "Logged out everywhere",
    "data.exported": "Everything was downloaded",
    "data.imported": "Everything of a file was read back",
    "device.new": "Logged in with a browser not seen before",
    "identity.linked": "An account elsewhere was linked, and logs in here",
    "identity.unlinked": "An account elsewhere was unlinked",
    "invitation.made": "An invitation was made",
    "invitation.used": "Registered with an invitation",
    "invitation.withdrawn": "An invitation was withdrawn",
    "guest_link.made": "A guest link to a menu was made, for whoever has it",
    "guest_link.revoked": "A guest link to a menu was ended",
    "menu.moved": "A menu got another address",
    "menu.published": "A menu was published, for anyone to read",
    "menu.unpublished": "A menu was unpublished",
    "reset.asked": "A link to set another password was made",
    "reset.used": "The password was set by a link",
    "request.forged": "A request was refused that did not come from a page of ours",
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
    "session.half_started": "The first of two steps to log in",
    "refresh_token.reused": "A program’s session was ended, because its refresh token was used twice",
    "token.made": "A token for programs was made",
    "token.withdrawn": "A token for programs was withdrawn",
    "session.started": "Logged in",
    "session.refused": "A login was refused",
    "session.ended": "Logged out",
    "session.proved": "Said once more who it is, before something that matters",
    "session.revoked": "Logged out somewhere else",
    "sessions.flushed": "Logged out everywhere by whoever runs this",
    "sessions.revoked": "Logged out everywhere else",
    "proof.refused": "A password was refused to somebody who was logged in",
    "email.changed": "The e-mail address was changed",
    "password.changed": "The password was changed",
    "profile.changed": "The name was changed",
    "profile.published": "The public profile was turned on, for anyone to see",
    "profile.unpublished": "The public profile was turned off",
}

# the triggers of the table let nothing else be changed
PAST = text("DELETE FROM audit_events WHERE happened_at < :past")
REDACT = text("""
    UPDATE audit_events SET address = '', agent = '', details = '{}'
    WHERE (address, agent, details) <> ('', '', '{}')
      AND user_id IS NOT NULL AND NOT EXISTS (SELECT FROM users WHERE id = audit_events.user_id)
""")
# the owner is still there and may know what was done
REDACT_ACTORS = text("""
    UPDATE audit_events SET address = '', agent = ''
    WHERE (address, agent) <> ('', '')
      AND actor_id IS NOT NULL AND NOT EXISTS (SELECT FROM users WHERE id = audit_events.actor_id)
""")


def record(
    session: AsyncSession,
    action: str,
    user_id: UUID | None,
    *,
    actor_id: UUID | None = None,
    refused: bool = False,
    **details: Any,
) -> None:
    """`user_id`: whose account it is; `actor_id`: who did it, if somebody else did.

    `details`: small JSON, no secrets, and nothing of anybody else: what is kept of them would outlive their account.
    """
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


async def record_seldom(database: Database, action: str, user_id: UUID | None, **details: Any) -> None:
    """What somebody tried and was refused, once a minute for an account, or else a network, and action."""
    whose = user_id.hex if user_id else origin.here().network
    async with database.direct.one() as connection:
        taken = await gcra.take(connection, "audit", f"{action} {whose}", SELDOM)
    if not taken.wait:
        await record_apart(database, action, user_id, actor_id=user_id, **details)


async def forget(session: AsyncSession) -> None:
    """What points to people whose accounts are erased: of what happened to them, that it did is left."""
    await session.execute(REDACT)
    await session.execute(REDACT_ACTORS)


async def sweep(session: AsyncSession) -> int:
    """How many were past their time, and are gone; what erased accounts left behind goes in any case."""
    await forget(session)
    return await changed(session, PAST, {"past": clock.now() - RETENTION})
