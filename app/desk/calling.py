"""Calling back from the list: the phone dials, or the agent does; the call that follows is the same interaction."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from app.desk import callbacks
from app.desk.calling_events import done_event, kept_call, promised_event, subject_of
from app.desk.live_call import LiveCall
from app.desk.phone_side import PhoneSide
from app.desk.ports import CallSource, Dialler, Draft
from app.desk.state import DeskState, ParkedCall
from app.desk.view import Choice, Choosing, Tone
from app.domain.call import CallEvent, CallState, Capability, Direction, Presentation
from app.domain.event import Happening
from app.domain.phone import national
from app.telephony.calls import Call
from app.telephony.errors import TelephonyError

_ON = (CallState.ANSWERED, CallState.HELD)


class CallbackDesk:
    """The callbacks of the ready screen. `kept` is the call that goes on, once it was read."""

    def __init__(self, state: DeskState, phones: PhoneSide) -> None:
        self._state = state
        self._phones = phones
        self._kept: LiveCall | None = None
        self._on_phone: Call | None = None

    def choose(self, key: str) -> None:
        """Begins to call back whoever stands under this key."""
        place = int(key) - 1
        if not 0 <= place < len(self._state.parked):
            return
        parked = self._state.parked[place]
        self._state.calling, self._kept, self._on_phone = parked, None, None
        self._dial(parked.promise.number)
        self._read(parked)
        self._open_list(parked)

    def stop(self) -> None:
        """Back to the list; the callback stays on it."""
        self._state.calling, self._kept, self._on_phone = None, None, None
        self._state.stop_choosing()

    def take(self, event: CallEvent) -> bool:
        """Whether this event of a phone was the callback: an outbound leg to the number, answered by the customer."""
        if event.direction is not Direction.OUTBOUND or event.state not in _ON:
            return False
        parked, current = self._state.calling, self._state.current
        if parked is not None and current is None:
            if event.ani_e164 not in (None, parked.promise.number):
                return False
            self._answered(parked, self._of_phone(event, parked))
            return True
        if current is not None and not current.phone.source and current.phone.direction is Direction.OUTBOUND:
            # The agent was quicker with the key than the phone with its event.
            return self._phones.adopt_leg(current, event)
        return False

    def _dial(self, number: str) -> None:
        """Lets the phone dial, where it can."""
        source = _dialler(self._state.sources.values())
        self._state.calling_dials = source is not None
        if source is None:
            return
        say = self._state.world.words

        def failed(error: Exception) -> None:
            self._state.calling_dials = False
            known = isinstance(error, TelephonyError)
            self._state.say(Tone.ATTENTION, str(error) if known else say("The phone did not dial. Dial it yourself."))
            self._state.changed()

        self._state.world.tasks.submit("phone", lambda: source.dial(number), lambda _: None, failed)

    def _read(self, parked: ParkedCall) -> None:
        """Reads the call in a worker; where its script is gone, it goes on without."""
        world, library = self._state.world, self._state.library

        def done(kept: LiveCall) -> None:
            if self._state.calling is not parked:
                return
            self._kept = kept
            if self._on_phone is not None:
                self._begin(parked, kept, self._on_phone)
            self._state.changed()

        def failed(error: Exception) -> None:
            if self._state.calling is parked:
                self.stop()
                self._forget(parked, [])
            self._state.say(Tone.ATTENTION, world.words("This callback could not be read; what was recorded is kept."))
            self._state.changed()

        work = lambda: kept_call(parked.draft, library, world.kept_library)  # noqa: E731
        world.tasks.submit("store", work, done, failed)

    def _open_list(self, parked: ParkedCall) -> None:
        say = self._state.world.words
        rows = (
            Choice("1", say("Yes, we are talking")),
            Choice("2", say("Not reached, again in an hour")),
            Choice("3", say("Not reached, again tomorrow")),
            Choice("4", say("No longer wanted")),
        )
        self._state.choosing = Choosing(say("Did they answer?"), rows)
        now = self._state.world.clock
        self._state.choose = {
            "1": lambda: self._answered(parked, self._by_key(parked)),
            "2": lambda: self._put_off(parked, callbacks.again_in_an_hour(now())),
            "3": lambda: self._put_off(parked, callbacks.again_tomorrow(self._state)),
            "4": lambda: self._not_wanted(parked),
        }

    def _answered(self, parked: ParkedCall, phone: Call) -> None:
        if self._kept is None:
            # Still being read: it begins in a moment, with this phone call.
            self._on_phone = self._on_phone or phone
            return
        self._begin(parked, self._kept, phone)

    def _begin(self, parked: ParkedCall, kept: LiveCall, phone: Call) -> None:
        say, promise = self._state.world.words, parked.promise
        text = national(promise.number, self._state.site.region)
        line = say("Callback: {}").format(promise.about)
        call = callbacks.revived(kept, promise, phone, text, line)
        self._state.parked = tuple(one for one in self._state.parked if one is not parked)
        self.stop()
        self._phones.call_back(call)

    def _put_off(self, parked: ParkedCall, due: datetime) -> None:
        later = callbacks.put_off(parked, due)
        others = (one for one in self._state.parked if one is not parked)
        self._state.parked = callbacks.in_order((*others, later))
        self.stop()
        self._commit(parked, [promised_event(later)], later.draft)

    def _not_wanted(self, parked: ParkedCall) -> None:
        self.stop()
        self._forget(parked, [done_event(parked, "not_wanted")])

    def _forget(self, parked: ParkedCall, happened: list[Happening]) -> None:
        self._state.parked = tuple(one for one in self._state.parked if one is not parked)
        self._commit(parked, happened, None)

    def _commit(self, parked: ParkedCall, happened: list[Happening], draft: Draft | None) -> None:
        recording = self._state.recording
        if recording is None:
            return
        subject = subject_of(parked)
        events = recording.stamp(subject, happened)
        if draft is None:
            recording.commit(events, drop_draft=parked.draft.call)
        else:
            recording.commit(events, draft)

    def _by_key(self, parked: ParkedCall) -> Call:
        world = self._state.world
        return _call(world.new_id(), "", parked.promise.number, world.clock(), by_agent=True)

    def _of_phone(self, event: CallEvent, parked: ParkedCall) -> Call:
        return _call(event.leg_id, event.source, parked.promise.number, event.received_at, by_agent=False)


def _call(key: str, source: str, number: str, at: datetime, *, by_agent: bool) -> Call:
    return Call(
        key=key,
        source=source,
        leg_id=key,
        legs=(key,),
        state=CallState.ANSWERED,
        offered_at=at,
        direction=Direction.OUTBOUND,
        ani_e164=number,
        ani_presentation=Presentation.ALLOWED,
        answered_at=at,
        times_by_agent=by_agent,
    )


def _dialler(sources: Iterable[CallSource]) -> Dialler | None:
    """The first phone that can dial."""
    for source in sources:
        one: object = source
        if Capability.DIAL in source.capabilities and isinstance(one, Dialler):
            return one
    return None
