"""The passwords of the demo's people: drawn at random at the first fill, kept in a file for its owner's eyes only."""

from __future__ import annotations

import json
import os
import secrets
from dataclasses import asdict, dataclass
from pathlib import Path

SIGN_INS_FILE = "demo-sign-ins.json"

# No letters and digits that look alike: people type these.
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"


@dataclass(frozen=True, slots=True)
class SignIn:
    """One demo person's user name and password; `role` is "agent" or "lead"."""

    user: str
    password: str
    role: str
    display_name: str
    team: str


@dataclass(frozen=True, slots=True)
class DemoSignIns:
    """Everyone who can sign in to the demo."""

    people: tuple[SignIn, ...]

    def of(self, user: str) -> SignIn:
        """One person's sign-in; raises KeyError for an unknown user."""
        for sign_in in self.people:
            if sign_in.user == user:
                return sign_in
        raise KeyError(user)

    @property
    def agent(self) -> SignIn:
        """Ana R., the agent whom the demo signs in."""
        return self.of("ana")

    @property
    def lead(self) -> SignIn:
        """Sam O., who leads Ana's team."""
        return self.of("sam")


def new_password() -> str:
    """A random password of 60 bits, in three groups ("k7mq-x2wd-9rte")."""
    return "-".join("".join(secrets.choice(_LETTERS) for _ in range(4)) for _ in range(3))


def read_sign_ins(path: Path) -> DemoSignIns | None:
    """The kept sign-ins; None where there are none or they are unreadable."""
    try:
        plain = json.loads(path.read_text(encoding="utf-8"))
        return DemoSignIns(
            tuple(SignIn(**{name: str(value) for name, value in one.items()}) for one in plain["people"])
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None


def keep_sign_ins(path: Path, sign_ins: DemoSignIns) -> None:
    """Writes the sign-ins in one step, durably, readable by the owner only."""
    fresh = path.with_name(f"{path.name}.{os.getpid()}")
    handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        json.dump(asdict(sign_ins), file, indent=2)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)
