"""The phone side of the desk: rings, answers and ends become the life of a call record."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from app.desk.callbacks import in_order, parked_draft, promise_for
from app.desk.card import Matching
from app.desk.handing_over import HandingOverDesk
from app.desk.handover import HandoverDesk
from app.desk.live_call import LiveCall
from app.desk.matching import CallerDesk
from app.desk.pauses import PauseDesk
from app.desk.ports import CallControl, CallSource
from app.desk.returning import Returning
from app.desk.state import DeskState, ParkedCall
from app.desk.view import Match, Tone
from app.desk.walking import ScriptDesk
from app.desk.who import account_given
from app.desk.wrap_up import begin_wrap_up, final_happenings, ready_in, remember
from app.domain.call import CallEvent, CallState, Capability, EndReason, Presentation
from app.domain.event import EventType, Happening, Json
from app.domain.phone import CallerNumber, national
from app.scripts.screen import StepScreen
from app.telephony.calls import Call, CallBook, Changed, Decision, Ended, NewCall, Reoffered
from app.telephony.errors import TelephonyError

_SUBJECTS_KEPT = 100
_NUMBER_WORDS = {Presentation.RESTRICTED: "withheld", Presentation.UNAVAILABLE: "none", Presentation.ALLOWED: "none"}


class PhoneSide:
    """Turns the phones' events into calls on the desk, and the agent's answer and hang-up into orders to the phone.

    `preview` is the step that answering would open, while a call rings.
    """

    def __init__(
        self,
        state: DeskState,
        scripts: ScriptDesk,
        callers: CallerDesk,
        pauses: PauseDesk,
        returning: Returning,
        handing: HandingOverDesk,
        handover: HandoverDesk,
    ) -> None:
        self._state = state
        self._scripts = scripts
        self._callers = callers
        self._pauses = pauses
        self._returning = returning
        self._handing = handing
        self._handover = handover
        self._book = CallBook()
        self._subjects: dict[str, str] = {}
        self.preview: StepScreen | None = None

    def take(self, event: CallEvent) -> None:
        """One event from any source; nobody's while nobody is signed in."""
        if self._state.shift is None:
            return
        for call in self._state.calls:
            if call.phone.leg_id == event.leg_id:
                call.unheard = False
        self._decide(self._book.fold(event))

    def call_back(self, call: LiveCall) -> None:
        """The agent has a customer on the line whom he called back: the same interaction goes on."""
        self._book.restore(call.phone)
        self._remember_subject(call)
        self._put_on_desk(call)
        offered: dict[str, Json] = {
            "queue": "",
            "dnis": "",
            "direction": call.phone.direction.value,
            "source": call.phone.source or "agent",
            "number": "known",
            "waiting": False,
        }
        by = "agent" if call.phone.times_by_agent else "phone"
        call.answered_mark = self._state.world.elapsed()
        self._scripts.record(
            call,
            [
                Happening(EventType.CALL_OFFERED, offered),
                Happening(EventType.CALL_ANSWERED, {"by": by}),
                self._returning.reached(call),
            ],
        )
        self._scripts.go_on(call)
        if call.matching.account is not None:
            self._returning.renew(call)
        else:
            self._callers.look_up(call, CallerNumber(call.phone.ani_e164, call.phone.ani_presentation))

    def adopt_leg(self, call: LiveCall, event: CallEvent) -> bool:
        """The phone tells of a call that the agent began by key: from now on its end comes by itself."""
        if event.ani_e164 not in (None, call.phone.ani_e164) or call.ended_at is not None:
            return False
        call.phone = replace(
            call.phone, key=event.leg_id, source=event.source, leg_id=event.leg_id, legs=(event.leg_id,)
        )
        self._book.restore(call.phone)
        self._scripts.keep(call)
        return True

    def restore(self, calls: Sequence[LiveCall]) -> None:
        """Goes on with the calls that were under way when the program ended, oldest first."""
        for call in calls:
            call.unheard = True
            self._book.restore(call.phone)
            if call.confirmed:
                self._close(call)
            elif self._state.current is None:
                self._state.current = call
            else:
                self._state.waiting.append(call)
        for call in calls:
            self._catch_up(call)
        current = self._state.current
        if current is None or not calls:
            return
        if current.answered or current.wrapping_since is not None:
            self._state.say(Tone.INFORMATION, "Cuecard was restarted. This is the same call at the same step.")
        if current.walk is not None:
            self._scripts.context_changed(current)
        self._refresh(current)

    def _catch_up(self, call: LiveCall) -> None:
        """Does what follows from an answer or an end that was committed just before the program was killed."""
        if call.confirmed:
            return
        if call.answered and call.walk is None:
            self._scripts.begin(call)
        if call.ended_at is not None and not call.answered:
            self._missed(call)
        elif call.ended_at is not None and call.wrapping_since is None:
            begin_wrap_up(self._state, call)
            self._scripts.keep(call)

    def answer(self, call: LiveCall) -> None:
        """Answers at the phone; where the phone cannot, notes that the agent did."""
        if call.answered:
            return
        source = self._source(call)
        if source is None or Capability.LIFECYCLE not in source.capabilities:
            self._decide(self._book.answer_by_key(call.phone.key, self._state.world.clock()))
        elif Capability.ANSWER in source.capabilities:
            self._ask_phone(lambda: source.answer(call.phone.leg_id))

    def hang_up(self, call: LiveCall) -> None:
        """Ends or declines at the phone; where the phone cannot, notes that the call is over."""
        if call.ended_at is not None:
            return
        source = self._source(call)
        if source is not None and Capability.HANGUP in source.capabilities:
            self._ask_phone(lambda: source.hang_up(call.phone.leg_id))
        if not self._phone_tells(call):
            self._decide(self._book.end_by_key(call.phone.key, self._state.world.clock()))

    def hold_or_resume(self, call: LiveCall) -> None:
        """Puts the caller on hold, or takes him back."""
        control = self._control(call, Capability.HOLD, "put the caller on hold")
        if control is not None and call.phone.state is CallState.HELD:
            self._ask_phone(lambda: control.resume(call.phone.leg_id))
        elif control is not None:
            self._ask_phone(lambda: control.hold(call.phone.leg_id))

    def transfer(self, call: LiveCall, number: str) -> None:
        """Hands the caller over, without announcement."""
        control = self._control(call, Capability.TRANSFER, "hand the caller over")
        if control is None:
            return
        call.transfer_to = number

        def done() -> None:
            self._handing.transferred(call, "agent")

        def failed() -> None:
            call.transfer_to = ""

        self._ask_phone(lambda: control.transfer(call.phone.leg_id, number), done, failed)

    def send_digits(self, call: LiveCall, digits: str) -> None:
        """Sends tones into the call."""
        control = self._control(call, Capability.DTMF, "send digits")
        if control is not None:
            self._ask_phone(lambda: control.send_digits(call.phone.leg_id, digits))

    def confirm_wrap_up(self, call: LiveCall) -> None:
        """Closes the record; while the customer is still on the line, it closes when he has hung up."""
        if call.ended_at is None and not self._phone_tells(call):
            self._decide(self._book.end_by_key(call.phone.key, self._state.world.clock()))
        if call.ended_at is None:
            call.confirmed = True
            self._scripts.keep(call)
            self._state.say(Tone.INFORMATION, "Saved. The next call can come when this one has been hung up.")
            return
        self._close(call)

    def confirm_when_due(self) -> None:
        """Closes a record whose countdown is over; shows the countdown while there is one."""
        call = self._state.current
        left = ready_in(self._state, call) if call is not None else None
        if call is None or left is None:
            return
        if left == 0:
            self.confirm_wrap_up(call)
        self._state.changed()

    def show_preview(self, call: LiveCall) -> None:
        """Renews the step that answering would open; a call that waits behind another changes nothing."""
        if call is self._state.current:
            self.preview = self._scripts.preview(call) if call.walk is None else None

    # -- decisions ----------------------------------------------------------------------------------------------------

    def _decide(self, decision: Decision) -> None:
        match decision:
            case NewCall(phone):
                self._ring(phone)
            case Reoffered(phone):
                self._offered_again(phone)
            case Changed(phone, before):
                self._moved_on(phone, before)
            case Ended(phone):
                self._ended(phone)

    def _ring(self, phone: Call) -> None:
        world = self._state.world
        identity = world.new_id()
        call = LiveCall(
            id=identity,
            subject=self._subjects.get(phone.joins or "") or phone.linked_id or identity,
            phone=phone,
            number_text=self._number_text(phone),
            line=_line(phone),
            matching=Matching(Match.SEARCHING),
        )
        self._remember_subject(call)
        if self._state.current is None:
            self._put_on_desk(call)
        else:
            self._state.waiting.append(call)
        self._scripts.record(
            call,
            [
                Happening(
                    EventType.CALL_OFFERED,
                    {
                        "queue": phone.queue,
                        "dnis": phone.dnis,
                        "direction": phone.direction.value,
                        "source": phone.source,
                        "number": "known" if phone.ani_e164 else _NUMBER_WORDS[phone.ani_presentation],
                        "waiting": call is not self._state.current,
                    },
                )
            ],
        )
        self._callers.look_up(call, CallerNumber(phone.ani_e164, phone.ani_presentation))
        self._returning.announce(call)
        self._handover.announce(call)
        self.show_preview(call)
        if phone.answered_at is not None:
            self._answered(call, "phone")

    def _remember_subject(self, call: LiveCall) -> None:
        """So that a callback after a dropped call goes under the same subject."""
        self._subjects[call.phone.key] = call.subject
        while len(self._subjects) > _SUBJECTS_KEPT:
            del self._subjects[next(iter(self._subjects))]

    def _put_on_desk(self, call: LiveCall) -> None:
        self._state.current = call
        self._state.stop_choosing()
        self._state.calling, self._state.search = None, None
        self._state.found, self._state.open_found, self._state.messages = (), {}, ()

    def _offered_again(self, phone: Call) -> None:
        call = self._find(phone)
        if call is None:
            self._ring(phone)
            return
        call.phone = phone
        if phone.answered_at is not None and call.walk is None:
            self._answered(call, "phone")

    def _moved_on(self, phone: Call, before: Call) -> None:
        call = self._find(phone)
        if call is None:
            return
        call.phone = phone
        if phone.ani_e164 is not None and before.ani_e164 is None and call.matching.match is Match.NONE:
            # The switch said only now who it is, or that the number may be shown.
            call.number_text, call.line = self._number_text(phone), _line(phone)
            if not call.matching.chosen:
                self._callers.look_up(call, CallerNumber(phone.ani_e164, phone.ani_presentation))
        elif account_given(phone) != account_given(before) and not call.matching.chosen and call.verified is None:
            # What the IVR asked came after the ringing had begun.
            self._callers.look_up(call, CallerNumber(phone.ani_e164, phone.ani_presentation))
        if phone.state is CallState.TRANSFERRED and before.state is not CallState.TRANSFERRED:
            self._handing.transferred(call, "phone")
        if phone.answered_at is not None and before.answered_at is None:
            self._answered(call, "agent" if phone.times_by_agent else "phone")

    def _answered(self, call: LiveCall, by: str) -> None:
        if call in self._state.waiting:
            # The agent took the second call at the phone: the first one waits for its wrap-up behind it.
            self._state.waiting.remove(call)
            if self._state.current is not None:
                self._state.waiting.insert(0, self._state.current)
            self._put_on_desk(call)
        call.answered_mark = self._state.world.elapsed()
        self._remember_subject(call)
        self._scripts.record(call, [Happening(EventType.CALL_ANSWERED, {"by": by})])
        if not self._returning.take_up(call) and not self._handover.take_up(call):
            self._scripts.begin(call)
        self.show_preview(call)

    def _ended(self, phone: Call) -> None:
        call = self._find(phone)
        if call is None:
            return
        call.phone = phone
        call.ended_mark, call.stays = self._state.world.elapsed(), False
        if call.answered_mark is not None:
            call.talked_s = max(0, round(call.ended_mark - call.answered_mark))
        reason = (phone.end_reason or EndReason.UNKNOWN).value
        by = "agent" if phone.times_by_agent or reason == EndReason.AGENT else "phone"
        data: dict[str, Json] = {"reason": reason, "by": by, "talk_s": call.talk_seconds}
        self._scripts.record(call, [Happening(EventType.CALL_ENDED, data)])
        if phone.end_reason is EndReason.TRANSFERRED:
            self._handing.transferred(call, "phone")
        if call.confirmed:
            self._close(call)
        elif call.answered:
            begin_wrap_up(self._state, call)
            self._scripts.keep(call)
        else:
            self._missed(call)

    def _missed(self, call: LiveCall) -> None:
        if self._state.recording is not None:
            self._state.recording.commit([], drop_draft=call.id)
        self._state.say(Tone.INFORMATION, f"Not answered: {call.number_text}.")
        self._leave(call)

    def _close(self, call: LiveCall) -> None:
        if self._state.recording is None:
            return
        call.confirmed = True
        stamped = self._state.recording.stamp(call.subject, final_happenings(self._state, call))
        promise = promise_for(self._state, call)
        if promise is None:
            self._state.recording.commit(stamped, drop_draft=call.id)
        else:
            draft = parked_draft(call, promise, self._state.library)
            self._state.recording.commit(stamped, draft)
            self._state.parked = in_order((*self._state.parked, ParkedCall(draft, promise)))
        remember(self._state, call)
        self._leave(call)

    def _leave(self, call: LiveCall) -> None:
        if call in self._state.waiting:
            self._state.waiting.remove(call)
        if call is self._state.current:
            messages = self._state.messages
            self._state.current, self.preview = None, None
            self._state.stop_choosing()
            if self._state.waiting:
                following = self._state.waiting.pop(0)
                self._put_on_desk(following)
                self.show_preview(following)
                self._handover.on_desk(following)
            else:
                self._pauses.call_over()
            self._state.messages = messages
            self._returning.over()

    # -- small parts --------------------------------------------------------------------------------------------------

    def _refresh(self, call: LiveCall) -> None:
        if call.matching.account is None or call.matching.stale:
            number = CallerNumber(call.phone.ani_e164, call.phone.ani_presentation)
            if call.matching.match is not Match.SEVERAL and not call.matching.chosen:
                self._callers.look_up(call, number)
        self.show_preview(call)

    def _ask_phone(
        self,
        order: Callable[[], None],
        done: Callable[[], None] = lambda: None,
        failed_too: Callable[[], None] = lambda: None,
    ) -> None:
        def failed(error: Exception) -> None:
            failed_too()
            known = isinstance(error, TelephonyError)
            self._state.say(Tone.ATTENTION, str(error) if known else "The phone did not answer. Use the phone itself.")
            self._state.changed()

        self._state.world.tasks.submit("phone", order, lambda _: done(), failed)

    def _source(self, call: LiveCall) -> CallSource | None:
        return self._state.sources.get(call.phone.source)

    def _control(self, call: LiveCall, capability: Capability, what: str) -> CallControl | None:
        """The phone of a call that is on, where it can do this; else says where to do it."""
        if not call.answered or call.ended_at is not None:
            return None
        source = self._source(call)
        if source is not None and capability in source.capabilities and isinstance(source, CallControl):
            return source
        self._state.say(Tone.INFORMATION, f"Use the phone itself to {what}: Cuecard cannot do it with this one.")
        return None

    def _phone_tells(self, call: LiveCall) -> bool:
        """Whether the end of this call will come by itself.

        Not from a phone that tells nothing, nor from one that is away, nor for a call from before a restart of which
        the phone has said nothing since.
        """
        source = self._source(call)
        if source is None or Capability.LIFECYCLE not in source.capabilities:
            return False
        return not call.unheard and self._state.phone_works(source.name)

    def _find(self, phone: Call) -> LiveCall | None:
        return next((call for call in self._state.calls if call.phone.key == phone.key), None)

    def _number_text(self, phone: Call) -> str:
        if phone.ani_e164 is not None:
            return national(phone.ani_e164, self._state.site.region)
        return "Number withheld" if phone.ani_presentation is Presentation.RESTRICTED else "No number"


def _line(phone: Call) -> str:
    parts = []
    if phone.queue:
        parts.append(f"{phone.queue.replace('-', ' ').capitalize()} queue")
    elif phone.dnis:
        parts.append(f"called {phone.dnis}")
    if phone.attached.get("menu"):
        parts.append(f'chose "{phone.attached["menu"]}" in the menu')
    return " · ".join(parts)
