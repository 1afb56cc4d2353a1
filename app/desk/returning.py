"""A customer of a call that is over is on the line again: he rang himself, or was called back."""

from __future__ import annotations

from dataclasses import replace

from app.desk.calling_events import done_event, kept_call, subject_of
from app.desk.live_call import LiveCall
from app.desk.renewing import AccountRenewal
from app.desk.state import DeskState, ParkedCall
from app.desk.view import Tone
from app.desk.walking import ScriptDesk
from app.domain.event import EventType, Happening


class Returning:
    """Takes the walk of the call before up again, and takes the callback off the list."""

    def __init__(self, state: DeskState, scripts: ScriptDesk, renewal: AccountRenewal) -> None:
        self._state = state
        self._scripts = scripts
        self._renewal = renewal
        self._said = ""
        self._kept: dict[str, tuple[ParkedCall, LiveCall]] = {}

    def announce(self, call: LiveCall) -> None:
        """A call rings: where it goes on after one that dropped, what is kept of that is read meanwhile."""
        number = call.phone.ani_e164
        for parked in self._state.parked:
            if subject_of(parked) == call.subject:
                self._read(call, parked)
                return
        owed = next((one for one in self._state.parked if number and one.promise.number == number), None)
        if owed is not None:
            text = self._state.world.words("A callback was promised to this number: {}.")
            self._said = text.format(owed.promise.about)
            self._state.say(Tone.INFORMATION, self._said)

    def over(self) -> None:
        """The call has left the desk: what was said of it no longer matters."""
        self._state.messages = tuple(message for message in self._state.messages if message.text != self._said)

    def take_up(self, call: LiveCall) -> bool:
        """The call was answered: goes on with the walk that was kept, where there is one."""
        parked, kept = self._kept.pop(call.id, (None, None))
        if parked is None or kept is None or self._state.recording is None:
            return False
        self._state.parked = tuple(one for one in self._state.parked if one is not parked)
        call.emitted, call.extended = list(kept.emitted), kept.extended
        call.offers = [replace(fact, earlier=True) for fact in kept.offers]
        call.orders, call.note = dict(kept.orders), call.note or kept.note
        call.go_on, call.walk = kept.go_on, kept.walk
        done = self._state.recording.stamp(call.subject, [done_event(parked, "called_again")])
        self._state.recording.commit(done, drop_draft=parked.draft.call)
        self._scripts.go_on(call)
        return True

    def reached(self, call: LiveCall) -> Happening:
        """The callback was made."""
        account = call.matching.account
        return Happening(EventType.CALLBACK_DONE, {"account": account.id if account else "", "result": "reached"})

    def renew(self, call: LiveCall) -> None:
        """Asks the CRM how the account is now."""
        self._renewal.renew(call)

    def _read(self, call: LiveCall, parked: ParkedCall) -> None:
        world, library = self._state.world, self._state.library

        def done(kept: LiveCall) -> None:
            if not call.answered:
                self._kept[call.id] = (parked, kept)

        world.tasks.submit("store", lambda: kept_call(parked.draft, library, world.kept_library), done, lambda _: None)
