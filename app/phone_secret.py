"""Where the secrets of telephone switches come from: the environment, else the system's keyring."""

from __future__ import annotations

import os

VARIABLE = "CUECARD_AMI_SECRET"


def phone_secret(name: str) -> str | None:
    """The secret of that name, None where there is none. May take seconds: call it in a worker."""
    from_environment = os.environ.get(VARIABLE)
    if from_environment:
        return from_environment
    from app.security.errors import KeyringUnavailable
    from app.security.keyrings import system_keyring

    keyring = system_keyring()
    try:
        return None if keyring is None else keyring.get(name)
    except KeyringUnavailable:
        return None
