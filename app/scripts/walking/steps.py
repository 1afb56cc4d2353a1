"""Going from step to step and from script to script."""

from __future__ import annotations

from dataclasses import replace

from app.domain.event import Json
from app.domain.money import Money
from app.scripts.expressions import MISSING
from app.scripts.model import Branch, Request, Step, Target
from app.scripts.screen import OfferState
from app.scripts.walking import events as walk
from app.scripts.walking.book import Book
from app.scripts.walking.events import Return
from app.scripts.walking.state import State, Visit, put
from app.scripts.walking.table import moment_of, table_at
from app.scripts.walking.turn import Turn, form_problem, refuse
from app.scripts.walking.values import to_json

# So many steps in a row may pass by themselves; more is a circle, and the walk stops in it where the agent sees it.
_MOST_PASSED = 50


def begin(turn: Turn, script: str, returns: tuple[Return, ...] = ()) -> None:
    """Starts a script at its first step."""
    begun = turn.book.script(script)
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
    cancels = script in turn.book.cancellations
    if cancels and not turn.state.cancel_requested:
        _request_cancel(turn, visit)
    returns = visit.returns
    if cancels or leave:
        # A cancellation never comes back to the pitch.
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
    for request in step.requests:
        _request(turn, request)
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
    """The script behind the Cancel key here: that of the present script, or of one that comes back after it."""
    names = [visit.script, *(back.script for back in reversed(visit.returns))]
    return next((book.script(name).cancel for name in names if book.script(name).cancel), "")


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
    counted = replace(turn.state, visits=put(turn.state.visits, key, turn.state.visits.get(key, 0) + 1))
    moment = moment_of(turn.book, counted, visit)
    return next((branch.target for branch in step.branches if moment.holds(branch.condition)), None)


def _request_cancel(turn: Turn, visit: Visit) -> None:
    ours = sum(one.extended for one in turn.state.offers.values())
    extended = ours + turn.state.context.extended_before
    turn.emit(walk.CancelRequested(turn.state.account_id, visit.script, visit.step, extended))


def _request(turn: Turn, request: Request) -> None:
    """Asks the CRM, once for the same thing; an order only of something that was accepted."""
    action, offer, option = request_key(turn.book, turn.state, request)
    if action == "place_order" and not offer:
        return
    if (action, offer, option) not in turn.state.requests:
        turn.emit(walk.Requested(turn.state.account_id, action, offer, option))


def request_key(book: Book, state: State, request: Request) -> tuple[str, str, str]:
    """What is asked for, and for an order the offer and option that it is about."""
    if request.what != "place_order":
        return request.what, "", ""
    accepted = [name for name, one in state.offers.items() if one.state is OfferState.ACCEPTED]
    if not accepted:
        return request.what, "", ""
    # The one spoken of last, else the one accepted last.
    name = state.last_offer if state.last_offer in accepted else accepted[-1]
    offer = book.library.offers[name]
    return offer.order_action, name, state.offers[name].option


def tell_offer(turn: Turn) -> None:
    """Tells once per call that the offer of the step on the screen was found and shown, or why it was withheld."""
    table = table_at(turn.book, turn.state, turn.visit)
    if table is None:
        return
    if table.blocked is not None:
        reason = table.blocked.hindrance.value
        if not table.known.extended and (table.offer.id, reason) not in turn.state.withheld:
            turn.emit(walk.OfferWithheld(turn.state.account_id, table.offer.id, reason))
        return
    if not table.known.found:
        turn.emit(walk.OfferFound(table.place))
    if not table.known.shown:
        turn.emit(walk.OfferShown(table.place))
