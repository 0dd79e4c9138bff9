"""Ten codes on paper, for the day the phone is gone: each opens once, all end when new ones are made."""

import hashlib
import secrets

from sqlalchemy import text

from app.accounts.factor_models import RecoveryCode
from app.kit.db import AsyncSession
from app.kit.errors import Invalid
from app.kit.ids import UUID

MANY = 10
ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"  # Crockford's base32: nothing to mistake
MISTAKEN = str.maketrans("oil", "011")
GROUPS, LETTERS = 7, 4  # 28 letters of 5 bits: 140 (ASVS 11.5.1)

USE = text("""
    UPDATE recovery_codes SET used_at = now()
    WHERE user_id = :user_id AND code_hash = :code_hash AND used_at IS NULL RETURNING id
""")
THERE = text("SELECT EXISTS (SELECT FROM recovery_codes WHERE user_id = :user_id AND code_hash = :code_hash)")
LEFT = text("SELECT count(*) FROM recovery_codes WHERE user_id = :user_id AND used_at IS NULL")
FORGET = text("DELETE FROM recovery_codes WHERE user_id = :user_id")


async def make(session: AsyncSession, user_id: UUID) -> list[str]:
    """To be shown once; those there were end."""
    await forget(session, user_id)
    codes = [_new() for _ in range(MANY)]
    session.add_all(RecoveryCode(user_id=user_id, code_hash=_hash(code)) for code in codes)
    await session.flush()
    return codes


async def use(session: AsyncSession, user_id: UUID, typed: str) -> int:
    """How many are left. Of two who use one at once one does. Raises `Invalid`."""
    code = {"user_id": user_id, "code_hash": _hash(typed)}
    if await session.scalar(USE, code) is None:
        used = await session.scalar(THERE, code)
        raise Invalid({"code": "This recovery code was used already." if used else "This is none of your codes."})
    return await left(session, user_id)


async def left(session: AsyncSession, user_id: UUID) -> int:
    return await session.scalar(LEFT, {"user_id": user_id}) or 0


async def forget(session: AsyncSession, user_id: UUID) -> None:
    await session.execute(FORGET, {"user_id": user_id})


def _new() -> str:
    return "-".join("".join(secrets.choice(ALPHABET) for _ in range(LETTERS)) for _ in range(GROUPS))


def _hash(code: str) -> bytes:
    """However it was typed."""
    letters = "".join(letter for letter in code.lower() if letter.isalnum())
    return hashlib.sha256(letters.translate(MISTAKEN).encode()).digest()
