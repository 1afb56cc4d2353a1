"""Who is calling, out of what the IVR asked and the caller's number: which of them counts, and how that is said.

An account number that the caller gave to the IVR goes before his telephone number: it is exact, and a telephone can be
anybody's. Of numbers, one that stands on a single account goes before one that several share, of which none is ever
chosen. Nothing of this is identity.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

from app.domain.account import Account
from app.domain.call import Presentation
from app.domain.phone import CallerNumber
from app.telephony.calls import Call
from app.telephony.uui import account_in, account_number


class NumberSays(StrEnum):
    """What the caller's telephone number says of the account that he named."""

    SAME = "same"
    SHARED = "shared"
    ANOTHER = "another"
    NOBODY = "nobody"
    WITHHELD = "withheld"
    NONE = "none"


class Given(StrEnum):
    """Whether the IVR asked for an account number, and whether the CRM has it."""

    NOT_ASKED = "not_asked"
    KNOWN = "known"
    UNKNOWN = "unknown"


_AND_THE_NUMBER = {
    NumberSays.SAME: "the telephone number is this account's, too",
    NumberSays.SHARED: "the telephone number is on this account and on others",
    NumberSays.ANOTHER: "the telephone number belongs to another account",
    NumberSays.NOBODY: "the telephone number is on no account",
    NumberSays.WITHHELD: "the telephone number is withheld",
    NumberSays.NONE: "no telephone number came with the call",
}
_NOT_KNOWN = "The account number given before the call is not in the CRM. "


def account_given(call: Call) -> str:
    """The account number that came with the call, "" for none: attached by the switch or the IVR, or in the UUI."""
    return account_number(call.attached.get("account", "")) or account_in(call.uui)


def number_says(named: Account, on_number: Sequence[Account], number: CallerNumber) -> NumberSays:
    """What the number says of the account named; `on_number` are the accounts on which it stands."""
    if number.e164 is None:
        restricted = number.presentation is Presentation.RESTRICTED
        return NumberSays.WITHHELD if restricted else NumberSays.NONE
    if not on_number:
        return NumberSays.SAME if number.e164 in named.phones else NumberSays.NOBODY
    if all(account.id != named.id for account in on_number):
        return NumberSays.ANOTHER
    return NumberSays.SAME if len(on_number) == 1 else NumberSays.SHARED


def why_this_account(says: NumberSays) -> str:
    """Why the account is shown that the caller named."""
    return f"The account number was given before the call, and {_AND_THE_NUMBER[says]}. Not identity."


def unless_known(given: Given, why: str) -> str:
    """`why`, after a sentence on an account number that the CRM does not have."""
    return (_NOT_KNOWN if given is Given.UNKNOWN else "") + why
