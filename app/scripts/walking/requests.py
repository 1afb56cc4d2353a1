"""What a script asks of the CRM and the phone: once for the same thing, and only for whom it may be done."""

from __future__ import annotations

from app.scripts.model import Request
from app.scripts.screen import OfferState
from app.scripts.walking import events as walk
from app.scripts.walking.book import Book
from app.scripts.walking.state import State
from app.scripts.walking.turn import Turn, refuse

_LABELS = {
    "place_order": "Order",
    "start_cancellation": "Cancellation",
    "line_test": "Line test",
    "engineer_visit": "Engineer visit",
    "guide_by_text": "Guide by text",
}
_VERBS = {"task": "Task", "send": "Send", "transfer": "Transfer to"}
# These change what the account has; the rest is help that anybody with the account on the line may have.
_CHANGES = {
    "place_order": ("holder", "authorised"),
    "start_cancellation": ("holder", "authorised", "executor"),
}


def make_requests(turn: Turn) -> None:
    """Asks for what the step on the screen wants. Refuses the step where the caller may not have it done."""
    for request in turn.step.requests:
        action, offer, option = request_key(turn.book, turn.state, request)
        if _lacks(turn.state, request, offer):
            continue
        _allow(turn.state, request)
        if turn.state.requests.get((action, offer, option), "failed") == "failed":
            turn.emit(walk.Requested(turn.state.account_id, action, offer, option))


def request_key(book: Book, state: State, request: Request) -> tuple[str, str, str]:
    """What is asked for (`line_test`, `task:ticket`), and for an order the offer and option that it is about."""
    if request.verb != "do":
        return f"{request.verb}:{request.what}", "", ""
    if request.what != "place_order":
        return request.what, "", ""
    accepted = [name for name, one in state.offers.items() if one.state is OfferState.ACCEPTED]
    if not accepted:
        return request.what, "", ""
    # The one spoken of last, else the one accepted last.
    name = state.last_offer if state.last_offer in accepted else accepted[-1]
    offer = book.library.offers[name]
    return offer.order_action, name, state.offers[name].option


def label_of(book: Book, state: State, request: Request) -> str:
    """What is asked for, for the screen; where it was not, why."""
    plain = request.what.replace("_", " ").replace("-", " ")
    known = _LABELS.get(request.what, plain.capitalize())
    label = known if request.verb == "do" else f"{_VERBS[request.verb]}: {plain}"
    key = request_key(book, state, request)
    lacks = _lacks(state, request, key[1])
    if not lacks or key in state.requests:
        return label
    return lacks if request.what == "place_order" else f"{label}: {lacks}"


def _lacks(state: State, request: Request, offer: str) -> str:
    """Why there is nothing to ask for yet."""
    if request.verb == "do" and request.what == "place_order" and not offer:
        return "No order: nothing was accepted"
    if request.verb == "do" and not state.account_id:
        return "choose the account first"
    return ""


def _allow(state: State, request: Request) -> None:
    roles = _CHANGES.get(request.what) if request.verb == "do" else None
    if roles is None:
        return
    if state.caller_role and state.caller_role not in roles:
        raise refuse("Who is calling may not have this done. It needs the holder, or somebody they named.")
    if not state.verified:
        raise refuse("Verify the caller first: this changes the account.")
