"""The offer on the table, as the offers column shows it."""

from __future__ import annotations

from app.domain.money import Money
from app.domain.offer import Offer, OfferKind, OfferOption, Period
from app.scripts.screen import OfferScreen, OfferState, OptionRow, Rung
from app.scripts.walking.book import Book
from app.scripts.walking.scope import saving, show_money
from app.scripts.walking.state import State, Visit
from app.scripts.walking.table import Table, moment_of, needs, personalised, table_at

# An offer of an earlier step stays in the column while something of it is under way or agreed.
_STAYS = (OfferState.PENDING, OfferState.ACCEPTED)


def offer_screen(book: Book, state: State, at: Visit | None) -> OfferScreen | None:
    """The offer of the visit `at`, or else the one that was just agreed to."""
    table = table_at(book, state, at) if at else _earlier(book, state)
    if table is None:
        return None
    offer, option, show = table.offer, table.option, show_money(state)
    policy = book.policy(state.context.policy)
    price, gist = headline(offer, option, _bill(state), state) if option else ("", "")
    kind_counts = offer.kind is OfferKind.SAVE
    return OfferScreen(
        id=offer.id,
        name=offer.name,
        kind=offer.kind.value,
        state=table.known.state,
        price=price,
        gist=gist,
        why=_why(book, state, table) if offer.why and state.verified and personalised(book, state) else "",
        options=tuple(
            OptionRow(
                one.option.id,
                one.option.label,
                show(one.option.price),
                one.closed,
                table.proposed is not None and one.option.id == table.proposed.id,
            )
            for one in table.options
        ),
        next_rungs=tuple(_rung(later, state) for later in book.later_rungs(table.visit.script, table.step)),
        number=_number(state, offer) if kind_counts else 0,
        allowed=policy.save_offers if policy and kind_counts else 0,
        blocked=table.blocked.sentence if table.blocked and table.known.state not in _STAYS else "",
        needs=needs(offer, state) if table.known.state is not OfferState.ACCEPTED else (),
        option=table.known.option,
    )


def headline(offer: Offer, option: OfferOption, bill: Money | None, state: State) -> tuple[str, str]:
    """An option in two short pieces: "£22.00" and "a month, £20.00 less"."""
    show = show_money(state)
    months = f"for {option.months} months" if option.months else ""
    if option.price.minor == 0 and option.concession is not None:
        return f"−{show(option.concession)}", f"a month {months}".strip()
    if option.period is Period.ONCE:
        return show(option.price), "once"
    less = saving(offer, option, bill)
    pieces = [f"a month {months}".strip()]
    if less is not None:
        pieces.append(f"{show(less)} less")
    return show(option.price), ", ".join(pieces)


def _why(book: Book, state: State, table: Table) -> str:
    return moment_of(book, state, table.visit).text(table.offer.why)


def _rung(offer: Offer, state: State) -> Rung:
    option = offer.options[0]
    price, gist = headline(offer, option, None, state)
    short = f"{option.months} months" if option.months else gist
    return Rung(offer.name, f"{price}, {short}" if short else price)


def _earlier(book: Book, state: State) -> Table | None:
    known = state.offers.get(state.last_offer)
    if known is None or known.state not in _STAYS:
        return None
    return table_at(book, state, Visit(known.place.script, known.place.step))


def _bill(state: State) -> Money | None:
    return state.context.account.bill if state.context.account and state.verified else None


def _number(state: State, offer: Offer) -> int:
    """Which save offer of this interaction it is, from 1: its place among those extended, or the next."""
    ours = [name for name, one in state.offers.items() if one.extended and one.place.kind == OfferKind.SAVE.value]
    place = ours.index(offer.id) if offer.id in ours else len(ours)
    return state.context.extended_before + place + 1
