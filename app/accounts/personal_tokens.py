"""Personal tokens: for scripts, made by hand, with scopes and an end. Shown once; kept as a hash.

They outlive a change of the password, which would stop scripts that have nothing to do with it; the page after it shows
them. A reset ends them. Those of an account that is disabled or closing count for nothing.
"""

from datetime import timedelta

from sqlalchemy import Delete, delete, func, select, text
from sqlalchemy.dialects.postgresql import insert

from app.accounts import auditing, bearers, handed_out, notices
from app.accounts.bearers import PERSONAL
from app.accounts.models import User
from app.accounts.scopes import OPERATING, offered
from app.accounts.signing_in import SEEN_EVERY, Viewer
from app.accounts.token_forms import PersonalTokenForm
from app.accounts.token_models import ApiToken
from app.kit.connections import Connection
from app.kit.db import AnyRow, AsyncSession
from app.kit.errors import Invalid, NotFound
from app.kit.ids import UUID, new_id

MANY = 50  # of one account

OF_USER = text("""
    SELECT id, name, scopes, created_at, expires_at, used_at, coalesce(expires_at <= now(), false) AS is_over
    FROM api_tokens WHERE user_id = :user_id ORDER BY id DESC
""")
ONE = text("""
    SELECT id, name, scopes, created_at, expires_at, used_at, coalesce(expires_at <= now(), false) AS is_over
    FROM api_tokens WHERE user_id = :user_id AND id = :id
""")
HOW_MANY = select(func.count()).select_from(ApiToken)
COUNTING = text("SELECT count(*) FROM api_tokens WHERE user_id = :user_id AND coalesce(expires_at > now(), true)")
# on the way of every request that brings one, so straight on the driver; a token proves nothing of whose it is
VIEWER = """
    SELECT u.id, u.name, u.email, u.is_operator, t.id AS session_id, t.secret_hash, t.scopes,
           'epoch'::timestamptz AS proved_at, now() AS asked_at,
           coalesce(t.used_at < now() - $2::interval, true) AS is_due, coalesce(p.time_zone, '') AS time_zone
    FROM api_tokens t JOIN users u ON u.id = t.user_id
        LEFT JOIN user_preferences p ON p.user_id = u.id
    WHERE t.id = $1 AND coalesce(t.expires_at > now(), true) AND u.disabled_at IS NULL AND u.closes_at IS NULL
"""


async def make(session: AsyncSession, user_id: UUID, form: PersonalTokenForm) -> tuple[UUID, str]:
    """Its id, and the token itself, which is told this once. Raises `Invalid`."""
    user = await session.get_one(
        User, user_id, with_for_update={"key_share": True}
    )  # who makes two makes one, then two
    if beyond := [scope for scope in form.scopes if scope not in offered(operating=user.is_operator)]:
        raise Invalid({"scopes": f"{beyond[0]} is for those who operate this Tastebuds."})
    if (await session.scalar(HOW_MANY.where(ApiToken.user_id == user_id)) or 0) >= MANY:
        raise Invalid({"": f"You have {MANY} tokens. Withdraw one that you do not need first."})
    id_, secret = new_id(), bearers.new_secret()
    row = insert(ApiToken).values(
        id=id_,
        user_id=user_id,
        name=form.name,
        scopes=form.scopes,
        secret_hash=handed_out.hash_of(secret),
        created_at=func.now(),
        expires_at=None if form.days is None else func.now() + timedelta(days=form.days),
    )
    if await session.scalar(row.on_conflict_do_nothing().returning(ApiToken.id)) is None:
        raise Invalid({"name": "You have a token of this name. Choose another, or withdraw that one."})
    auditing.record(session, "token.made", user_id, token=id_.hex, name=form.name, scopes=form.scopes)
    sentence = (
        f"A token for programs was made, named {form.name}. If it was not you, withdraw it and change your password."
    )
    await notices.tell(session, user, "A token for programs was made", sentence)
    return id_, bearers.write(PERSONAL, id_, secret)


async def tokens_of(session: AsyncSession, user_id: UUID) -> list[AnyRow]:
    """The newest first, those that have ended too."""
    return list((await session.execute(OF_USER, {"user_id": user_id})).all())


async def token_of(session: AsyncSession, user_id: UUID, token_id: UUID) -> AnyRow:
    """Raises `NotFound`."""
    row = (await session.execute(ONE, {"user_id": user_id, "id": token_id})).first()
    if row is None:
        raise NotFound("There is no such token.")
    return row


async def how_many_count(session: AsyncSession, user_id: UUID) -> int:
    return await session.scalar(COUNTING, {"user_id": user_id}) or 0


async def withdraw(session: AsyncSession, user_id: UUID, token_id: UUID) -> str:
    """Its name. Raises `NotFound`."""
    mine = delete(ApiToken).where(ApiToken.user_id == user_id, ApiToken.id == token_id).returning(ApiToken.name)
    name = await session.scalar(mine)
    if name is None:
        raise NotFound("There is no such token.")
    auditing.record(session, "token.withdrawn", user_id, token=token_id.hex, name=name)
    return name


async def withdraw_operating(session: AsyncSession, user_id: UUID, *, actor_id: UUID) -> None:
    """Those that may do what is the operator's, when that changes: none goes on, and none wakes up."""
    theirs = delete(ApiToken).where(ApiToken.user_id == user_id, ApiToken.scopes.overlap(list(OPERATING)))
    await _withdraw(session, user_id, theirs, actor_id)


async def withdraw_all(session: AsyncSession, user_id: UUID) -> None:
    await _withdraw(session, user_id, delete(ApiToken).where(ApiToken.user_id == user_id))


async def viewer_of(connection: Connection, token: str) -> Viewer | None:
    """Whose token this is, and what it may do, while it counts."""
    id_, secret = bearers.read(PERSONAL, token) or (None, "")
    row = id_ and await connection.fetchrow(VIEWER, id_, SEEN_EVERY)
    if not row or not handed_out.is_of(secret, row["secret_hash"]):
        return None
    known = {name: value for name, value in row.items() if name not in ("secret_hash", "scopes")}
    return Viewer(**known, forgery_key=b"", scopes=frozenset(row["scopes"]))


async def seen(connection: Connection, token_id: UUID) -> None:
    await connection.execute("UPDATE api_tokens SET used_at = now() WHERE id = $1", token_id)


async def _withdraw(session: AsyncSession, user_id: UUID, theirs: Delete, actor_id: UUID | None = None) -> None:
    for row in await session.execute(theirs.returning(ApiToken.id, ApiToken.name)):
        auditing.record(session, "token.withdrawn", user_id, actor_id=actor_id, token=row.id.hex, name=row.name)
