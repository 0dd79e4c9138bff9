"""An authenticator of software: makes a passkey and answers with it, as a browser would send it (WebAuthn §6)."""

import hashlib
import json
import os
from dataclasses import dataclass, field
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, SECP256R1, EllipticCurvePrivateKey, generate_private_key
from cryptography.hazmat.primitives.hashes import SHA256
from fido2 import cbor
from fido2.cose import ES256
from fido2.utils import websafe_decode, websafe_encode

from tests.cast import ADDRESS, HOST

PRESENT, VERIFIED, ATTESTED = 1, 4, 64


def _new_key() -> EllipticCurvePrivateKey:
    return generate_private_key(SECP256R1())


@dataclass
class SoftKey:
    """One passkey. What is said beside the truth is for the fields of the same names."""

    origin: str = ADDRESS
    rp: str = HOST
    flags: int = PRESENT | VERIFIED
    counter: int = 0
    cross_origin: bool = False
    handle: bytes = b""
    id: bytes = field(default_factory=lambda: os.urandom(32))
    key: EllipticCurvePrivateKey = field(default_factory=_new_key)

    def made(self, options: dict[str, Any]) -> str:
        self.handle = websafe_decode(options["user"]["id"])
        public = cbor.encode(dict(ES256.from_cryptography_key(self.key.public_key())))  # type: ignore[no-untyped-call]
        credential = bytes(16) + len(self.id).to_bytes(2, "big") + self.id + public
        data = self._data(self.flags | ATTESTED) + credential
        made = cbor.encode({"fmt": "none", "attStmt": {}, "authData": data})
        said = self._said("webauthn.create", options["challenge"])
        return self._sent({"clientDataJSON": websafe_encode(said), "attestationObject": websafe_encode(made)})

    def answered(self, options: dict[str, Any]) -> str:
        said, data = self._said("webauthn.get", options["challenge"]), self._data(self.flags)
        signature = self.key.sign(data + hashlib.sha256(said).digest(), ECDSA(SHA256()))
        return self._sent(
            {
                "clientDataJSON": websafe_encode(said),
                "authenticatorData": websafe_encode(data),
                "signature": websafe_encode(signature),
                "userHandle": websafe_encode(self.handle),
            }
        )

    def _data(self, flags: int) -> bytes:
        return hashlib.sha256(self.rp.encode()).digest() + bytes([flags]) + self.counter.to_bytes(4, "big")

    def _said(self, type_: str, challenge: str) -> bytes:
        said = {"type": type_, "challenge": challenge, "origin": self.origin, "crossOrigin": self.cross_origin}
        return json.dumps(said).encode()

    def _sent(self, response: dict[str, str]) -> str:
        id_ = websafe_encode(self.id)
        return json.dumps(
            {"id": id_, "rawId": id_, "type": "public-key", "clientExtensionResults": {}, "response": response}
        )
