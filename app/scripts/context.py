"""What a walk knows of the world; handed in, never fetched."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from app.domain.account import Account


@dataclass(frozen=True, slots=True)
class WalkContext:
    """The world as a walk sees it.

    `account` is None while nobody is matched. `policy` is the id of the policy file chosen by the service address
    (the site's own while no account is known). `region` (ISO 3166) and `currency` are the site's. `role` is the
    caller's ("" while not known). `extended_before` counts save offers already extended in this interaction by others.
    What else of theirs still holds: `answered_before` are offers to which the customer has said yes or no,
    `cancel_before` that he asked to cancel, `interrupts_before` what interrupted, `suppressed_before` what that keeps
    away.
    """

    agent_first_name: str
    company: str
    account: Account | None
    today: date
    policy: str
    region: str
    currency: str
    language: str = "en"
    queue: str = ""
    dnis: str = ""
    intent: str = ""
    direction: str = "inbound"
    offline: bool = False
    role: str = ""
    verified: bool = False
    extended_before: int = 0
    answered_before: tuple[str, ...] = ()
    cancel_before: bool = False
    interrupts_before: tuple[str, ...] = ()
    suppressed_before: tuple[str, ...] = ()
