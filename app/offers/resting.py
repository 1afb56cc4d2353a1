"""For how long earlier calls keep offers away from an account, by the policy of its address."""

from __future__ import annotations

from datetime import date, datetime

from app.domain.account import Account
from app.domain.offer import Offer, OfferKind
from app.offers.policy import Policy

# What was spoken and not taken rests. "Later" was the customer's own wish, and what was passed over was never said.
_RESTS = frozenset({"extended", "declined"})


def cooling_down(offer: Offer, account: Account, policy: Policy, today: date) -> int | None:
    """How many days ago the offer was last made, where that is less than the policy's cool-down; None otherwise.

    A save that was accepted rests too, so that nobody is given the same concession twice. Another pack may be sold as
    soon as the last one is used up.
    """
    rests = _RESTS | {"accepted"} if offer.kind is OfferKind.SAVE else _RESTS
    made = [
        _days_since(one.at, today) for one in account.offer_history if one.offer == offer.id and one.outcome in rests
    ]
    days_ago = min(made, default=policy.cool_down_days)
    return days_ago if days_ago < policy.cool_down_days else None


def left_alone(account: Account, policy: Policy, today: date) -> str:
    """The interrupt of an earlier call that still keeps all offers away; "" for none."""
    for record in account.interrupts:
        if _days_since(record.at, today) < policy.suppress_days.get(record.interrupt, 0):
            return record.interrupt.replace("_", " ").replace("-", " ")
    return ""


def _days_since(moment: datetime, today: date) -> int:
    """Whole days; none for what a clock that is ahead puts into the future."""
    return max((today - moment.date()).days, 0)
