"""What the agent records about the offer on the table: said, yes, no, later, not the moment; and taking it back."""

from __future__ import annotations

from datetime import date

from app.domain.offer import DeclineReason, Offer, PassReason
from app.scripts.actions import Accept, Decline, Defer, PassOffer
from app.scripts.model import Answer
from app.scripts.screen import OfferState
from app.scripts.walking import events as walk
from app.scripts.walking.state import Visit
from app.scripts.walking.steps import capture, go
from app.scripts.walking.table import Table, all_choices, needs, offer_visit, pending, table_at
from app.scripts.walking.turn import Turn, refuse

_SETTLED = {
    OfferState.EXTENDED: "It is recorded already that you said it.",
    OfferState.PENDING: "They said yes; read the terms and ask for consent, or take the yes back.",
    OfferState.ACCEPTED: "This offer is recorded as accepted. Take that back first.",
    OfferState.DECLINED: "This offer is recorded as declined. Take that back first.",
    OfferState.DEFERRED: "This offer stands for later. Take that back first.",
    OfferState.PASSED: "It was recorded that this is not the moment. Take that back first.",
}

# The answer that Enter follows once an offer is settled; D for all others.
_ONWARD = {OfferState.ACCEPTED: "A", OfferState.DEFERRED: "L"}


def extend(turn: Turn) -> None:
    """E: it was said. What was put off or passed over may still be said."""
    table = _open_table(turn)
    if table.known.extended:
        raise refuse(_SETTLED.get(table.known.state, _SETTLED[OfferState.EXTENDED]))
    turn.emit(walk.Extended(table.place, implied=False))


def accept(turn: Turn, action: Accept) -> None:
    """A: yes to an option; accepted at once, or when everything the offer needs was read and agreed to."""
    table = _open_table(turn)
    _unless(table, OfferState.ACCEPTED, OfferState.PENDING)
    option = _chosen(table, action.option)
    _return_to_offer(turn, table)
    capture(turn)
    _imply(turn, table)
    if table.offer.consent or needs(table.offer, turn.state):
        turn.emit(walk.Pended(table.place, option))
    else:
        turn.emit(walk.Accepted(table.place, option, _points(turn, table.offer)))
    _follow(turn, table, "A")


def decline(turn: Turn, action: Decline) -> None:
    """D: no, and why."""
    table = _open_table(turn)
    _unless(table, OfferState.ACCEPTED, OfferState.DECLINED)
    reason = _code(action.reason, [one.value for one in DeclineReason])
    _return_to_offer(turn, table)
    _imply(turn, table)
    turn.emit(walk.Declined(table.place, reason))
    _follow(turn, table, "D")


def defer(turn: Turn, action: Defer) -> None:
    """L: they want to think until a day."""
    table = _open_table(turn)
    _unless(table, OfferState.ACCEPTED, OfferState.DEFERRED)
    try:
        due = date.fromisoformat(action.due[:10])
    except ValueError as error:
        raise refuse("Give a day for the callback.") from error
    if due < turn.state.context.today:
        raise refuse("That day is past; give one from today on.")
    _return_to_offer(turn, table)
    turn.emit(walk.Deferred(table.place, action.due))
    _follow(turn, table, "L")


def pass_over(turn: Turn, action: PassOffer) -> None:
    """Not the moment, and why; it goes on as after a no. Allowed also where the offer may not be made."""
    table = _table(turn)
    if turn.state.offers_closed and table.blocked is not None:
        raise refuse(table.blocked.sentence)
    _unless(table, OfferState.ACCEPTED, OfferState.PENDING, OfferState.PASSED)
    reason = _code(action.reason, [one.value for one in PassReason])
    _return_to_offer(turn, table)
    turn.emit(walk.Passed(table.place, reason))
    _follow(turn, table, "D")


def take_back(turn: Turn) -> None:
    """The latest record did not happen: its events are corrected, latest first, and the walk is back at its step."""
    if not turn.state.records:
        raise refuse("There is nothing to take back.")
    for number in reversed(turn.state.records[-1].happened):
        turn.emit(walk.Corrected(number))
    turn.emit(walk.Restored())


def answer_consent(turn: Turn, given: bool) -> None:
    """The consent's yes or no, and what it makes of the accept that waited for it."""
    visit, step = turn.visit, turn.step
    if step.consent is None:
        return
    offer = None if turn.state.offers_closed else pending(turn.book, turn.state, consent=step.consent.consent)
    if offer is not None and given:
        _still_open(turn, offer)
    wording = turn.moment().text(turn.spoken.consent.question if turn.spoken.consent else step.consent.question)
    turn.emit(
        walk.ConsentAnswered(step.consent.consent, wording, offer.id if offer else "", visit.script, visit.step, given)
    )
    if offer is None:
        return
    known = turn.state.offers[offer.id]
    if given:
        turn.emit(walk.Accepted(known.place, known.option, _points(turn, offer)))
    else:
        turn.emit(walk.Declined(known.place, DeclineReason.NO_CONSENT.value))


def accept_after_reading(turn: Turn, disclosure: str) -> None:
    """An offer that needs a disclosure only is accepted once it was read."""
    offer = None if turn.state.offers_closed else pending(turn.book, turn.state, disclosure=disclosure)
    if offer is not None:
        _still_open(turn, offer)
        known = turn.state.offers[offer.id]
        turn.emit(walk.Accepted(known.place, known.option, _points(turn, offer)))


def _still_open(turn: Turn, offer: Offer) -> None:
    """Refuses an accept that is complete only now, when the account or the caller has turned out to be another."""
    place = turn.state.offers[offer.id].place
    if place.account != turn.state.account_id:
        raise refuse("They said yes for another account. Take the yes back, and offer it for this one.")
    table = table_at(turn.book, turn.state, Visit(place.script, place.step))
    if table is None:
        return
    if table.blocked is not None:
        raise refuse(table.blocked.sentence)
    option = turn.state.offers[offer.id].option
    choice = next((one for one in all_choices(turn.book, turn.state, offer) if one.option.id == option), None)
    if choice is not None and choice.closed:
        raise refuse(f"{choice.option.label} cannot be chosen any more: {choice.closed}.")


def unread(turn: Turn, offer: Offer | None) -> bool:
    """Whether something must be read before the consent question of this step."""
    step, reads = turn.step, turn.state.reads
    here = step.read is not None and step.read.disclosure not in reads
    return here or (offer is not None and offer.disclosure is not None and offer.disclosure not in reads)


def way_past(turn: Turn) -> Answer | None:
    """Where Enter leads in an offer step whose offer may not be made, or is settled without having moved on."""
    visit = turn.visit
    table = table_at(turn.book, turn.state, visit)
    if table is None:
        return None
    if table.blocked is None and table.known.state in (OfferState.ON_TABLE, OfferState.EXTENDED, OfferState.PENDING):
        return None
    wanted = _ONWARD.get(table.known.state, "D")
    answers = {one.key: one for one in table.step.answers}
    return answers.get(wanted) or answers.get("D")


def _table(turn: Turn) -> Table:
    visit = offer_visit(turn.book, turn.state)
    table = table_at(turn.book, turn.state, visit) if visit else None
    if table is None:
        raise refuse("There is no offer on the table here.")
    return table


def _open_table(turn: Turn) -> Table:
    table = _table(turn)
    if table.blocked is not None:
        raise refuse(table.blocked.sentence)
    return table


def _unless(table: Table, *states: OfferState) -> None:
    if table.known.state in states:
        raise refuse(_SETTLED[table.known.state])


def _chosen(table: Table, option: str | None) -> str:
    if option is None:
        if table.proposed is not None:
            return table.proposed.id
        raise refuse("Choose which one they take.")
    choice = next((one for one in table.options if one.option.id == option), None)
    if choice is None:
        raise refuse("That is not among the options here.")
    if choice.closed:
        raise refuse(f"{choice.option.label} cannot be chosen: {choice.closed}.")
    return option


def _code(reason: str, known: list[str]) -> str:
    if reason not in known:
        raise refuse("Choose one of the reasons.")
    return reason


def _points(turn: Turn, offer: Offer) -> int:
    return 0 if "points" in turn.state.suppressed else offer.points


def _imply(turn: Turn, table: Table) -> None:
    if not table.known.extended:
        turn.emit(walk.Extended(table.place, implied=True))


def _return_to_offer(turn: Turn, table: Table) -> None:
    """An answer given while an objection is open belongs to the step that the objection came from."""
    if table.visit != turn.visit:
        turn.emit(walk.Moved(turn.state.at - 1, drop=True))


def _follow(turn: Turn, table: Table, key: str) -> None:
    answer = next((one for one in table.step.answers if one.key == key), None)
    if answer is not None:
        turn.emit(walk.Answered(table.visit.script, table.visit.step, key, answer.text))
        go(turn, answer.target)
