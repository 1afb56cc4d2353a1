"""Going from step to step and from script to script."""

from __future__ import annotations

from app.domain.event import Json
from app.domain.money import Money
from app.scripts.expressions import MISSING
from app.scripts.library_files import Interrupt
from app.scripts.model import Branch, Step, Target
from app.scripts.walking import events as walk
from app.scripts.walking.book import Book
from app.scripts.walking.events import Return
from app.scripts.walking.requests import make_requests
from app.scripts.walking.state import Visit, put, with_changes
from app.scripts.walking.table import moment_of, personalised, table_at
from app.scripts.walking.turn import Turn, form_problem, refuse
from app.scripts.walking.values import to_json

# So many steps in a row may pass by themselves; more is a circle, and the walk stops in it where the agent sees it.
_MOST_PASSED = 50


def begin(turn: Turn, script: str, returns: tuple[Return, ...] = ()) -> None:
    """Starts a script at its first step. One that belongs to an interrupt ends all selling."""
    begun = turn.book.script(script)
    interrupt = turn.book.interrupt_of(script)
    if interrupt is not None and not turn.state.history:
        _interrupt(turn, None, interrupt)
    turn.emit(walk.ScriptBegun(script, turn.book.library.release.number, turn.state.context.policy))
    enter(turn, Visit(script, begun.start, returns))


def go(turn: Turn, target: Target) -> None:
    """Follows an answer or a branch."""
    visit = turn.visit
    if target.script:
        hand_over(turn, visit, target.script, target.then)
    else:
        enter(turn, Visit(visit.script, target.step, visit.returns))


def hand_over(turn: Turn, visit: Visit, script: str, then: str = "", leave: bool = False) -> None:
    """Goes over into another script; `leave`: nothing of what was under way comes back."""
    if script not in turn.book.library.scripts:
        raise refuse(f"The script {script} is not in this release. Find another way, and tell your trainer.")
    interrupt = turn.book.interrupt_of(script)
    if interrupt is not None:
        _interrupt(turn, visit, interrupt)
    returns = visit.returns
    if interrupt is not None or leave:
        # An interrupt never comes back to the pitch.
        returns, then = (), ""
    elif then:
        returns = (*returns, Return(visit.script, then))
    turn.emit(walk.HandedOver(visit.script, script, then))
    begin(turn, script, returns)


def enter(turn: Turn, visit: Visit, passed: int = 0) -> None:
    """Puts a step on the screen, or passes on where one of its conditions says so."""
    step = turn.book.step(visit.script, visit.step)
    if step.answers:
        target = _way_on_entry(turn, visit, step) if passed < _MOST_PASSED else None
        if target is not None and target.script:
            hand_over(turn, visit, target.script, target.then)
            return
        if target is not None:
            enter(turn, Visit(visit.script, target.step, visit.returns), passed + 1)
            return
    turn.emit(walk.Entered(visit.script, visit.step, visit.returns))
    make_requests(turn)
    if step.end is not None:
        turn.emit(walk.ScriptEnded(visit.script, step.end.outcome, step.end.reason))


def leave_by(turn: Turn, branches: tuple[Branch, ...]) -> None:
    """On from a step without answers: values first, then the first condition that holds."""
    visit, step = turn.visit, turn.step
    reckon(turn, visit, step)
    moment = moment_of(turn.book, turn.state)
    for branch in branches:
        if moment.holds(branch.condition):
            go(turn, branch.target)
            return
    raise refuse("Nothing follows this step. Use find to go on.")


def come_back(turn: Turn) -> None:
    """From the end of a script to the one that opened it."""
    back = turn.visit.returns[-1]
    enter(turn, Visit(back.script, back.step, turn.visit.returns[:-1]))


def reckon(turn: Turn, visit: Visit, step: Step) -> None:
    """Works out the step's values one after the other, so that a later one may use an earlier one."""
    for let in step.lets:
        value = moment_of(turn.book, turn.state, visit).value(let.expression)
        turn.emit(walk.Reckoned(visit.script, let.name, None if value is MISSING else to_json(value)))


def capture(turn: Turn) -> None:
    """Takes the form of the step that is left; refuses while it is not complete."""
    visit, step = turn.visit, turn.step
    if not step.asks:
        return
    moment = moment_of(turn.book, turn.state)
    problem = form_problem(turn.book, turn.state, visit.script, step, moment)
    if problem:
        raise refuse(problem)
    values: dict[str, Json] = {}
    for ask in step.asks:
        value = moment.look_up(f"ask.{ask.name}")
        if not ask.secret and value is not MISSING:
            values[ask.name] = _form_value(value)
    if values and turn.state.captured.get((visit.script, visit.step)) != values:
        turn.emit(walk.Captured(visit.script, visit.step, values))


def cancel_target(book: Book, visit: Visit) -> str:
    """The script behind the Cancel key here: that of the present script, of one that comes back after it, or of the
    library's own interrupt."""
    names = [visit.script, *(back.script for back in reversed(visit.returns))]
    return next((book.script(name).cancel for name in names if book.script(name).cancel), book.cancel_script)


def _form_value(value: object) -> Json:
    """A form value as reports read it: an amount as text with its currency."""
    if isinstance(value, Money):
        return f"{value.amount} {value.currency}"
    if isinstance(value, (bool, int, float, str)):
        return value
    return str(value)


def _way_on_entry(turn: Turn, visit: Visit, step: Step) -> Target | None:
    if not step.lets and not step.branches:
        return None
    reckon(turn, visit, step)
    # visits() counts this time too, although whether it is one is only being decided.
    key = visit.script, visit.step
    counted = with_changes(turn.state, visits=put(turn.state.visits, key, turn.state.visits.get(key, 0) + 1))
    moment = moment_of(turn.book, counted, visit)
    return next((branch.target for branch in step.branches if moment.holds(branch.condition)), None)


def _interrupt(turn: Turn, visit: Visit | None, interrupt: Interrupt) -> None:
    """All selling ends here: says so once for each interrupt, and withholds the offer that lies open."""
    if interrupt.id in turn.state.interrupts:
        return
    if interrupt.id == "cancel":
        ours = sum(one.extended for one in turn.state.offers.values())
        before = ours + turn.state.context.extended_before
        script, step = (visit.script, visit.step) if visit else (interrupt.script, "")
        turn.emit(walk.CancelRequested(turn.state.account_id, script, step, before))
    else:
        turn.emit(walk.IntentStated(interrupt.id))
    turn.emit(walk.Interrupted(interrupt.id, interrupt.suppresses))
    if visit is not None:
        withhold(turn, visit)


def tell_offer(turn: Turn) -> None:
    """Tells once per call that the offer of the step on the screen was found and shown, or why it was withheld.

    Before the customer agreed to the use of account data nobody is found eligible by them: then it is only shown.
    """
    table = table_at(turn.book, turn.state, turn.visit)
    if table is None:
        return
    if table.blocked is not None:
        withhold(turn, turn.visit)
        return
    if not table.known.found and personalised(turn.book, turn.state):
        turn.emit(walk.OfferFound(table.place))
    if not table.known.shown:
        turn.emit(walk.OfferShown(table.place))


def withhold(turn: Turn, visit: Visit) -> None:
    """Tells why the offer of a step may not be made, once for each reason, unless it was made already."""
    table = table_at(turn.book, turn.state, visit)
    if table is None or table.blocked is None or table.known.extended:
        return
    reason = table.blocked.hindrance.value
    if (table.offer.id, reason) not in turn.state.withheld:
        turn.emit(walk.OfferWithheld(turn.state.account_id, table.offer.id, reason))
