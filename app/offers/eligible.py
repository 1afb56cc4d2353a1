"""Whether an offer may be made in this call, by catalogue and policy, and the sentence that says why not."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from app.domain.account import Account
from app.domain.offer import Offer, OfferKind
from app.offers.policy import Policy
from app.offers.resting import cooling_down, left_alone

# The consent that a policy with `consent_for_account_data` asks for before account data may shape an offer.
ACCOUNT_DATA_CONSENT = "account-data"
# Those who may not agree to anything on the account.
_NO_OFFERS_TO = frozenset({"third_party", "executor"})


class Hindrance(StrEnum):
    """Why an offer may not be made; the value is the `reason` of `offer.suppressed`."""

    NO_ACCOUNT = "no_account"
    NOT_VERIFIED = "not_verified"
    NOT_HOLDER = "not_holder"
    NO_CONSENT = "no_consent"
    CANCEL = "cancel"
    INTERRUPT = "interrupt"
    ANSWERED = "answered"
    LEFT_ALONE = "left_alone"
    COOL_DOWN = "cool_down"
    NOT_VALID = "not_valid"
    NOT_ELIGIBLE = "not_eligible"
    NOTHING_AFFORDABLE = "nothing_affordable"
    LIMIT = "limit"


@dataclass(frozen=True, slots=True)
class Blocked:
    """An offer that may not be made now: why, and the sentence for the agent."""

    hindrance: Hindrance
    sentence: str


@dataclass(frozen=True, slots=True)
class Situation:
    """What decides about an offer, beside the offer itself.

    `condition` is whether the offer's own eligibility condition holds, `affordable` whether at least one option is,
    `terms_apply` whether what must be read out is written for this jurisdiction, `extended` whether this very offer
    was already extended in the call, `saves_extended` how many save offers were (by whomever), `cancel_requested`
    whether the customer has asked to cancel, `interrupt` the title of what else ended all offers in this call ("" for
    nothing). `personal` is whether account data decide about the offer, `answered` whether the customer has said
    yes or no to it to another agent of this call. `policy` is None where no policy file is known
    for the address: then no offer may be made, since its limits are not known.
    """

    account: Account | None
    verified: bool
    role: str
    consents: frozenset[str]
    cancel_requested: bool
    today: date
    condition: bool
    affordable: bool
    terms_apply: bool
    extended: bool
    saves_extended: int
    policy: Policy | None
    interrupt: str = ""
    personal: bool = True
    answered: bool = False


def blocked(offer: Offer, now: Situation) -> Blocked | None:
    """Why the offer may not be made in this situation; None when it may."""
    return _caller(now) or _moment(offer, now) or _rest(offer, now) or _customer(offer, now) or _limit(offer, now)


def may_personalise(account: Account | None, consents: frozenset[str], policy: Policy | None) -> bool:
    """Whether account data may shape offers here: always, or only after consent, as the policy says."""
    if policy is None or not policy.consent_for_account_data:
        return True
    return ACCOUNT_DATA_CONSENT in consents or (account is not None and ACCOUNT_DATA_CONSENT in account.consents)


def _caller(now: Situation) -> Blocked | None:
    if now.account is None:
        return Blocked(Hindrance.NO_ACCOUNT, "Choose the account first: no offer without knowing whose it is.")
    if now.role in _NO_OFFERS_TO:
        return Blocked(Hindrance.NOT_HOLDER, "Only the holder or an authorised person can be made this offer.")
    if not now.verified:
        return Blocked(Hindrance.NOT_VERIFIED, "Verify the caller first: this offer uses what is in the account.")
    if now.policy is None:
        return Blocked(Hindrance.LIMIT, "No policy is known for this address, so no offer can be made.")
    if now.personal and not may_personalise(now.account, now.consents, now.policy):
        return Blocked(Hindrance.NO_CONSENT, "Ask first whether you may use their account details for an offer.")
    return None


def _moment(offer: Offer, now: Situation) -> Blocked | None:
    if now.cancel_requested:
        return Blocked(Hindrance.CANCEL, "They asked to cancel: no more offers in this call.")
    if now.interrupt:
        return Blocked(Hindrance.INTERRUPT, f"No more offers in this call: {now.interrupt}.")
    if now.answered:
        return Blocked(Hindrance.ANSWERED, f"They have answered {offer.name} in this call already.")
    if offer.valid_from is not None and now.today < offer.valid_from:
        return Blocked(Hindrance.NOT_VALID, f"{offer.name} is not on sale yet.")
    if offer.valid_until is not None and now.today > offer.valid_until:
        return Blocked(Hindrance.NOT_VALID, f"{offer.name} is no longer on sale.")
    if not now.terms_apply:
        return Blocked(Hindrance.NOT_VALID, f"{offer.name} is not sold at this address.")
    return None


def _rest(offer: Offer, now: Situation) -> Blocked | None:
    """What earlier calls forbid. What was extended in this call already is never stopped by its own trace."""
    if now.account is None or now.policy is None or now.extended:
        return None
    interrupt = left_alone(now.account, now.policy, now.today)
    if interrupt:
        return Blocked(Hindrance.LEFT_ALONE, f"No offers to this account for now: {interrupt} in an earlier call.")
    days_ago = cooling_down(offer, now.account, now.policy, now.today)
    if days_ago is not None:
        when = {0: "today", 1: "yesterday"}.get(days_ago, f"{days_ago} days ago")
        rest = f"it rests for {now.policy.cool_down_days} days here"
        return Blocked(Hindrance.COOL_DOWN, f"{offer.name} was offered {when}, and {rest}.")
    return None


def _customer(offer: Offer, now: Situation) -> Blocked | None:
    if not now.condition:
        return Blocked(Hindrance.NOT_ELIGIBLE, f"{offer.name} is not meant for this account.")
    if not now.affordable:
        return Blocked(Hindrance.NOTHING_AFFORDABLE, "Nothing of this offer fits the balance or the pay-later credit.")
    return None


def _limit(offer: Offer, now: Situation) -> Blocked | None:
    if offer.kind is not OfferKind.SAVE or now.extended or now.policy is None:
        return None
    limit = now.policy.save_offers
    if limit and now.saves_extended >= limit:
        noun = "save offer" if limit == 1 else "save offers"
        return Blocked(Hindrance.LIMIT, f"{now.policy.title} allows {limit} {noun} in a call, and that is used up.")
    return None
