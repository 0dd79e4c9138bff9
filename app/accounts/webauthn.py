"""What is asked of authenticators and how their answers are checked (https://www.w3.org/TR/webauthn-3/); no database.

The parsers and signatures are Yubico's `fido2`. Whatever it makes of a stranger's bytes is a `ValueError` here.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

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

from app.accounts.factor_models import Passkey
from app.accounts.models import User
from app.kit.ids import UUID

SITE = "Tastebuds"
ANSWER_MAX = 16_000  # characters of JSON
ALGORITHMS = (-7, -8, -257)  # ES256, EdDSA, RS256: what there is and is well reviewed (RFC 9053)
ALGORITHM = 3  # its label in a COSE key (RFC 9052 §7.1)
PUBLIC_KEY = PublicKeyCredentialType.PUBLIC_KEY
VERIFIED = UserVerificationRequirement.REQUIRED

Shape = TypeVar("Shape", RegistrationResponse, AuthenticationResponse)


@dataclass(frozen=True, slots=True)
class Party:
    """Who asks authenticators: the host's name, and the origin our pages are from."""

    id: str
    origin: str


def to_register(party: Party, user: User, handle: bytes, theirs: Sequence[bytes], challenge: bytes) -> Any:
    """`theirs`: the ids of the passkeys there are already; `handle`: what authenticators know the account by."""
    known_as = PublicKeyCredentialUserEntity(id=handle, name=user.email, display_name=user.name)
    asked, _ = _server(party).register_begin(
        known_as, _described(theirs), ResidentKeyRequirement.REQUIRED, VERIFIED, challenge=challenge
    )
    return dict(asked)["publicKey"]


def to_prove(party: Party, theirs: Sequence[bytes], challenge: bytes) -> Any:
    """`theirs`: one of which has to answer; none stands for any."""
    asked, _ = _server(party).authenticate_begin(_described(theirs), VERIFIED, challenge)
    return dict(asked)["publicKey"]


def parsed(shape: type[Shape], answer: str) -> Shape:
    """Raises `ValueError`."""
    if len(answer) > ANSWER_MAX:
        raise ValueError("too long")
    try:
        response: Shape = shape.from_dict(msgspec.json.decode(answer, type=dict))
    except Exception:  # noqa: BLE001 - the parsers raise what they like
        raise ValueError("not in the shape of an answer") from None
    return response


def made(
    party: Party, challenge: bytes, response: RegistrationResponse
) -> tuple[AuthenticatorData, AttestedCredentialData]:
    """Raises `ValueError`."""
    _refuse_frames(response.response.client_data)
    try:
        data = _server(party).register_complete(_state(challenge), response)
    except Exception as error:  # noqa: BLE001 - likewise
        raise ValueError(str(error)) from None
    if data.credential_data is None or data.credential_data.public_key.get(ALGORITHM) not in ALGORITHMS:
        raise ValueError("an algorithm nobody asked for")
    return data, data.credential_data


def verified(
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


def _refuse_frames(said: CollectedClientData) -> None:
    if said.cross_origin:
        raise ValueError("asked from within a page of another site")


def _described(ids: Sequence[bytes]) -> list[PublicKeyCredentialDescriptor] | None:
    return [PublicKeyCredentialDescriptor(type=PUBLIC_KEY, id=each) for each in ids] or None


def _server(party: Party) -> Fido2Server:
    server = Fido2Server(
        PublicKeyCredentialRpEntity(id=party.id, name=SITE), verify_origin=lambda origin: origin == party.origin
    )
    server.allowed_algorithms = [PublicKeyCredentialParameters(type=PUBLIC_KEY, alg=alg) for alg in ALGORITHMS]
    return server


def _state(challenge: bytes) -> dict[str, Any]:
    """As the server of fido2 gives it out to be kept."""
    return {"challenge": websafe_encode(challenge), "user_verification": VERIFIED}
