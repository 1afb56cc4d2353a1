"""One turn of a walk: the events that an action leads to, each folded into the state as it is made."""

from __future__ import annotations

from app.scripts.actions import ActionRefused
from app.scripts.expressions import MISSING
from app.scripts.model import Step
from app.scripts.walking.book import Book
from app.scripts.walking.events import WalkEvent
from app.scripts.walking.forms import FormError, read_value
from app.scripts.walking.scope import Moment, customs_of, language_of, typed
from app.scripts.walking.state import State, Visit, evolve
from app.scripts.walking.table import moment_of


class Turn:
    """Attributes: `book`, `state` as it is by now, `events` made so far."""

    def __init__(self, book: Book, state: State) -> None:
        self.book = book
        self.state = state
        self.events: list[WalkEvent] = []

    def emit(self, event: WalkEvent) -> None:
        """Something happens."""
        self.state = evolve(self.state, event)
        self.events.append(event)

    @property
    def visit(self) -> Visit:
        """Where the walk is."""
        return self.state.visit

    @property
    def step(self) -> Step:
        """The step on the screen."""
        return self.book.step(self.visit.script, self.visit.step)

    @property
    def spoken(self) -> Step:
        """The step on the screen in the language that is spoken."""
        visit = self.visit
        return self.book.spoken(visit.script, visit.step, language_of(self.book, self.state, visit.script))

    def moment(self) -> Moment:
        """The values that conditions and texts see now."""
        return moment_of(self.book, self.state)


def form_problem(book: Book, state: State, script: str, step: Step, moment: Moment) -> str:
    """What is wrong with the step's form, as a sentence; "" when it is complete."""
    for ask in step.asks:
        text = typed(state, script, ask)
        if text:
            try:
                read_value(ask, text, customs_of(state))
            except FormError as error:
                return f"“{ask.label}”: {error}"
        elif not ask.optional and not (ask.default and moment.look_up(ask.default) is not MISSING):
            return f"Fill in “{ask.label}” first."
    return ""


def refuse(sentence: str) -> ActionRefused:
    """The refusal of an action."""
    return ActionRefused(sentence)
