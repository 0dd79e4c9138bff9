"""What lets somebody in as this person beside the password: to be looked through once it was changed, for whoever knew
it may have made one."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.accounts import identities, passkeys, personal_tokens
from app.accounts.identity_models import Identity
from app.kit.db import AnyRow, AsyncSession
from app.kit.ids import UUID


@dataclass(frozen=True, slots=True)
class WaysIn:
    """`tokens`: those that count."""

    passkeys: Sequence[AnyRow]
    identities: Sequence[Identity]
    tokens: Sequence[AnyRow]

    def __len__(self) -> int:
        return len(self.passkeys) + len(self.identities) + len(self.tokens)


async def ways_of(session: AsyncSession, user_id: UUID) -> WaysIn:
    tokens = [token for token in await personal_tokens.tokens_of(session, user_id) if not token.is_over]
    return WaysIn(
        await passkeys.passkeys_of(session, user_id), await identities.identities_of(session, user_id), tokens
    )


async def remove_all(session: AsyncSession, user_id: UUID) -> int:
    """How many. Each is told as if it were removed by itself."""
    ways = await ways_of(session, user_id)
    for passkey in ways.passkeys:
        await passkeys.remove(session, user_id, passkey.id)
    for identity in ways.identities:
        await identities.unlink(session, user_id, identity.id)
    await personal_tokens.withdraw_all(session, user_id)
    return len(ways)
