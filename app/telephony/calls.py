"""From call events to calls: who to pop, when to pop again, and what changes nothing.

A call's key is its `linked_id`, or the first leg's id where the phone knows no linked id. Rules, all learnt from real
phones:

- A re-offer has a new leg. With a linked id it is known by that; without one, the same caller for the same number
  dialled within 10 s is a re-offer if the earlier leg ended unanswered. Never without a number: two withheld callers
  may be two people. A re-offer does not start a second call.
- The same event twice changes nothing, nor does one that comes after the leg's end, or later than a newer one (`seq`).
- Internal and outbound legs never pop. When a transfer turns a consult leg into a customer's call, its next event is
  inbound and pops then. A call with several legs (a conference) is over when the last of them is.
- A call that comes while another is on is marked as waiting.
- A callback joins the call that dropped: the same number rings the same agent again within two minutes after they
  talked, or the agent rings it within ten; an outbound leg pops then, once the customer has answered. It is a call of
  its own that names the one it joins, since its times are its own.

Pure: no clock, no I/O; time is the events' own.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import TypeAlias

from app.domain.call import CallEvent, CallState, Direction, EndReason, Presentation

REOFFER_WITHIN = timedelta(seconds=10)
CALLED_AGAIN_WITHIN = timedelta(minutes=2)
KEPT_AFTER_END = timedelta(minutes=10)
"""How long an ended call is remembered: for events that come late or twice, and for calling back after it dropped."""
OUT_OF_ORDER_WITHIN = timedelta(seconds=30)
"""How long the end of a leg never seen is remembered, should its beginning come after it."""

_BEFORE_ANSWER = (CallState.OFFERED, CallState.RINGING)


@dataclass(frozen=True, slots=True)
class Call:
    """One call of this agent, as far as its events told.

    `leg_id` is the current leg, `legs` all of them, oldest first. Times are aware UTC; `offered_at` is the first
    leg's. `waiting`: another call was on when this one came. `times_by_agent`: answered or ended by key, because the
    phone does not tell. `legs_over` are those that have ended. `joins` is the key of the dropped call after which this
    one is the callback. The caller's fields mean what they mean in CallEvent.
    """

    key: str
    source: str
    leg_id: str
    legs: tuple[str, ...]
    state: CallState
    offered_at: datetime
    direction: Direction = Direction.INBOUND
    call_id: str | None = None
    linked_id: str | None = None
    ani_raw: str = ""
    ani_e164: str | None = None
    ani_presentation: Presentation = Presentation.UNAVAILABLE
    display_name: str = ""
    dnis: str = ""
    redirecting: str = ""
    uui: str = ""
    attached: dict[str, str] = field(default_factory=dict)
    queue: str = ""
    recording_ref: str = ""
    answered_at: datetime | None = None
    ended_at: datetime | None = None
    end_reason: EndReason | None = None
    waiting: bool = False
    times_by_agent: bool = False
    legs_over: tuple[str, ...] = ()
    joins: str | None = None

    @property
    def over(self) -> bool:
        """Whether the current leg has ended."""
        return self.state is CallState.ENDED


@dataclass(frozen=True, slots=True)
class NewCall:
    """Pop this call."""

    call: Call


@dataclass(frozen=True, slots=True)
class Reoffered:
    """A call already known is offered again on a new leg: show it as the same call."""

    call: Call
    before: Call


@dataclass(frozen=True, slots=True)
class Changed:
    """A call moved on (answered, held, resumed, transferred) or more became known of it."""

    call: Call
    before: Call


@dataclass(frozen=True, slots=True)
class Ended:
    """A call is over; `call.answered_at` is None where nobody here answered it."""

    call: Call
    before: Call


@dataclass(frozen=True, slots=True)
class Ignored:
    """Nothing to do, and why (for the log; no personal data)."""

    why: str


Decision: TypeAlias = NewCall | Reoffered | Changed | Ended | Ignored


class CallBook:
    """The calls of one agent. `fold` takes each event, from whichever source, in the order received."""

    def __init__(self, agent: str = "") -> None:
        """`agent` as the call sources name him; events that name somebody else are ignored."""
        self._agent = agent
        self._calls: dict[str, Call] = {}
        self._key_of_leg: dict[str, str] = {}
        self._newest: dict[str, int] = {}
        self._ended_unseen: dict[str, datetime] = {}

    @property
    def live(self) -> tuple[Call, ...]:
        """The calls that are not over, oldest first."""
        return tuple(call for call in self._calls.values() if not call.over)

    def restore(self, call: Call) -> None:
        """Puts a call back that was under way before a restart."""
        self._keep(call)
        for leg in call.legs:
            # The source counts from 1 again.
            self._newest.pop(leg, None)

    def fold(self, event: CallEvent) -> Decision:
        """What this event means."""
        self._forget(event.received_at)
        if event.agent and self._agent and event.agent != self._agent:
            return Ignored("another agent's call")
        known = self._calls.get(self._key_of_leg.get(event.leg_id, ""))
        if known is not None and (event.direction is Direction.INBOUND or known.direction is event.direction):
            return self._known_leg(known, event)
        if event.state in (CallState.ENDED, CallState.TRANSFERRED):
            self._ended_unseen[event.leg_id] = event.received_at
            return Ignored("end of a leg never seen")
        if event.leg_id in self._ended_unseen:
            return Ignored("this leg has ended")
        dropped = self._dropped(event)
        if event.direction is not Direction.INBOUND:
            if event.direction is Direction.OUTBOUND and event.state is CallState.ANSWERED and dropped is not None:
                return self._first(event, dropped)
            return Ignored(f"{event.direction.value} leg")
        earlier = self._earlier(event)
        return self._first(event, dropped) if earlier is None else self._again(earlier, event)

    def answer_by_key(self, key: str, at: datetime) -> Decision:
        """The agent says that he has answered a call on a phone that does not tell."""
        call = self._calls.get(key)
        if call is None or call.state not in _BEFORE_ANSWER:
            return Ignored("no call that rings")
        return self._changed(call, replace(call, state=CallState.ANSWERED, answered_at=at, times_by_agent=True))

    def end_by_key(self, key: str, at: datetime) -> Decision:
        """The agent says that a call is over on a phone that does not tell."""
        call = self._calls.get(key)
        if call is None or call.over:
            return Ignored("no call that is on")
        ended = replace(call, state=CallState.ENDED, ended_at=at, end_reason=EndReason.UNKNOWN, times_by_agent=True)
        self._keep(ended)
        return Ended(ended, call)

    def _first(self, event: CallEvent, dropped: Call | None) -> NewCall:
        call = Call(
            key=event.linked_id or event.leg_id,
            source=event.source,
            leg_id=event.leg_id,
            legs=(event.leg_id,),
            state=event.state,
            offered_at=event.received_at,
            direction=event.direction,
            answered_at=None if event.state in _BEFORE_ANSWER else event.received_at,
            waiting=bool(self.live),
            joins=None if dropped is None else dropped.key,
        )
        call = _enriched(call, event)
        self._keep(call)
        self._newest[event.leg_id] = event.seq
        return NewCall(call)

    def _again(self, earlier: Call, event: CallEvent) -> Reoffered:
        """A new leg of a call known: its end, if it had one, is undone.

        An earlier leg that only rang is over with it, whether or not its end was told: nobody is rung twice at once.
        """
        rang = earlier.over or earlier.state in _BEFORE_ANSWER
        answered_at = earlier.answered_at
        if answered_at is None and event.state not in _BEFORE_ANSWER:
            answered_at = event.received_at
        call = replace(
            earlier,
            source=event.source,
            leg_id=event.leg_id,
            legs=(*earlier.legs, event.leg_id),
            state=event.state,
            answered_at=answered_at,
            ended_at=None,
            end_reason=None,
            waiting=any(other.key != earlier.key for other in self.live),
            legs_over=earlier.legs if rang else earlier.legs_over,
        )
        call = _enriched(call, event)
        self._keep(call)
        self._newest[event.leg_id] = event.seq
        return Reoffered(call, earlier)

    def _known_leg(self, call: Call, event: CallEvent) -> Decision:
        if call.over or event.leg_id in call.legs_over:
            return Ignored("this leg has ended")
        if event.state is CallState.ENDED:
            return self._leg_ended(call, event)
        if event.leg_id != call.leg_id:
            return Ignored("an earlier leg of this call")
        if event.seq < self._newest.get(event.leg_id, 0):
            return Ignored("older than what is known")
        self._newest[event.leg_id] = event.seq
        after = _enriched(call, event)
        back = event.state in _BEFORE_ANSWER and call.state not in _BEFORE_ANSWER
        if not back and call.state is not CallState.TRANSFERRED:
            after = replace(after, state=event.state)
        if after.answered_at is None and after.state not in _BEFORE_ANSWER:
            after = replace(after, answered_at=event.received_at)
        return self._changed(call, after)

    def _leg_ended(self, call: Call, event: CallEvent) -> Decision:
        """The end of the call, unless it goes on with another leg."""
        legs_over = (*call.legs_over, event.leg_id)
        rest = [leg for leg in call.legs if leg not in legs_over]
        if rest:
            after = replace(call, legs_over=legs_over, leg_id=call.leg_id if call.leg_id in rest else rest[-1])
            if after.leg_id == call.leg_id:
                self._keep(after)
                return Ignored("an earlier leg of this call")
            return self._changed(call, after)
        ended = replace(
            _enriched(call, event),
            state=CallState.ENDED,
            ended_at=event.received_at,
            end_reason=event.end_reason or EndReason.UNKNOWN,
            legs_over=legs_over,
        )
        self._keep(ended)
        return Ended(ended, call)

    def _changed(self, before: Call, after: Call) -> Decision:
        if after == before:
            return Ignored("nothing new")
        self._keep(after)
        return Changed(after, before)

    def _earlier(self, event: CallEvent) -> Call | None:
        """The call of which this new leg is a further offer."""
        if event.linked_id is not None:
            same = (call for call in self._calls.values() if event.linked_id in (call.linked_id, call.key))
            return next(same, None)
        if event.ani_e164 is None:
            return None
        for call in reversed(self._calls.values()):
            if (
                call.linked_id is None
                and call.ended_at is not None
                and call.answered_at is None
                and (call.ani_e164, call.dnis) == (event.ani_e164, event.dnis)
                and event.received_at - call.ended_at <= REOFFER_WITHIN
            ):
                return call
        return None

    def _dropped(self, event: CallEvent) -> Call | None:
        """The call that dropped and after which this one calls back; never without a number."""
        if event.ani_e164 is None:
            return None
        inbound = event.direction is Direction.INBOUND
        within = CALLED_AGAIN_WITHIN if inbound else KEPT_AFTER_END
        for call in reversed(self._calls.values()):
            if (
                call.ended_at is not None
                and call.answered_at is not None
                and call.end_reason in (EndReason.CALLER, EndReason.UNKNOWN)
                and call.ani_e164 == event.ani_e164
                and event.received_at - call.ended_at <= within
            ):
                return call
        return None

    def _keep(self, call: Call) -> None:
        self._calls[call.key] = call
        for leg in call.legs:
            self._key_of_leg[leg] = call.key

    def _forget(self, now: datetime) -> None:
        for call in list(self._calls.values()):
            if call.ended_at is not None and now - call.ended_at > KEPT_AFTER_END:
                del self._calls[call.key]
                for leg in call.legs:
                    self._key_of_leg.pop(leg, None)
                    self._newest.pop(leg, None)
        for leg, ended_at in list(self._ended_unseen.items()):
            if now - ended_at > OUT_OF_ORDER_WITHIN:
                del self._ended_unseen[leg]


def _enriched(call: Call, event: CallEvent) -> Call:
    """The call with what the event says of it; silence of a later event takes nothing away."""
    caller_known = event.ani_e164 is not None or event.ani_presentation is Presentation.RESTRICTED
    return replace(
        call,
        call_id=event.call_id or call.call_id,
        linked_id=event.linked_id or call.linked_id,
        ani_raw=event.ani_raw if caller_known else call.ani_raw or event.ani_raw,
        ani_e164=event.ani_e164 if caller_known else call.ani_e164,
        ani_presentation=event.ani_presentation if caller_known else call.ani_presentation,
        display_name=event.display_name or call.display_name,
        dnis=event.dnis or call.dnis,
        redirecting=event.redirecting or call.redirecting,
        uui=event.uui or call.uui,
        attached={**call.attached, **event.attached},
        queue=event.queue or call.queue,
        recording_ref=event.recording_ref or call.recording_ref,
    )
