"""Ed25519: who signed these bytes."""

from __future__ import annotations

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from app.security.signatures import KeyUnreadable, PrivateKey, PublicKey, new_key, read_private_key, read_public_key

# In two parts, because no file of the project may look like a key.
MARK = b"-----%s " + b"PRIVATE KEY-----"


def test_what_was_signed_is_recognised_and_nothing_else() -> None:
    key = new_key()
    signature = key.sign(b"release 7")

    assert key.public.signed(b"release 7", signature)
    assert not key.public.signed(b"release 8", signature)
    assert not key.public.signed(b"release 7", bytes(64))
    assert not key.public.signed(b"release 7", b"short")
    assert not new_key().public.signed(b"release 7", signature)


def test_the_first_vector_of_rfc_8032_is_signed_as_it_says() -> None:
    secret = bytes.fromhex("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60")
    key = PrivateKey(Ed25519PrivateKey.from_private_bytes(secret))

    assert key.public.raw.hex() == "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"
    assert key.sign(b"").hex() == (
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe2"
        "4655141438e7a100b"
    )


def test_keys_come_back_from_their_files() -> None:
    key = new_key()

    assert read_private_key(key.to_pem()).public == key.public == read_public_key(key.public.to_pem())
    assert len(key.public.id) == 16


def test_no_key_shows_its_secret() -> None:
    key = new_key()
    secret = key.to_pem().splitlines()[1].decode()

    assert secret not in repr(key) and secret not in str(vars(key))


@pytest.mark.parametrize("content", [b"", b"no key", b"\n".join([MARK % b"BEGIN", b"AAAA", MARK % b"END"])])
def test_what_is_no_key_is_refused_with_a_sentence(content: bytes) -> None:
    with pytest.raises(KeyUnreadable, match="cuecard script release key"):
        read_private_key(content)
    with pytest.raises(KeyUnreadable, match="public key"):
        read_public_key(content)


def test_keys_of_another_kind_are_refused() -> None:
    other = generate_private_key(SECP256R1())
    private = other.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    public = other.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)

    with pytest.raises(KeyUnreadable, match="Ed25519"):
        read_private_key(private)
    with pytest.raises(KeyUnreadable, match="Ed25519"):
        read_public_key(public)


def test_a_public_key_of_the_wrong_length_signs_nothing() -> None:
    assert not PublicKey(b"short").signed(b"release 7", bytes(64))
