"""What an action leads to. Raises ActionRefused with a sentence for the agent; then nothing has changed."""

from __future__ import annotations

from app.scripts import actions as act
from app.scripts.actions import Action, ActionRefused
from app.scripts.screen import OfferState
from app.scripts.walking import events as walk
from app.scripts.walking import records
from app.scripts.walking.answers import answers_at, objections
from app.scripts.walking.forms import LONGEST
from app.scripts.walking.requests import make_requests
from app.scripts.walking.state import Visit, put, with_changes
from app.scripts.walking.steps import (
    begin,
    cancel_target,
    capture,
    come_back,
    enter,
    go,
    hand_over,
    leave_by,
    tell_offer,
)
from app.scripts.walking.table import table_at
from app.scripts.walking.turn import Turn, refuse

_ROLES = ("holder", "authorised", "executor", "third_party")


def open_call(turn: Turn, script: str) -> None:
    """Begins a walk with a script. Raises ActionRefused for one that is not in the library."""
    if script not in turn.book.library.scripts:
        raise refuse(f"The script {script[:60]} is not in this release.")
    turn.emit(walk.ContextSet(turn.state.context))
    begin(turn, script)
    tell_offer(turn)


def decide(turn: Turn, action: Action) -> None:
    """Makes the events that the action leads to."""
    match action:
        case act.Extend():
            records.extend(turn)
        case act.Accept():
            records.accept(turn, action)
        case act.Decline():
            records.decline(turn, action)
        case act.Defer():
            records.defer(turn, action)
        case act.PassOffer():
            records.pass_over(turn, action)
        case act.TakeBack():
            records.take_back(turn)
        case act.Fill(name, text):
            _fill(turn, name, text)
        case act.ConfirmRead(seconds):
            _confirm_read(turn, seconds)
        case act.Verified():
            _verified(turn, action)
        case act.VerifyFailed(method, answer):
            turn.emit(walk.Doubted(method, answer if answer in ("no", "unknown") else "unknown"))
        case act.Finished(done, result):
            turn.emit(walk.RequestFinished(done, result))
        case act.CallerIs(role):
            turn.emit(walk.RoleSaid(_known_role(role)))
        case act.Speak(language):
            _speak(turn, language)
        case act.ContextChanged(context):
            turn.emit(walk.ContextSet(context))
            _request_later(turn)
        case _:
            _walk(turn, action)
    tell_offer(turn)


def _walk(turn: Turn, action: Action) -> None:
    """The actions that move through the script."""
    match action:
        case act.Choose(key):
            _choose(turn, key)
        case act.Continue():
            _continue(turn)
        case act.Back():
            _move(turn, -1, "This is the first step.")
        case act.Forward():
            _move(turn, 1, "There is no step to go forward to.")
        case act.NextPhrasing():
            _next_phrasing(turn)
        case act.ShowPhrasing(number):
            _show_phrasing(turn, number)
        case act.PressInterrupt(interrupt):
            _interrupt(turn, interrupt)
        case act.PressCancel():
            _cancel(turn)
        case act.OpenObjection(phrase):
            _open_objection(turn, phrase)
        case act.OpenScript(script):
            _open_script(turn, script)


def _choose(turn: Turn, key: str) -> None:
    visit, step, moment = turn.visit, turn.step, turn.moment()
    table = table_at(turn.book, turn.state, visit)
    answers = answers_at(turn.book, turn.state, visit, moment, table)
    chosen = next((one for one in answers if key and key in (one.key, one.pick)), None)
    if chosen is None:
        keys = ", ".join(one.key for one in answers if one.key)
        raise refuse(f"There is no answer {key[:5]} here; there are {keys}." if keys else "This step has no answers.")
    if key in ("A", "D", "L"):
        raise refuse("Record it as accepted, declined or later.")
    if chosen.closed:
        raise refuse(f"“{chosen.text}” is closed: {chosen.closed}.")
    capture(turn)
    answer = chosen.answer
    # As written, not as filled in: events carry no names or amounts of the account.
    text = answer.text if chosen.item < 0 else chosen.text
    turn.emit(walk.Answered(visit.script, visit.step, chosen.key, text, answer.name, answer.each, chosen.item))
    if step.consent and key in ("1", "2"):
        records.answer_consent(turn, given=key == "1")
    go(turn, answer.target)


def _continue(turn: Turn) -> None:
    step = turn.step
    past = records.way_past(turn)
    if step.end is not None:
        if not turn.visit.returns:
            raise refuse("The script is over. Wrap up when the call is done.")
        come_back(turn)
    elif "return" in step.tags:
        _move(turn, -1, "There is no step to return to.", drop=True)
    elif past is not None:
        go(turn, past.target)
    elif step.answers:
        raise refuse("Choose what the caller answered.")
    elif step.read and step.read.disclosure not in turn.state.reads:
        raise refuse("Read the text out and confirm it first.")
    else:
        capture(turn)
        leave_by(turn, step.branches)


def _move(turn: Turn, by: int, refusal: str, drop: bool = False) -> None:
    to = turn.state.at + by
    if 0 <= to < turn.state.fence:
        raise refuse("Nothing from before the interrupt comes back. Find another script if it was a mistake.")
    if not 0 <= to < len(turn.state.history):
        raise refuse(refusal)
    turn.emit(walk.Moved(to, drop))


def _next_phrasing(turn: Turn) -> None:
    count = len(turn.step.phrasings)
    if count < 2:
        raise refuse("There is only one way to say this.")
    shown = turn.state.phrasings.get(turn.state.here, 1)
    turn.emit(walk.Phrased(turn.visit.script, turn.visit.step, shown % count + 1))


def _show_phrasing(turn: Turn, number: int) -> None:
    if not 1 <= number <= len(turn.step.phrasings):
        raise refuse("There is no such way to say this.")
    if number != turn.state.phrasings.get(turn.state.here, 1):
        turn.emit(walk.Phrased(turn.visit.script, turn.visit.step, number))


def _fill(turn: Turn, name: str, text: str) -> None:
    ask = next((one for one in turn.step.asks if one.name == name), None)
    if ask is None:
        raise refuse("There is no such field in this step.")
    text = text[:LONGEST]
    if ask.secret:
        # In memory only: neither in the log nor in an event.
        key = turn.visit.script, name
        turn.state = with_changes(turn.state, secrets=put(turn.state.secrets, key, text))
    else:
        turn.emit(walk.Filled(turn.visit.script, name, text))


def _confirm_read(turn: Turn, seconds: float) -> None:
    step, visit = turn.step, turn.visit
    if step.read is None:
        raise refuse("There is nothing to read out in this step.")
    name = step.read.disclosure
    if name in turn.state.reads:
        raise refuse("It is recorded already that you read this.")
    waiting = next((one for one in turn.state.offers.values() if one.state is OfferState.PENDING), None)
    offer = waiting.place.offer if waiting else ""
    turn.emit(walk.DisclosureRead(name, offer, visit.script, visit.step, round(max(seconds, 0.0), 1)))
    records.accept_after_reading(turn, name)


def _verified(turn: Turn, action: act.Verified) -> None:
    if turn.state.context.account is None:
        raise refuse("Choose the account first; then verify the caller for it.")
    policy = turn.book.policy(turn.state.context.policy)
    allowed = policy.identity_methods if policy else ()
    if action.how != "ivr" and allowed and action.method not in allowed:
        raise refuse(f"{policy.title if policy else ''} allows to verify by {', '.join(allowed)} only.")
    role = _known_role(action.role or turn.state.caller_role or "holder")
    turn.emit(walk.Identified(turn.state.account_id, action.method, action.how, role, action.offline))
    _request_later(turn)


def _known_role(role: str) -> str:
    if role not in _ROLES:
        raise refuse("Say who is calling: the holder, an authorised person, an executor or someone else.")
    return role


def _request_later(turn: Turn) -> None:
    """Asks for what this step could not ask for before; where it still may not be, the step simply stays."""
    try:
        make_requests(turn)
    except ActionRefused:
        return


def _speak(turn: Turn, language: str) -> None:
    languages = {one for script in turn.book.library.scripts for one in turn.book.languages(script)}
    if language not in languages:
        raise refuse("No script of this release is written in that language.")
    turn.emit(walk.Spoken(language))


def _interrupt(turn: Turn, name: str) -> None:
    declared = turn.book.library.interrupts.get(name)
    if declared is None:
        raise refuse("This release has no such interrupt. Find the script by what the caller said.")
    if declared.script == turn.visit.script and name in turn.state.interrupts:
        raise refuse("You are in this script already.")
    hand_over(turn, turn.visit, declared.script, leave=True)


def _cancel(turn: Turn) -> None:
    target = cancel_target(turn.book, turn.visit)
    if not target:
        raise refuse("This script has no Cancel key. Find the cancellation by what the caller said.")
    if target == turn.visit.script:
        raise refuse("This is the cancellation already.")
    hand_over(turn, turn.visit, target)


def _open_objection(turn: Turn, phrase: str) -> None:
    visit = turn.visit
    script = turn.book.script(visit.script)
    wanted = phrase.strip().lower()
    steps = [turn.step, *(step for step in script.steps.values() if step.id != visit.step)]
    nearest = [one for step in steps for one in objections(turn.book, turn.state, visit.script, step)]
    objection = next((one for one, phrases in nearest if wanted in (known.lower() for known in phrases)), None)
    if objection is None:
        raise refuse("This script has no answer to that. Try other words.")
    turn.emit(walk.ObjectionUsed(visit.script, visit.step, objection.phrases[0]))
    enter(turn, Visit(visit.script, objection.target.step, visit.returns))


def _open_script(turn: Turn, script: str) -> None:
    if script not in turn.book.library.scripts:
        raise refuse("That script is not in this release.")
    if script == turn.visit.script and turn.step.end is None:
        raise refuse("You are in this script already.")
    turn.emit(walk.IntentStated(script))
    hand_over(turn, turn.visit, script, leave=True)
