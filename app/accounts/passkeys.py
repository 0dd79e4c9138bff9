"""Passkeys (WebAuthn): what a device or a password manager keeps in place of a password.

Each is found by the authenticator itself (discoverable) and used by its verified owner only, so it is two factors.
https://www.w3.org/TR/webauthn-3/
"""

import hashlib
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Literal, TypeVar

import msgspec
from fido2.server import Fido2Server
from fido2.utils import websafe_encode
from fido2.webauthn import (
    AttestedCredentialData,
    AuthenticationResponse,
    AuthenticatorData,
    CollectedClientData,
    PublicKeyCredentialDescriptor,
    PublicKeyCredentialParameters,
    PublicKeyCredentialRpEntity,
    PublicKeyCredentialType,
    PublicKeyCredentialUserEntity,
    RegistrationResponse,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)
from sqlalchemy import delete, func, select, text

from app.accounts import auditing, notices
from app.accounts.factor_forms import PasskeyNameForm
from app.accounts.factor_models import Passkey, PasskeyChallenge
from app.accounts.models import User
from app.kit.db import AnyRow, AsyncSession, Database
from app.kit.errors import Invalid, NotFound
from app.kit.ids import UUID, new_id

SITE = "Tastebuds"
LIFETIME = timedelta(minutes=5)  # of a challenge
ANSWER_MAX = 16_000  # characters of JSON
MANY = 20  # of one account
ALGORITHMS = (-7, -8, -257)  # ES256, EdDSA, RS256: what there is and is well reviewed (RFC 9053)
PUBLIC_KEY = PublicKeyCredentialType.PUBLIC_KEY
VERIFIED = UserVerificationRequirement.REQUIRED

ALGORITHM = 3  # its label in a COSE key (RFC 9052 §7.1)

Purpose = Literal["login", "proof", "register"]

Shape = TypeVar("Shape", RegistrationResponse, AuthenticationResponse)

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
class Party:
    """Who asks authenticators: the host's name, and the origin our pages are from."""

    id: str
    origin: str


@dataclass(frozen=True, slots=True)
class Question:
    """`options` for the browser's `navigator.credentials`; `token` for its cookie, to be told again by the answer."""

    options: Mapping[str, Any]
    token: str


async def ask(session: AsyncSession, party: Party, purpose: Purpose, user: User | None) -> Question:
    """`user`: who is signed in; nobody at a login. Raises `NotFound` where a proof is asked of who has no passkey."""
    challenge, token, handle = os.urandom(32), secrets.token_urlsafe(32), None
    theirs = await _descriptors(session, user.id) if user else []
    if purpose == "proof" and not theirs:
        raise NotFound("There is no passkey on this account.")
    if purpose == "register":
        assert user is not None  # noqa: S101 - for who is signed in
        handle = await session.scalar(HANDLE, {"user_id": user.id}) or os.urandom(32)
        options = _registration(party, user, handle, theirs, challenge)
    else:
        asked, _ = _server(party).authenticate_begin(theirs or None, VERIFIED, challenge)
        options = dict(asked)["publicKey"]
    session.add(
        PasskeyChallenge(
            secret_hash=_hash(token),
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
        response = _parsed(RegistrationResponse, answer)
        made, credential = _made(party, asked.challenge, response)
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
    await _tell(session, user_id, "A passkey was added", f"The passkey “{form.name}” now logs in to your account.")


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
        response = _parsed(AuthenticationResponse, answer)
        passkey = await session.scalar(OF_LIVING.where(Passkey.credential_id == bytes(response.raw_id)))
        passkey = _verified(party, asked.challenge, passkey, response, user_id)
        await _count(session, passkey, response.response.authenticator_data.counter)
    except ValueError as error:
        await auditing.record_apart(
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
    await _tell(session, user_id, "A passkey was removed", f"The passkey “{passkey.name}” logs nobody in any more.")
    return passkey.name


async def sweep(session: AsyncSession) -> int:
    over = delete(PasskeyChallenge).where(PasskeyChallenge.expires_at <= func.now()).returning(PasskeyChallenge.id)
    return len((await session.scalars(over)).all())


async def _tell(session: AsyncSession, user_id: UUID, subject: str, sentence: str) -> None:
    await notices.tell(session, await session.get_one(User, user_id), subject, sentence)


async def _taken(session: AsyncSession, purpose: Purpose, token: str, user_id: UUID | None) -> AnyRow:
    """The question this browser was asked, gone with the asking. Raises `Invalid`."""
    asked = {"secret_hash": _hash(token), "purpose": purpose, "user_id": user_id}
    found = (await session.execute(TAKE, asked)).first()
    if found is None or not found.is_living:
        raise Invalid({"": TOO_LATE})
    return found


async def _descriptors(session: AsyncSession, user_id: UUID) -> list[PublicKeyCredentialDescriptor]:
    found = await session.scalars(select(Passkey).where(Passkey.user_id == user_id))
    return [PublicKeyCredentialDescriptor(type=PUBLIC_KEY, id=each.credential_id) for each in found]


def _registration(
    party: Party, user: User, handle: bytes, theirs: list[PublicKeyCredentialDescriptor], challenge: bytes
) -> Any:
    known_as = PublicKeyCredentialUserEntity(id=handle, name=user.email, display_name=user.name)
    asked, _ = _server(party).register_begin(
        known_as, theirs or None, ResidentKeyRequirement.REQUIRED, VERIFIED, challenge=challenge
    )
    return dict(asked)["publicKey"]


def _parsed(shape: type[Shape], answer: str) -> Shape:
    """Raises `ValueError`, whatever a stranger's bytes make of the parsers."""
    if len(answer) > ANSWER_MAX:
        raise ValueError("too long")
    try:
        parsed: Shape = shape.from_dict(msgspec.json.decode(answer, type=dict))
    except Exception:  # noqa: BLE001 - the parsers raise what they like
        raise ValueError("not in the shape of an answer") from None
    return parsed


def _made(
    party: Party, challenge: bytes, response: RegistrationResponse
) -> tuple[AuthenticatorData, AttestedCredentialData]:
    """Raises `ValueError`."""
    _refuse_frames(response.response.client_data)
    try:
        made = _server(party).register_complete(_state(challenge), response)
    except Exception as error:  # noqa: BLE001 - likewise
        raise ValueError(str(error)) from None
    if made.credential_data is None or made.credential_data.public_key[ALGORITHM] not in ALGORITHMS:
        raise ValueError("an algorithm nobody asked for")
    return made, made.credential_data


def _verified(
    party: Party, challenge: bytes, passkey: Passkey | None, response: AuthenticationResponse, user_id: UUID | None
) -> Passkey:
    """Raises `ValueError`."""
    if passkey is None or (user_id and passkey.user_id != user_id):
        raise ValueError("not a passkey of this account")
    handle = response.response.user_handle
    if handle != passkey.user_handle and (handle is not None or user_id is None):
        raise ValueError("the handle of another account")
    _refuse_frames(response.response.client_data)
    known = AttestedCredentialData(passkey.credential)
    try:
        _server(party).authenticate_complete(_state(challenge), [known], response)
    except Exception as error:  # noqa: BLE001 - likewise
        raise ValueError(str(error)) from None
    return passkey


async def _count(session: AsyncSession, passkey: Passkey, count: int) -> None:
    """Raises `ValueError` for what has counted less than the passkey did."""
    if await session.scalar(COUNTED, {"id": passkey.id, "count": count}) is None:
        raise ValueError("a copy of the passkey")


def _refuse_frames(said: CollectedClientData) -> None:
    if said.cross_origin:
        raise ValueError("asked from within a page of another site")


def _server(party: Party) -> Fido2Server:
    server = Fido2Server(
        PublicKeyCredentialRpEntity(id=party.id, name=SITE), verify_origin=lambda origin: origin == party.origin
    )
    server.allowed_algorithms = [PublicKeyCredentialParameters(type=PUBLIC_KEY, alg=alg) for alg in ALGORITHMS]
    return server


def _state(challenge: bytes) -> dict[str, Any]:
    """As the server of fido2 gives it out to be kept."""
    return {"challenge": websafe_encode(challenge), "user_verification": VERIFIED}


def _hash(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()
