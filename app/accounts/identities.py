"""Accounts elsewhere that open one of ours: linked by who is signed in here, and never by an e-mail address."""

import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from sqlalchemy import delete, func, select, text, update
from sqlalchemy.dialects.postgresql import insert

from app.accounts import auditing, handed_out, notices
from app.accounts.identity_models import AuthorizationRequest, Identity
from app.accounts.models import User
from app.kit import clock
from app.kit.db import AsyncSession, changed
from app.kit.errors import Conflict, NotFound
from app.kit.ids import UUID, new_id
from app.kit.openid import Somebody, Ticket

LIFETIME = timedelta(minutes=10)

TAKE = (
    delete(AuthorizationRequest)
    .where(AuthorizationRequest.expires_at > func.now())
    .returning(AuthorizationRequest.user_id, AuthorizationRequest.session_id, AuthorizationRequest.next)
)
OPENED_BY = select(Identity, User).join(User, User.id == Identity.user_id)
OF = select(Identity).order_by(Identity.linked_at)
LINK = insert(Identity).on_conflict_do_nothing().returning(Identity.id)
USED = update(Identity)
OVER = text("DELETE FROM authorization_requests WHERE expires_at <= now()")


@dataclass(frozen=True, slots=True)
class Way:
    """Of one browser to the provider and back: what its cookie holds, and all that follows from it."""

    id: UUID
    secret: str = field(repr=False)

    @property
    def token(self) -> str:
        return handed_out.joined(self.id, self.secret)

    @property
    def ticket(self) -> Ticket:
        return Ticket(self._derived("state"), self._derived("nonce"), self._derived("verifier"))

    @property
    def secret_hash(self) -> bytes:
        return handed_out.hash_of(self.secret)

    @classmethod
    def new(cls) -> "Way":
        return cls(new_id(), handed_out.new_token())

    def is_of(self, state: str) -> bool:
        return hmac.compare_digest(state.encode(), self.ticket.state.encode())

    def _derived(self, purpose: str) -> str:
        """64 characters of 256 bits; a verifier has 43 to 128 (RFC 7636 §4.1)."""
        return hmac.new(self.secret.encode(), purpose.encode(), hashlib.sha256).hexdigest()


@dataclass(frozen=True, slots=True)
class Errand:
    """What somebody went for: to link, with the account and session they did it from; else to sign in."""

    user_id: UUID | None
    session_id: UUID | None
    next: str


def way_of(token: str) -> Way | None:
    parts = handed_out.parted(token)
    return Way(*parts) if parts else None


async def begin(
    session: AsyncSession, way: Way, *, user_id: UUID | None = None, session_id: UUID | None = None, then: str = "/"
) -> None:
    session.add(
        AuthorizationRequest(
            id=way.id,
            secret_hash=way.secret_hash,
            user_id=user_id,
            session_id=session_id,
            next=then,
            expires_at=clock.now() + LIFETIME,
        )
    )
    await session.flush()


async def take(session: AsyncSession, way: Way) -> Errand | None:
    """What this way was for, once and in time."""
    mine = (AuthorizationRequest.id == way.id) & (AuthorizationRequest.secret_hash == way.secret_hash)
    row = (await session.execute(TAKE.where(mine))).one_or_none()
    return Errand(*row) if row else None


async def account_of(session: AsyncSession, somebody: Somebody) -> User | None:
    """Whose account this identity opens, if it is linked and not disabled."""
    mine = (Identity.issuer == somebody.issuer) & (Identity.subject == somebody.subject)
    row = (await session.execute(OPENED_BY.where(mine, User.disabled_at.is_(None)))).one_or_none()
    if row is None:
        return None
    identity, user = row
    await session.execute(USED.where(Identity.id == identity.id).values(used_at=clock.now()))
    opened: User = user
    return opened


async def link(session: AsyncSession, user_id: UUID, somebody: Somebody) -> None:
    """Raises `Conflict` where it opens another account, or this one has another of the same provider."""
    values = {"user_id": user_id, "issuer": somebody.issuer, "subject": somebody.subject, "name": somebody.name}
    made = await session.scalar(LINK.values(**values))
    if made is None:
        there = await session.scalar(OF.where(Identity.issuer == somebody.issuer, Identity.subject == somebody.subject))
        if there is None:
            raise Conflict("You have linked another account of theirs already. Unlink that one first.")
        if there.user_id != user_id:
            raise Conflict("That account of theirs opens another account here already. Nothing was linked.")
        return
    auditing.record(session, "identity.linked", user_id, identity=str(made), issuer=somebody.issuer)
    user = await session.get_one(User, user_id)
    said = f"An account at {somebody.issuer} logs in to yours. If it was not you, unlink it and change your password."
    await notices.tell(session, user, "An account elsewhere was linked", said)


async def unlink(session: AsyncSession, user_id: UUID, identity_id: UUID) -> None:
    """Raises `NotFound`."""
    gone = delete(Identity).where(Identity.id == identity_id, Identity.user_id == user_id).returning(Identity.issuer)
    issuer = await session.scalar(gone)
    if issuer is None:
        raise NotFound
    auditing.record(session, "identity.unlinked", user_id, identity=str(identity_id), issuer=issuer)
    said = f"An account at {issuer} does not log in to yours any more."
    await notices.tell_owner(session, user_id, "An account elsewhere was unlinked", said)


async def identities_of(session: AsyncSession, user_id: UUID) -> Sequence[Identity]:
    return (await session.scalars(OF.where(Identity.user_id == user_id))).all()


async def sweep(session: AsyncSession) -> int:
    """How many ways nobody came back on, and are gone."""
    return await changed(session, OVER)
