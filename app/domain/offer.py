"""Offers: what can be extended to a customer to keep him or to sell him something that fits."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from app.domain.money import Money


class OfferKind(StrEnum):
    """A save keeps a customer who means to leave; an upsell is more of what he has; a cross-sell something else."""

    SAVE = "save"
    UPSELL = "upsell"
    CROSS_SELL = "cross-sell"


class Period(StrEnum):
    """What an option's price is for."""

    ONCE = "once"
    MONTH = "month"


@dataclass(frozen=True, slots=True)
class OfferOption:
    """One choice within an offer ("500 MB for £4").

    `price` is what the customer pays per `period`; for a save it is the new price of what he keeps, or zero.
    `concession` is what the company gives per month and `months` for how long (None: until changed). `size` orders
    the options (MB of a data pack).
    """

    id: str
    label: str
    price: Money
    period: Period
    size: int = 0
    concession: Money | None = None
    months: int | None = None


@dataclass(frozen=True, slots=True)
class Offer:
    """One offer of the catalogue.

    `eligible` is a condition over the account (empty: anyone), `why` a text template that tells the agent why it is
    offered, `points` what an accept earns in a contest, `disclosure` and `consent` the ids of what an accept needs
    (None: nothing), `on_credit` whether pay-later credit may pay for it.
    """

    id: str
    name: str
    kind: OfferKind
    options: tuple[OfferOption, ...]
    eligible: str = ""
    why: str = ""
    points: int = 0
    disclosure: str | None = None
    consent: str | None = None
    valid_from: date | None = None
    valid_until: date | None = None
    on_credit: bool = False
    order_action: str = "place_order"


class DeclineReason(StrEnum):
    """Why a customer said no: at most eight codes and "not asked"."""

    PRICE = "price"
    NO_NEED = "no_need"
    COMPETITOR = "competitor"
    CONTRACT = "contract"
    TRUST = "trust"
    TIMING = "timing"
    LEAVING = "leaving"
    NO_CONSENT = "no_consent"
    NOT_ASKED = "not_asked"


class PassReason(StrEnum):
    """Why this was not the moment for an offer; it stays in the denominator."""

    UPSET = "upset"
    HURRY = "hurry"
    NOT_SOLVED = "not_solved"
    NOT_HOLDER = "not_holder"
    DROPPED = "dropped"
    UNSUITABLE = "unsuitable"
