"""Certificates for TLS: whether they will do, and one for a small site that nobody else has signed."""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from app.hub.errors import HubError

WARN_BEFORE = timedelta(days=30)
LASTS = timedelta(days=397)
"""The longest that systems take a server's certificate for."""

CERTIFICATE, KEY = "hub.crt", "hub.key"


class CertificateUnusable(HubError):
    """TLS cannot be spoken with these files; the text says why."""


@dataclass(frozen=True, slots=True)
class Tls:
    """A certificate with its chain, and its key, both PEM; `until`: when it expires."""

    certificate: Path
    key: Path
    until: datetime

    def warning(self, now: datetime) -> str | None:
        """A sentence in the last 30 days."""
        days = (self.until - now).days
        if self.until - now > WARN_BEFORE:
            return None
        return f"The certificate expires in {days} days ({self.until:%Y-%m-%d}). Put a new one in its place."


def check_certificate(certificate: Path, key: Path, now: datetime) -> Tls:
    """The two files, where they fit together and are good now; raises CertificateUnusable."""
    try:
        chain = x509.load_pem_x509_certificates(certificate.read_bytes())
        secret = serialization.load_pem_private_key(key.read_bytes(), password=None)
    except OSError as error:
        raise CertificateUnusable(f"{error.filename} cannot be read: {error.strerror}.") from error
    except TypeError as error:
        raise CertificateUnusable(f"{key} has a password. Give a key without one, readable by the hub only.") from error
    except (ValueError, UnsupportedAlgorithm) as error:
        raise CertificateUnusable(f"{certificate} or {key} is not PEM, as --tls-cert and --tls-key want it.") from error
    first = chain[0]
    if _public(first.public_key()) != _public(secret.public_key()):
        raise CertificateUnusable(f"{key} is not the key of {certificate}. The hub's own certificate stands first.")
    if first.not_valid_after_utc <= now:
        raise CertificateUnusable(f"{certificate} expired on {first.not_valid_after_utc:%Y-%m-%d}. Get a new one.")
    if first.not_valid_before_utc > now:
        raise CertificateUnusable(f"{certificate} is not good before {first.not_valid_before_utc:%Y-%m-%d}.")
    return Tls(certificate, key, min(one.not_valid_after_utc for one in chain))


def make_self_signed(folder: Path, names: list[str], now: datetime) -> Tls:
    """A certificate for these host names and addresses that desktops trust once they are given it; 397 days.

    It can sign nothing else. Raises CertificateUnusable where the files exist, or a name is none.
    """
    secret = ec.generate_private_key(ec.SECP256R1())
    try:
        alternatives = x509.SubjectAlternativeName([_general_name(name) for name in names])
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, names[0][:64])])
    except ValueError as error:
        raise CertificateUnusable("A host name has letters, digits, dashes and dots, like hub.example.com.") from error
    until = now + LASTS
    usage = x509.KeyUsage(
        digital_signature=True,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=False,
        crl_sign=False,
        encipher_only=False,
        decipher_only=False,
    )
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(secret.public_key())
        .serial_number(x509.random_serial_number())
        # Desktops whose clocks are a little behind shall trust it, too.
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(until)
        .add_extension(alternatives, critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(usage, critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .sign(secret, hashes.SHA256())
    )
    folder.mkdir(parents=True, exist_ok=True)
    pem = secret.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    _write_new(folder / KEY, pem, 0o600)
    _write_new(folder / CERTIFICATE, certificate.public_bytes(serialization.Encoding.PEM), 0o644)
    return Tls(folder / CERTIFICATE, folder / KEY, certificate.not_valid_after_utc)


def _general_name(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ip_address(name))
    except ValueError:
        return x509.DNSName(name.encode("idna").decode("ascii"))


def _public(key: object) -> bytes:
    public: bytes = key.public_bytes(  # type: ignore[attr-defined]
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    return public


def _write_new(path: Path, content: bytes, mode: int) -> None:
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    except FileExistsError as error:
        raise CertificateUnusable(f"{path} is there already. Nothing is overwritten: choose another --out.") from error
    with os.fdopen(handle, "wb") as file:
        if hasattr(os, "fchmod"):
            # What the user's mask took away from the certificate, which desktops are to be given.
            os.fchmod(handle, mode)
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
