"""Breaks, with their reasons: begun and ended by key, counted by events, and hiding no call."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from app.desk.state import DeskState, Pause
from app.desk.view import Choice, Choosing, Tone
from app.domain.event import Event, EventType, Happening

READY, BREAK = "ready", "break"


class PauseDesk:
    """Takes the agent on a break and back. A call that comes during one is shown; the break goes on after it."""

    def __init__(self, state: DeskState) -> None:
        self._state = state

    def pressed(self) -> None:
        """The break key: ends a break, or asks why one is taken. Pressed twice during a call, no break follows it."""
        state = self._state
        if state.pause is not None and state.current is None:
            self.end()
        elif state.pause_next:
            state.pause_next = ""
            state.say(Tone.INFORMATION, state.world.words("No break after this call."))
        elif state.pause is None:
            self._ask()

    def restore(self, events: Sequence[Event]) -> None:
        """Goes on with the break that was under way when the program ended, from today's events in order."""
        changes = [event for event in events if event.type is EventType.AGENT_STATE_CHANGED]
        gone = any(event.type is EventType.AGENT_SIGNED_OUT for event in events[_place(events, changes) :])
        if not changes or gone or changes[-1].data.get("state") != BREAK:
            return
        last, world = changes[-1], self._state.world
        ago = max(0.0, (world.clock() - last.time).total_seconds())
        self._state.pause = Pause(str(last.data.get("reason", "")), last.time, world.elapsed() - ago)

    def call_over(self) -> None:
        """The desk has no call any more: begins the break that was to follow it."""
        state = self._state
        state.ready_since = state.world.clock()
        reason, state.pause_next = state.pause_next, ""
        if reason and state.pause is None:
            self._begin(reason)

    def end(self) -> None:
        """Ready again."""
        state, pause = self._state, self._state.pause
        if pause is None:
            return
        state.pause = None
        state.ready_since = state.world.clock()
        seconds = max(0, round(state.world.elapsed() - pause.began))
        self._record(READY, "", BREAK, seconds)

    def words_of(self, reason: str) -> str:
        """A reason in words."""
        world = self._state.world
        return next((world.words(text) for code, text in world.rules().breaks if code == reason), reason)

    def _ask(self) -> None:
        state = self._state
        say = state.world.words
        breaks = state.world.rules().breaks[:9]
        rows = tuple(Choice(str(number), say(text)) for number, (_, text) in enumerate(breaks, start=1))
        title = say("Why the break?") if state.current is None else say("A break after this call: why?")
        state.choosing = Choosing(title, rows)
        state.choose = {str(number): partial(self._chosen, code) for number, (code, _) in enumerate(breaks, start=1)}

    def _chosen(self, reason: str) -> None:
        self._state.stop_choosing()
        if self._state.current is None:
            self._begin(reason)
        else:
            self._state.pause_next = reason

    def _begin(self, reason: str) -> None:
        world = self._state.world
        self._state.calling = None
        self._state.pause = Pause(reason, world.clock(), world.elapsed())
        self._record(BREAK, reason, READY, None)

    def _record(self, new: str, reason: str, before: str, seconds: int | None) -> None:
        shift, recording = self._state.shift, self._state.recording
        if shift is None or recording is None:
            return
        data = {"state": new, "reason": reason, "before": before, "seconds": seconds}
        recording.commit(
            recording.stamp(shift.session.person.id, [Happening(EventType.AGENT_STATE_CHANGED, dict(data))])
        )


def break_seconds(events: Sequence[Event]) -> int:
    """How long the breaks lasted that ended within these events."""
    changes = [event for event in events if event.type is EventType.AGENT_STATE_CHANGED]
    return sum(_whole(event, "seconds") for event in changes if event.data.get("before") == BREAK)


def call_seconds(events: Sequence[Event]) -> tuple[int, int]:
    """How long the calls that were wrapped up within these events took: talking, wrap-up."""
    wrapped = [event for event in events if event.type is EventType.CALL_WRAPPED]
    return sum(_whole(event, "talk_s") for event in wrapped), sum(_whole(event, "wrap_s") for event in wrapped)


def _whole(event: Event, name: str) -> int:
    value = event.data.get(name)
    return value if isinstance(value, int) and not isinstance(value, bool) else 0


def _place(events: Sequence[Event], changes: Sequence[Event]) -> int:
    return list(events).index(changes[-1]) if changes else 0
