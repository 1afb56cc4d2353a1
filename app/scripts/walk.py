"""A walk: one run of a script on one call.

Pure and event-sourced: an action leads to events, the state is the fold of the events, and the events are the log from
which a crashed call continues in the same step. The parts are in `app.scripts.walking`.
"""

from __future__ import annotations

from collections.abc import Sequence

from app.domain.event import Happening
from app.scripts.actions import Action, ActionRefused
from app.scripts.context import WalkContext
from app.scripts.expressions import ExpressionError
from app.scripts.library import Library
from app.scripts.screen import Found, Reason, StepScreen
from app.scripts.walking import events as walk
from app.scripts.walking.book import Book
from app.scripts.walking.decide import decide, open_call
from app.scripts.walking.events import WalkEvent
from app.scripts.walking.find import findable
from app.scripts.walking.log import Entry, RestoreError, from_entry, to_entry
from app.scripts.walking.show import screen_of
from app.scripts.walking.state import State, evolve
from app.scripts.walking.tell import told
from app.scripts.walking.turn import Turn
from app.scripts.walking.why import reasons_of

__all__ = ["ActionRefused", "Entry", "RestoreError", "Walk"]


class Walk:
    """One run of a script. Made by `start` or `restore`, changed by `apply` only.

    `apply` is all or nothing. A correction's `corrects` is the place (from 0) of a happening among all that `start`
    and `apply` ever returned.
    """

    def __init__(self, book: Book, state: State, log: list[Entry]) -> None:
        self._book = book
        self._state = state
        self._shown: tuple[State, StepScreen] | None = None
        self._log = log
        # Events that are not in the log as JSON yet: they are written down when somebody asks for it.
        self._unwritten: list[WalkEvent] = []

    @classmethod
    def start(cls, library: Library, script_id: str, context: WalkContext) -> tuple[Walk, tuple[Happening, ...]]:
        """Begins a script. Raises ActionRefused for one that is not in the library."""
        begun = cls(Book(library), State(context), [])
        turn = Turn(begun._book, begun._state)
        open_call(turn, script_id)
        return begun, begun._take(turn)

    @classmethod
    def restore(cls, library: Library, log: Sequence[Entry]) -> Walk:
        """The walk that kept this log, in the same state but for secret form values, which are nowhere kept.

        `library` must be the release that the walk began with. Raises RestoreError.
        """
        events = [from_entry(entry) for entry in log]
        if not events or not isinstance(events[0], walk.ContextSet):
            raise RestoreError("The kept state of this call is damaged; start its script again.")
        state = State(events[0].context)
        try:
            for event in events:
                state = evolve(state, event)
            restored = cls(Book(library), state, [dict(entry) for entry in log])
            restored.screen()
        except (LookupError, ValueError, TypeError, ExpressionError) as error:
            raise RestoreError("This call's script has changed since; start its script again.") from error
        return restored

    def apply(self, action: Action) -> tuple[Happening, ...]:
        """Does what the agent (or the world) did, and returns what is to be recorded.

        Raises ActionRefused with a sentence for the agent; then nothing has changed.
        """
        turn = Turn(self._book, self._state)
        decide(turn, action)
        return self._take(turn)

    def screen(self) -> StepScreen:
        """What to show now; built once for each state."""
        if self._shown is None or self._shown[0] is not self._state:
            self._shown = (self._state, screen_of(self._book, self._state))
        return self._shown[1]

    @property
    def log(self) -> tuple[Entry, ...]:
        """The walk as JSON, for `restore`. It holds the account of the call: keep it encrypted, and not for long."""
        self._log += [to_entry(event) for event in self._unwritten]
        self._unwritten.clear()
        return tuple(self._log)

    @property
    def library(self) -> Library:
        """The release that the walk began with."""
        return self._book.library

    @property
    def script_ids(self) -> tuple[str, ...]:
        """The scripts walked so far, in order, each once."""
        return tuple(dict.fromkeys(visit.script for visit in self._state.history))

    @property
    def visited(self) -> tuple[tuple[str, str], ...]:
        """Script and step of each place that Back and Forward know, in order."""
        return tuple((visit.script, visit.step) for visit in self._state.history)

    @property
    def place(self) -> int:
        """Which of `visited` is on the screen."""
        return self._state.at

    @property
    def fence(self) -> int:
        """The first of `visited` that Back may reach."""
        return self._state.fence

    @property
    def cancel_requested(self) -> bool:
        """Whether the customer asked to cancel: later offers and alerts are suppressed."""
        return self._state.cancel_requested

    @property
    def saves_extended(self) -> int:
        """Save offers extended in this interaction so far, by whomever."""
        return self._state.saves_extended

    @property
    def verified(self) -> bool:
        """Whether the caller is verified for the account that is chosen now."""
        return self._state.verified

    @property
    def suppressed(self) -> frozenset[str]:
        """What stays away for the rest of the call after an interrupt: offers, alerts, bell, points."""
        return self._state.suppressed

    @property
    def interrupts(self) -> tuple[str, ...]:
        """The interrupts of this call in order, by id; the Cancel key is "cancel"."""
        return self._state.interrupts

    @property
    def here(self) -> tuple[str, str]:
        """Script and step on the screen."""
        return self._state.here

    @property
    def phrasings(self) -> tuple[str, ...]:
        """The ways to say the step on the screen, as the trainer wrote them, in the script's own language."""
        step = self._book.step(*self._state.here)
        return tuple(" ".join(line.text for line in one.lines) for one in step.phrasings)

    def why(self) -> tuple[Reason, ...]:
        """Why the step on the screen says what it says."""
        return reasons_of(self._book, self._state)

    def findable(self) -> tuple[Found, ...]:
        """What find can offer here: items of a list without a key, objections (nearest first), interrupts, scripts."""
        return findable(self._book, self._state)

    def _take(self, turn: Turn) -> tuple[Happening, ...]:
        self._state = turn.state
        self._unwritten += turn.events
        return tuple(happening for event in turn.events if (happening := told(event)) is not None)
