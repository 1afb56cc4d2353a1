"""This agent transfers a call: what the next one needs is left at the hub, as soon as that can be reached.

It is committed to the local store together with the event of the transfer, and dropped there once the hub has it: so
neither a hub that is away for a moment nor the end of the program loses it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import msgspec

from app.desk.handed import record_of, to_plain
from app.desk.live_call import LiveCall
from app.desk.ports import Draft, HandingOver, HandsOver
from app.desk.state import DeskState
from app.domain.event import EventType, Happening
from app.sync.crm import CrmRefused
from app.telephony.calls import Call

_DRAFT = "handover-"
_WORTHLESS_AFTER = timedelta(days=1)
_MOST_NAMES = 50


@dataclass(frozen=True, slots=True)
class Unsent:
    """What is not yet at the hub, and since when."""

    handover: HandingOver
    at: datetime


class _Kept(msgspec.Struct, frozen=True):
    """The same as it is kept."""

    id: str
    names: tuple[str, ...]
    number: str
    target: str
    context: dict[str, Any]
    at: datetime


def unsent_of(draft: Draft) -> Unsent | None:
    """What a draft holds of a transferred call; None for the draft of a call."""
    if not draft.call.startswith(_DRAFT):
        return None
    try:
        kept = msgspec.json.decode(draft.body, type=_Kept)
    except msgspec.DecodeError:
        return None
    return Unsent(HandingOver(kept.id, kept.names, kept.number, kept.target, kept.context), kept.at)


def _draft(unsent: Unsent) -> Draft:
    given = unsent.handover
    kept = _Kept(given.id, given.names, given.number, given.target, dict(given.context), unsent.at)
    return Draft(f"{_DRAFT}{given.id}", msgspec.json.encode(kept))


def names_of(phone: Call) -> tuple[str, ...]:
    """Every id by which the phone knows the call."""
    known = (phone.linked_id, phone.call_id, phone.leg_id, *phone.legs)
    return tuple(dict.fromkeys(name[:128] for name in known if name))[:_MOST_NAMES]


class HandingOverDesk:
    """Sends what goes along with a transferred call, and keeps it until it was sent."""

    def __init__(self, state: DeskState) -> None:
        self._state = state
        self._unsent: dict[str, Unsent] = {}
        self._under_way: set[str] = set()

    def transferred(self, call: LiveCall, by: str) -> None:
        """The caller went to somebody else, by this agent's key or, as the phone tells, at the phone; told once."""
        shift, recording = self._state.shift, self._state.recording
        if shift is None or recording is None or call.given or not call.answered:
            return
        call.given = self._state.world.new_id()
        events = recording.stamp(
            call.subject, [Happening(EventType.CALL_TRANSFERRED, {"way": "out", "by": by, "handover": call.given})]
        )
        if not isinstance(shift.crm, HandsOver):
            recording.commit(events)
            return
        given = self._given(call, shift.session.person.id)
        unsent = Unsent(given, self._state.world.clock())
        recording.commit(events, _draft(unsent))
        self._unsent[given.id] = unsent
        self._send(given)

    def restore(self, unsent: Iterable[Unsent], calls: Iterable[LiveCall]) -> None:
        """Goes on after a restart. A call that was handed over is sent again: it may have been killed in between."""
        self._unsent = {each.handover.id: each for each in unsent}
        shift = self._state.shift
        for call in calls:
            if shift is not None and call.given and call.given not in self._unsent:
                given = self._given(call, shift.session.person.id)
                self._unsent[given.id] = Unsent(given, self._state.world.clock())
        self.send_again()

    def forget(self) -> None:
        """Somebody signs out; what is unsent waits in his store."""
        self._unsent = {}

    def send_again(self) -> None:
        """Tries what could not be sent; what is older than a day is of no use any more."""
        now = self._state.world.clock()
        for unsent in list(self._unsent.values()):
            if now - unsent.at > _WORTHLESS_AFTER:
                self._settled(unsent.handover.id)
            else:
                self._send(unsent.handover)

    def _given(self, call: LiveCall, person: str) -> HandingOver:
        return HandingOver(
            call.given,
            names_of(call.phone),
            call.phone.ani_e164 or "",
            call.transfer_to[:128],
            to_plain(record_of(call, person)),
        )

    def _send(self, given: HandingOver) -> None:
        shift = self._state.shift
        if shift is None or given.id in self._under_way or not isinstance(shift.crm, HandsOver):
            return
        crm: HandsOver = shift.crm
        self._under_way.add(given.id)

        def done(_: None) -> None:
            self._under_way.discard(given.id)
            if self._state.shift is shift:
                self._settled(given.id)

        def failed(error: Exception) -> None:
            self._under_way.discard(given.id)
            if self._state.shift is shift and isinstance(error, CrmRefused):
                # It would be refused again. The call itself is recorded.
                self._settled(given.id)

        self._state.world.tasks.submit("handover", lambda: crm.hand_over(given), done, failed)

    def _settled(self, identity: str) -> None:
        self._unsent.pop(identity, None)
        if self._state.recording is not None:
            self._state.recording.commit([], drop_draft=f"{_DRAFT}{identity}")
