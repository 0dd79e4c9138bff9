"""Passkeys (WebAuthn): what a device or a password manager keeps in place of a password.

Each is found by the authenticator itself (discoverable) and used by its verified owner only, so it is two factors.
"""

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Literal

from fido2.webauthn import AuthenticationResponse, RegistrationResponse
from sqlalchemy import delete, func, select, text

from app.accounts import auditing, handed_out, notices, webauthn
from app.accounts.factor_forms import PasskeyNameForm
from app.accounts.factor_models import Passkey, PasskeyChallenge
from app.accounts.models import User
from app.accounts.webauthn import Party
from app.kit.db import AnyRow, AsyncSession, Database, changed
from app.kit.errors import Invalid, NotFound
from app.kit.ids import UUID, new_id

LIFETIME = timedelta(minutes=5)  # of a challenge
MANY = 20  # of one account

Purpose = Literal["login", "proof", "register"]

NOT_TAKEN = "This passkey was not accepted. Try again, or use your password."
TOO_LATE = "That took too long. Try again."

TAKE = text("""
    DELETE FROM passkey_challenges
    WHERE secret_hash = :secret_hash AND purpose = :purpose AND user_id IS NOT DISTINCT FROM CAST(:user_id AS uuid)
    RETURNING challenge, user_handle, expires_at > now() AS is_living
""")
HANDLE = text("SELECT user_handle FROM passkeys WHERE user_id = :user_id LIMIT 1")
COUNTED = text("""
    UPDATE passkeys SET sign_count = :count, used_at = now()
    WHERE id = :id AND (sign_count < :count OR (sign_count = 0 AND :count = 0)) RETURNING id
""")
LISTED = text("SELECT id, name, created_at, used_at FROM passkeys WHERE user_id = :user_id ORDER BY id")
ADD = text("""
    INSERT INTO passkeys (id, user_id, user_handle, credential_id, credential, sign_count, name)
    VALUES (:id, :user_id, :user_handle, :credential_id, :credential, :sign_count, :name)
    ON CONFLICT (credential_id) DO NOTHING RETURNING id
""")
OF_LIVING = select(Passkey).join(User, User.id == Passkey.user_id).where(User.disabled_at.is_(None))


@dataclass(frozen=True, slots=True)
class Question:
    """`options` for the browser's `navigator.credentials`; `token` for its cookie, to be told again by the answer."""

    options: Mapping[str, Any]
    token: str


async def ask(session: AsyncSession, party: Party, purpose: Purpose, user: User | None) -> Question:
    """`user`: who is signed in; nobody at a login. Raises `NotFound` where a proof is asked of who has no passkey."""
    challenge, token, handle = os.urandom(32), handed_out.new_token(), None
    theirs = await _ids(session, user.id) if user else []
    if purpose == "proof" and not theirs:
        raise NotFound("There is no passkey on this account.")
    if purpose == "register":
        assert user is not None  # noqa: S101 - for who is signed in
        handle = await session.scalar(HANDLE, {"user_id": user.id}) or os.urandom(32)
        options = webauthn.to_register(party, user, handle, theirs, challenge)
    else:
        options = webauthn.to_prove(party, theirs, challenge)
    session.add(
        PasskeyChallenge(
            secret_hash=handed_out.hash_of(token),
            purpose=purpose,
            challenge=challenge,
            user_id=user.id if user else None,
            user_handle=handle,
            expires_at=func.now() + LIFETIME,
        )
    )
    await session.flush()
    return Question(options, token)


async def register(
    session: AsyncSession, party: Party, user_id: UUID, token: str, answer: str, form: PasskeyNameForm
) -> None:
    """Raises `Invalid`."""
    asked = await _taken(session, "register", token, user_id)
    try:
        response = webauthn.parsed(RegistrationResponse, answer)
        made, credential = webauthn.made(party, asked.challenge, response)
    except ValueError:
        raise Invalid({"": NOT_TAKEN}) from None
    row = {
        "id": new_id(),
        "user_id": user_id,
        "user_handle": asked.user_handle,
        "credential_id": bytes(credential.credential_id),
        "credential": bytes(credential),
        "sign_count": made.counter,
        "name": form.name,
    }
    if len(await passkeys_of(session, user_id)) >= MANY:
        raise Invalid({"": f"An account has {MANY} passkeys at most. Remove one first."})
    if await session.scalar(ADD, row) is None:
        raise Invalid({"": "This passkey is known here already."})
    auditing.record(session, "passkey.added", user_id, name=form.name)
    await notices.tell_owner(
        session, user_id, "A passkey was added", f"The passkey “{form.name}” now logs in to your account."
    )


async def prove(
    session: AsyncSession,
    database: Database,
    party: Party,
    purpose: Purpose,
    token: str,
    answer: str,
    user_id: UUID | None = None,
) -> User:
    """Whose passkey answered; for a `proof` it has to be `user_id`'s. Raises `Invalid`."""
    asked = await _taken(session, purpose, token, user_id)
    passkey: Passkey | None = None
    try:
        response = webauthn.parsed(AuthenticationResponse, answer)
        passkey = await session.scalar(OF_LIVING.where(Passkey.credential_id == bytes(response.raw_id)))
        passkey = webauthn.verified(party, asked.challenge, passkey, response, user_id)
        await _count(session, passkey, response.response.authenticator_data.counter)
    except ValueError as error:
        await auditing.record_seldom(
            database, "passkey.refused", passkey.user_id if passkey else user_id, why=str(error)
        )
        raise Invalid({"": NOT_TAKEN}) from None
    return await session.get_one(User, passkey.user_id)


async def passkeys_of(session: AsyncSession, user_id: UUID) -> list[AnyRow]:
    return list((await session.execute(LISTED, {"user_id": user_id})).all())


async def passkey_of(session: AsyncSession, user_id: UUID, passkey_id: UUID) -> Passkey:
    """Raises `NotFound`."""
    found = await session.scalar(select(Passkey).where(Passkey.id == passkey_id, Passkey.user_id == user_id))
    if found is None:
        raise NotFound
    return found


async def rename(session: AsyncSession, user_id: UUID, passkey_id: UUID, form: PasskeyNameForm) -> None:
    """Raises `NotFound`."""
    passkey = await passkey_of(session, user_id, passkey_id)
    auditing.record(session, "passkey.renamed", user_id, name=[passkey.name, form.name])
    passkey.name = form.name
    await session.flush()


async def remove(session: AsyncSession, user_id: UUID, passkey_id: UUID) -> str:
    """What it was called. Raises `NotFound`."""
    passkey = await passkey_of(session, user_id, passkey_id)
    await session.delete(passkey)
    await session.flush()
    auditing.record(session, "passkey.removed", user_id, name=passkey.name)
    await notices.tell_owner(
        session, user_id, "A passkey was removed", f"The passkey “{passkey.name}” logs nobody in any more."
    )
    return passkey.name


async def sweep(session: AsyncSession) -> int:
    return await changed(session, delete(PasskeyChallenge).where(PasskeyChallenge.expires_at <= func.now()))


async def _taken(session: AsyncSession, purpose: Purpose, token: str, user_id: UUID | None) -> AnyRow:
    """The question this browser was asked, gone with the asking. Raises `Invalid`."""
    asked = {"secret_hash": handed_out.hash_of(token), "purpose": purpose, "user_id": user_id}
    found = (await session.execute(TAKE, asked)).first()
    if found is None or not found.is_living:
        raise Invalid({"": TOO_LATE})
    return found


async def _ids(session: AsyncSession, user_id: UUID) -> Sequence[bytes]:
    return (await session.scalars(select(Passkey.credential_id).where(Passkey.user_id == user_id))).all()


async def _count(session: AsyncSession, passkey: Passkey, count: int) -> None:
    """Raises `ValueError` for what has counted less than the passkey did."""
    if await session.scalar(COUNTED, {"id": passkey.id, "count": count}) is None:
        raise ValueError("a copy of the passkey")
