"""baresip's calls as values: one leg, its state by what baresip says, and what may be dialled. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass

from app.domain.call import CallState, EndReason
from app.telephony.baresip_control import CallRow
from app.telephony.errors import PhoneRefused

ON = (CallState.ANSWERED, CallState.HELD)
_NUMBER = re.compile(r"\+?[0-9*#]{1,32}|sips?:[^\s<>\"]{1,120}")
_DIGITS = re.compile(r"[0-9A-Da-d*#]{1,32}")


@dataclass(frozen=True, slots=True)
class Leg:
    """A call in the phone. `sip_id` is empty where only `listcalls` has told of it; `state` None: not yet told on."""

    leg_id: str
    sip_id: str
    line: int = 0
    peer_uri: str = ""
    peer_name: str = ""
    outgoing: bool = False
    state: CallState | None = None
    accepted: bool = False


STATES = {
    "CALL_INCOMING": CallState.RINGING,
    "CALL_RINGING": CallState.RINGING,
    "CALL_PROGRESS": CallState.RINGING,
    "CALL_ESTABLISHED": CallState.ANSWERED,
}


def state_of(row: CallRow) -> CallState:
    """The state that a line of the listing tells."""
    if row.state != "ESTABLISHED":
        return CallState.RINGING
    return CallState.HELD if row.on_hold else CallState.ANSWERED


def end_reason(leg: Leg, parameter: str) -> EndReason:
    """Why a leg ended, by what baresip says to it; UNKNOWN where it says the same for several reasons."""
    if parameter.endswith("by user"):
        return EndReason.AGENT
    if "transfer" in parameter.lower():
        return EndReason.TRANSFERRED
    answered = leg.state in ON
    return EndReason.CALLER if answered and parameter.endswith("by peer") else EndReason.UNKNOWN


def number_to_dial(typed: str) -> str:
    """What a call can be handed over to, without the spaces in it; raises PhoneRefused."""
    # "+44 (0)20 ..": the bracketed 0 is for callers at home and no part of the international form.
    plain = re.sub(r"^(\+\d+)\s*\(0\)", r"\1", typed)
    compact = re.sub(r"[\s().-]", "", plain) if not typed.startswith("sip") else typed
    if _NUMBER.fullmatch(compact) is None:
        raise PhoneRefused("This is no number to hand a call over to; use digits, or an address like sip:1002@host.")
    return compact


def address_of(number: str, account: str) -> str:
    """A number as an address at the exchange of the phone's own `account`; raises PhoneRefused without one."""
    if number.startswith("sip"):
        return number
    _, at, exchange = account.rpartition("@")
    if not at:
        raise PhoneRefused("The softphone has not said which exchange it is at; hand the call over in its own window.")
    return f"sip:{number.replace('#', '%23')}@{exchange.partition(';')[0]}"


def check_digits(digits: str) -> None:
    """Raises PhoneRefused for what cannot be sent as tones."""
    if _DIGITS.fullmatch(digits) is None:
        raise PhoneRefused("Only digits, * and # can be sent.")
