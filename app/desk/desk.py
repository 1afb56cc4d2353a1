"""The desk: takes the window's intents and the phones' events, and makes the next view out of them.

Everything here runs on the UI thread and returns at once; what may take time goes to a lane of `Tasks`.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from datetime import datetime, time, timedelta

from app.desk import intents
from app.desk.agent_keys import AgentKeys
from app.desk.asking import TalkDesk
from app.desk.callbacks import in_order
from app.desk.calling import CallbackDesk
from app.desk.entering import EntryDesk, sentence
from app.desk.handing_over import HandingOverDesk, Unsent, unsent_of
from app.desk.handover import HandoverDesk
from app.desk.live_call import DraftUnreadable, LiveCall, from_draft, pinned_to, promise_of
from app.desk.locking import LockDesk
from app.desk.matching import CallerDesk
from app.desk.pauses import PauseDesk, break_seconds, call_seconds
from app.desk.phone_side import PhoneSide
from app.desk.ports import Draft, SourceState, SyncState
from app.desk.present import build_view
from app.desk.quiet_keys import QuietKeys
from app.desk.recording import Recording
from app.desk.renewing import AccountRenewal
from app.desk.returning import Returning
from app.desk.searching import SearchDesk
from app.desk.shift import Shift
from app.desk.state import DeskState, ParkedCall, World, site_of
from app.desk.transferring import TransferDesk
from app.desk.view import DeskView, Today, Tone
from app.desk.walking import ScriptDesk
from app.domain.call import CallEvent
from app.domain.event import Event, EventType, Happening
from app.reports.day import today
from app.scripts.library import Library

_COUNTED = frozenset(
    {
        EventType.CALL_OFFERED,
        EventType.CALL_ANSWERED,
        EventType.CALL_ENDED,
        EventType.CANCEL_REQUESTED,
        EventType.OFFER_ELIGIBLE,
        EventType.OFFER_EXTENDED,
        EventType.OFFER_ACCEPTED,
        EventType.OFFER_DECLINED,
        EventType.OFFER_DEFERRED,
        EventType.EVENT_CORRECTED,
        EventType.CALL_WRAPPED,
        EventType.AGENT_STATE_CHANGED,
    }
)
# What may be done on a masked screen.
_WHILE_LOCKED = (intents.Unlock, intents.SignOut)
_TIDY_EVERY = timedelta(minutes=1)
_COMMIT_S = 0.004
# The last event is on the disk long before; a store that hangs must not keep the next agent out for ever.
_LAST_EVENT_S = 10.0
_LOOK_UP_S = 0.004


class Desk:
    """One agent's desk.

    `view` is what to show now; `on_change` is told of each new one. Intents come by `send`, calls by the sources.
    `tick` wants to be called every few seconds.
    """

    def __init__(self, world: World, on_change: Callable[[DeskView], None] | None = None) -> None:
        self.on_change = on_change or (lambda view: None)
        self._state = DeskState(world, self._changed)
        self._holding = False
        self._scripts = ScriptDesk(self._state)
        self._callers = CallerDesk(
            self._state, self._scripts.record, self._scripts.context_changed, self._scripts.apply
        )
        self._renewal = AccountRenewal(self._state, self._scripts.context_changed)
        self._pauses = PauseDesk(self._state)
        returning = Returning(self._state, self._scripts, self._renewal)
        self._handing = HandingOverDesk(self._state)
        self._handover = HandoverDesk(self._state, self._scripts)
        self._phones = PhoneSide(
            self._state, self._scripts, self._callers, self._pauses, returning, self._handing, self._handover
        )
        self._scripts.on_transfer = TransferDesk(self._state, self._phones).ask
        self._callbacks = CallbackDesk(self._state, self._phones)
        searches = SearchDesk(self._state, self._scripts.record, self._scripts.context_changed, self._renewal)
        self._keys = AgentKeys(self._state, self._scripts, self._callers, self._phones, searches, self._handover)
        self._quiet = QuietKeys(self._state, self._pauses, self._callbacks)
        self._talk = TalkDesk(self._state, self._scripts.record, self._scripts.keep)
        self._lock = LockDesk(self._state)
        self._entry = EntryDesk(self._state, self._begin_shift)
        self._end_pushes: Callable[[], None] = lambda: None
        self._tidied_at: datetime | None = None
        self.view = build_view(self._state, None)

    # -- life -----------------------------------------------------------------------------------------------------

    def start(self) -> None:
        """Goes on with an open shift where its key can be had; phones are listened to while somebody is signed in."""
        self._entry.start()

    def stop(self) -> None:
        """Stops listening to the phones; everything confirmed is already kept."""
        for source in self._state.sources.values():
            source.stop()
        self._state.sources = {}

    def tick(self) -> None:
        """Tries again what could not be recorded or placed, and forgets opened records whose time is over."""
        if self._state.recording is not None:
            self._state.recording.retry()
        self._phones.confirm_when_due()
        self._handing.send_again()
        self._handover.look_again()
        self._talk.tick()
        shift, now = self._state.shift, self._state.world.clock()
        if shift is not None and (self._tidied_at is None or now - self._tidied_at >= _TIDY_EVERY):
            self._tidied_at = now
            before = now - self._state.purge_after
            self._state.world.tasks.submit(
                "lookup", lambda: shift.book.purge_opened(before), lambda _: None, lambda _: None
            )
            # A CRM that was only busy for a moment never counted as away, so coming back does not tell of it.
            self._scripts.place_open_orders()
            self._keys.prepare()

    @property
    def settled(self) -> bool:
        """Whether everything that was done is committed to the local store."""
        return self._state.recording is None or self._state.recording.settled

    def send(self, intent: intents.Intent) -> None:
        """Does what the agent means; on a masked screen hardly anything."""
        if self._state.lock is not None and not isinstance(intent, _WHILE_LOCKED):
            return
        if self._state.current is not None:
            # Whoever does anything wants to stay.
            self._state.current.stays = True
        match intent:
            case intents.SignIn() | intents.SignInWithCompany() | intents.OpenStore() | intents.GiveUpSignIn():
                self._entry.handle(intent)
            case intents.SignOut():
                self._sign_out()
            case intents.Dismiss(message):
                self._state.messages = tuple(each for each in self._state.messages if each.id != message)
            case intents.AskLead() | intents.AskLeadInWords() | intents.PutAsideAnswer() | intents.ReadLetter():
                self._talk.handle(intent)
            case intents.Lock():
                self._lock.lock()
            case intents.Unlock(password):
                self._lock.unlock(password)
            case intents.TakeBreak() if self._state.shift is not None:
                self._pauses.pressed()
            case _ if self._state.current is not None:
                self._keys.handle(intent)
            case _ if self._state.shift is not None:
                self._quiet.handle(intent)
        self._show_with("store", _COMMIT_S)

    def use_library(self, library: Library, notices: Sequence[str] = ()) -> None:
        """From the next call on. A call under way keeps the one that it began with. On the UI thread only.

        `notices` are sentences about it that the agent has to see; those of the last one no longer count.
        """
        self._state.library, self._state.notices = library, tuple(notices)
        if self._state.shift is not None:
            for notice in notices:
                self._state.say(Tone.ATTENTION, notice)
        self._keys.prepare()
        self._changed()

    # -- shift ----------------------------------------------------------------------------------------------------

    def _begin_shift(self, shift: Shift) -> None:
        world = self._state.world
        self._state.shift, self._state.site = shift, site_of(shift.session)
        self._state.recording = Recording(
            shift.recorder, world.tasks, world.clock, world.new_id, shift.session.id, self._committed, self._changed
        )
        for notice in (*self._state.notices, *((shift.notice,) if shift.notice else ())):
            self._state.say(Tone.ATTENTION, notice)
        if not shift.resumed:
            signed_in = Happening(EventType.AGENT_SIGNED_IN, {"device": shift.session.device_id})
            self._state.recording.commit(self._state.recording.stamp(shift.session.person.id, [signed_in]))
        person, midnight = shift.session.person.id, self._midnight()

        library = self._state.library
        unsent: list[Unsent] = []

        def load() -> tuple[list[Event], list[LiveCall], list[ParkedCall], list[str]]:
            calls, parked, problems = [], [], []
            for draft in shift.recorder.drafts():
                waits = unsent_of(draft)
                if waits is not None:
                    unsent.append(waits)
                    continue
                promise = promise_of(draft)
                if promise is not None:
                    parked.append(ParkedCall(draft, promise))
                    continue
                try:
                    calls.append(from_draft(draft, _began_with(draft, world, library)))
                except DraftUnreadable as error:
                    problems.append(str(error))
            return shift.recorder.recorded_since(midnight, person), calls, parked, problems

        def loaded(found: tuple[list[Event], list[LiveCall], list[ParkedCall], list[str]]) -> None:
            events, calls, parked, problems = found
            known = {event.id for event in self._state.today_events}
            self._state.today_events = [e for e in events if e.id not in known] + self._state.today_events
            self._count()
            for problem in problems:
                self._state.say(Tone.ATTENTION, problem)
            if self._state.shift is shift:
                self._state.parked = in_order(parked)
                if shift.resumed:
                    self._pauses.restore(events)
                self._phones.restore(calls)
                self._handing.restore(unsent, calls)
                self._listen([(call.phone.source, call.phone.leg_id) for call in calls if call.ended_at is None])
            self._changed()

        world.tasks.submit("store", load, loaded, lambda error: self._state.say(Tone.ATTENTION, sentence(error)))
        self._state.ready_since = world.clock()
        self._lock.prepare()
        shift.sync.listen(lambda state: world.tasks.post(lambda: self._synced(state)))
        self._talk.begin(shift)
        if shift.pushes is not None:
            ends = (
                shift.pushes.listen("alert", lambda body: world.tasks.post(lambda: self._renewal.pushed(body))),
                shift.pushes.listen("message", lambda body: world.tasks.post(lambda: self._handover.pushed(body))),
            )
            self._end_pushes = lambda: _end_all(ends)

    def _listen(self, under_way: list[tuple[str, str]]) -> None:
        self._state.sources = self._state.world.open_sources(self._state.site, under_way)
        for source in self._state.sources.values():
            source.start(self._event_from_anywhere, self._source_state_from_anywhere)

    def _sign_out(self) -> None:
        state = self._state
        if state.current is not None:
            state.say(Tone.ATTENTION, "Finish this call first: sign out when wrap-up is confirmed.")
            return
        shift, recording = state.shift, state.recording
        if shift is None or recording is None:
            return
        self._pauses.end()
        self._talk.end()
        self._end_pushes()
        self._end_pushes = lambda: None
        self._handing.forget()
        self._handover.forget()
        signed_out = Happening(EventType.AGENT_SIGNED_OUT, {"device": shift.session.device_id})
        recording.commit(recording.stamp(shift.session.person.id, [signed_out]))
        state.shift, state.recording, state.today_events, state.recent = None, None, [], ()
        state.messages = ()
        state.lock, state.parked, state.pause_next, state.calling = None, (), "", None
        state.stop_choosing()
        self.stop()
        self._count()
        self._end_shift()
        self._entry.ask_ways()

    def _end_shift(self) -> None:
        """After the store's lane, when the last event is committed; in the gate's, before the next sign-in."""
        gate, tasks = self._state.world.gate, self._state.world.tasks
        committed = threading.Event()

        def sign_out() -> None:
            committed.wait(_LAST_EVENT_S)
            gate.sign_out()

        tasks.submit("store", committed.set, lambda _: None, lambda _: None)
        tasks.submit("gate", sign_out, lambda _: None, lambda _: None)

    # -- what comes in ----------------------------------------------------------------------------------------------

    def _event_from_anywhere(self, event: CallEvent) -> None:
        self._state.world.tasks.post(lambda: self._phone_event(event))

    def _phone_event(self, event: CallEvent) -> None:
        if self._state.shift is None or not self._callbacks.take(event):
            self._phones.take(event)
        self._show_with("lookup", _LOOK_UP_S)

    def _source_state_from_anywhere(self, source: SourceState) -> None:
        self._state.world.tasks.post(lambda: self._source_state(source))

    def _source_state(self, source: SourceState) -> None:
        self._state.phones[source.source] = source
        self._changed()

    def _synced(self, sync: SyncState) -> None:
        went_on_or_off = sync.online is not self._state.sync.online
        self._state.sync = sync
        if went_on_or_off and self._state.current is not None and self._state.current.walk is not None:
            self._scripts.context_changed(self._state.current)
        if went_on_or_off and sync.online:
            self._scripts.place_open_orders()
            self._handing.send_again()
            self._handover.look_again()
        self._changed()

    def _committed(self, events: Sequence[Event]) -> None:
        if self._state.shift is not None:
            self._state.shift.sync.wake()
        counted = [event for event in events if event.type in _COUNTED]
        if counted:
            self._state.today_events.extend(counted)
            self._count()

    def _count(self) -> None:
        counts = today(self._state.today_events)
        talk, wrap = call_seconds(self._state.today_events)
        self._state.today = Today(
            counts.calls,
            counts.extended,
            counts.accepted,
            counts.points,
            talk,
            wrap,
            break_seconds(self._state.today_events),
            counts.opportunities,
            counts.opportunities_extended,
            counts.successes,
        )

    def _midnight(self) -> datetime:
        zone = self._state.site.zone
        return datetime.combine(self._state.world.clock().astimezone(zone).date(), time.min, zone)

    def _show_with(self, lane: str, seconds: float) -> None:
        """Shows what came of it once, together with what the lane brings within a moment.

        A commit takes a third of a millisecond and a look-up a tenth; building and painting the window twice takes
        ten. A lane that is slower shows its result later, as it always may. What arrives in that moment and changes
        something in its turn is shown with the rest.
        """
        if self._holding:
            return
        self._holding = True
        try:
            self._state.world.tasks.settle(lane, seconds)
        finally:
            self._holding = False
        self._changed()

    def _changed(self) -> None:
        if self._holding:
            return
        self.view = build_view(self._state, self._phones.preview)
        self.on_change(self.view)


def _end_all(ends: Sequence[Callable[[], None]]) -> None:
    for end in ends:
        end()


def _began_with(draft: Draft, world: World, in_use: Library) -> Library:
    """The release that the call began with, where it is kept; else the one in use."""
    content = pinned_to(draft)
    if content in ("", in_use.release.content_hash):
        return in_use
    return world.kept_library(content) or in_use
