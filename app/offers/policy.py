"""The policy of a jurisdiction: how often and to whom offers may be made."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Policy:
    """One policy file, chosen by the service address.

    `save_offers` is how many save offers may be extended in one call, `cool_down_days` how long the same offer to the
    same account must rest, `consent_for_account_data`: account data may be used for an offer only after consent.
    """

    id: str
    title: str
    save_offers: int
    cool_down_days: int
    consent_for_account_data: bool
    identity_methods: tuple[str, ...]
