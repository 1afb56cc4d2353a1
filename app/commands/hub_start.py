"""What `cuecard hub` sees to before it listens: that no password goes in the clear, and that somebody can sign in."""

from __future__ import annotations

import argparse
import sys
from datetime import UTC, datetime
from ipaddress import ip_address
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from app.hub.administration.certificates import Tls
    from app.hub.store import Store


def checked_tls(arguments: argparse.Namespace) -> Tls | None:
    """The certificate to speak TLS with, or None; says when it expires soon.

    Raises HubError for one that will not do, and for an address that others reach where nothing speaks TLS.
    """
    from app.hub.administration.certificates import CertificateUnusable, check_certificate

    if bool(arguments.tls_cert) != bool(arguments.tls_key):
        raise CertificateUnusable("Give --tls-cert and --tls-key together.")
    if arguments.tls_cert is None:
        # A worker is given the socket of the one that started it, which has looked.
        if arguments.listen_on is None and not (arguments.behind_proxy or is_loopback(arguments.host)):
            raise CertificateUnusable(
                "Without TLS, passwords could be read on the way. Give --tls-cert and --tls-key (cuecard admin tls"
                " self-signed makes them), or --behind-proxy where a proxy in front speaks TLS."
            )
        return None
    now = datetime.now(UTC)
    tls = check_certificate(arguments.tls_cert, arguments.tls_key, now)
    if warning := tls.warning(now):
        _say(warning)
    return tls


def is_loopback(host: str) -> bool:
    """Whether only this machine reaches the address."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def say_setup_code(store: Store) -> None:
    """Prints, for a hub without people, the code that makes the first administrator."""
    from app.hub.administration.setup import offer_setup

    if (code := offer_setup(store)) is not None:
        _say(f"Nobody can sign in yet. Make the first administrator: cuecard admin first --hub URL, set-up code {code}")


def _say(sentence: str) -> None:
    # Not where programs read the hub's address.
    print(f"cuecard hub: {sentence}", file=sys.stderr, flush=True)
