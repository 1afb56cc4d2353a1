"""Ed25519 signatures: who signed these bytes.

Keys are PEM files: a private one (PKCS #8) that stays with whoever releases, and a public one that is given to every
desk. A key's id is the beginning of the SHA-256 of its raw public form.
"""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

PUBLIC_KEY_BYTES = 32
_ID_LENGTH = 16


class KeyUnreadable(Exception):
    """A key file is damaged or holds another kind of key. The text never repeats the key."""


@dataclass(frozen=True, slots=True)
class PublicKey:
    """Checks signatures. `raw` are its 32 bytes."""

    raw: bytes

    @property
    def id(self) -> str:
        """What manifests name it by."""
        return sha256(self.raw).hexdigest()[:_ID_LENGTH]

    def signed(self, message: bytes, signature: bytes) -> bool:
        """Whether the holder of the private key signed exactly this."""
        from cryptography.exceptions import InvalidSignature
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

        try:
            Ed25519PublicKey.from_public_bytes(self.raw).verify(signature, message)
        except (InvalidSignature, ValueError):
            return False
        return True

    def to_pem(self) -> bytes:
        """As a file."""
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
        from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

        return Ed25519PublicKey.from_public_bytes(self.raw).public_bytes(
            Encoding.PEM, PublicFormat.SubjectPublicKeyInfo
        )


class PrivateKey:
    """Signs. Never shown: it has no readable form but the file that `to_pem` writes."""

    def __init__(self, key: Ed25519PrivateKey) -> None:
        self._key = key

    @property
    def public(self) -> PublicKey:
        """The half to give away."""
        return PublicKey(self._key.public_key().public_bytes_raw())

    def sign(self, message: bytes) -> bytes:
        """The signature, 64 bytes."""
        return self._key.sign(message)

    def to_pem(self) -> bytes:
        """As a file for its owner alone (`files.write_private`)."""
        from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

        return self._key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def new_key() -> PrivateKey:
    """A fresh key from the system's randomness."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    return PrivateKey(Ed25519PrivateKey.generate())


def read_private_key(pem: bytes) -> PrivateKey:
    """A private key from its file's content; raises KeyUnreadable."""
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    try:
        key = load_pem_private_key(pem, password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise KeyUnreadable("This is no private key without a passphrase. Make one: cuecard script release key") from (
            error
        )
    if not isinstance(key, Ed25519PrivateKey):
        raise KeyUnreadable("This key is not an Ed25519 key. Make one: cuecard script release key")
    return PrivateKey(key)


def read_public_key(pem: bytes) -> PublicKey:
    """A public key from its file's content; raises KeyUnreadable."""
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
    from cryptography.hazmat.primitives.serialization import load_pem_public_key

    try:
        key = load_pem_public_key(pem)
    except (ValueError, UnsupportedAlgorithm) as error:
        raise KeyUnreadable("This is no public key. Give the file that ends in .pub.") from error
    if not isinstance(key, Ed25519PublicKey):
        raise KeyUnreadable("This key is not an Ed25519 key.")
    return PublicKey(key.public_bytes_raw())
