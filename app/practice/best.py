"""The best path: an agent who does at once what the caller's words ask for, on a desk of its own."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from app.desk import intents
from app.desk.intents import Intent
from app.desk.view import DeskView, Phase
from app.practice.call import Around, Plan, PracticeCall
from app.practice.caller import Expects, Saying
from app.practice.memory import AtOnce
from app.scripts.screen import OfferState, StepScreen

_MOST_MOVES = 400
_OFFER_KEYS: Mapping[str, Callable[[], Intent]] = {
    "A": intents.AcceptOffer,
    "D": intents.DeclineOffer,
    "L": intents.DeferOffer,
}


class DeadEnd(Exception):
    """The caller and the script do not come to an end together; the text says where."""


def best_path(plan: Plan, around: Around) -> PracticeCall:
    """The call as it goes when nothing is missed, played to its end. Raises DeadEnd."""
    # Words alone find what callers say in the script's own words; the sentence model would take its time.
    call = PracticeCall(plan, replace(around, tasks=AtOnce(), rerank_with=lambda finder: None))
    call.begin()
    for _ in range(_MOST_MOVES):
        if call.over:
            return call
        for intent in next_intents(call.view, call.saying):
            call.send(intent)
    screen = call.view.script
    where = f"{screen.script}, step {screen.step}" if screen is not None else "the ring"
    call.stop()
    raise DeadEnd(f"The practice call did not come to an end: {where}.")


def next_intents(view: DeskView, saying: Saying) -> tuple[Intent, ...]:
    """What an agent does who misses nothing."""
    if view.phase is Phase.RINGING:
        return (intents.AnswerCall(),)
    screen = view.script
    if screen is None or view.phase is Phase.WRAP_UP:
        return (intents.Enter(),)
    if view.choosing is not None:
        return (intents.Digit(_row(view, screen, saying)),)
    if view.found:
        return (intents.OpenFound(_found(view, saying)),)
    match saying.expects:
        case Expects.CANCEL:
            return (intents.CancelService(),)
        case Expects.INTERRUPT | Expects.OBJECTION:
            return (intents.Find(saying.phrase),)
        case Expects.VERIFY:
            return (intents.CheckFactor(saying.name, saying.value) if saying.value else intents.Attest(saying.name),)
    filling = tuple(intents.FillField(name, text) for name, text in saying.fields)
    if saying.expects is Expects.ANSWER:
        pressed = _OFFER_KEYS.get(saying.key)
        return (*filling, pressed() if pressed is not None else intents.Digit(saying.key))
    return (*filling, _speaking(screen))


def _speaking(screen: StepScreen) -> Intent:
    """The agent's own turn: says the offer, reads, goes on."""
    reading = screen.disclosure is not None and not screen.disclosure.confirmed
    offer = screen.offer
    if not reading and offer is not None and not offer.blocked and offer.state is OfferState.ON_TABLE:
        return intents.ExtendOffer()
    return intents.Enter()


def _row(view: DeskView, screen: StepScreen, saying: Saying) -> str:
    """The key in the marked list: the option that the caller named, else the first."""
    rows = view.choosing.rows if view.choosing is not None else ()
    if saying.key == "A" and screen.offer is not None:
        options = [one.id for one in screen.offer.options]
        if saying.option in options:
            return rows[options.index(saying.option)].key
    return rows[0].key


def _found(view: DeskView, saying: Saying) -> str:
    """The key of what find offers for the caller's words."""
    wanted = {Expects.INTERRUPT: "interrupt", Expects.OBJECTION: "objection"}.get(saying.expects, "")
    return next((row.key for row in view.found if row.kind == wanted), view.found[0].key)
