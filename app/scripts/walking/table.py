"""The offer on the table: which one it is, whether it may be made, which options are open."""

from __future__ import annotations

from dataclasses import dataclass

from app.domain.offer import Offer, OfferOption
from app.offers.affordable import Choice, best, choices
from app.offers.eligible import Blocked, Situation, blocked, may_personalise
from app.scripts.model import Step
from app.scripts.screen import OfferState
from app.scripts.walking.book import Book
from app.scripts.walking.events import OfferPlace
from app.scripts.walking.scope import Moment, show_money
from app.scripts.walking.state import OnTable, State, Visit


@dataclass(frozen=True, slots=True)
class Table:
    """An offer at a step: its place, what became of it, its options, and why it may not be made (None: it may)."""

    offer: Offer
    step: Step
    visit: Visit
    place: OfferPlace
    known: OnTable
    options: tuple[Choice, ...]
    proposed: OfferOption | None
    blocked: Blocked | None

    @property
    def option(self) -> OfferOption | None:
        """The option that is spoken of: the chosen one, else the proposed one, else the first."""
        chosen = next((one for one in self.offer.options if one.id == self.known.option), None)
        return chosen or self.proposed or (self.offer.options[0] if self.offer.options else None)


def offer_visit(book: Book, state: State) -> Visit | None:
    """The visit whose offer the agent's E, A, D and L are about: this step, or the one an objection came from."""
    visit = state.visit
    step = book.step(visit.script, visit.step)
    if step.offer:
        return visit
    if "return" in step.tags and state.at > 0:
        earlier = state.history[state.at - 1]
        return earlier if book.step(earlier.script, earlier.step).offer else None
    return None


def table_at(book: Book, state: State, visit: Visit) -> Table | None:
    """The offer of a visited step, None where it has none."""
    step = book.step(visit.script, visit.step)
    offer = book.offer(step)
    if offer is None:
        return None
    kept_state, kept_visit, kept = book.last_table
    if kept_state is state and kept_visit is visit and isinstance(kept, Table):
        return kept
    table = _table(book, state, visit, step, offer)
    book.last_table = state, visit, table
    return table


def _table(book: Book, state: State, visit: Visit, step: Step, offer: Offer) -> Table:
    place = OfferPlace(
        state.account_id, offer.id, offer.kind.value, book.rung(visit.script, offer.id), visit.script, step.id
    )
    known = state.offers.get(offer.id, OnTable(place))
    all_options, proposed = _options(book, offer, state)
    best_first = bool(step.offer and step.offer.best_first)
    shown = tuple(one for one in all_options if not best_first or proposed is None or one.option == proposed)
    reason = _blocked(book, offer, state, known, affordable=any(not one.closed for one in all_options))
    return Table(offer, step, visit, place, known, shown, proposed, reason)


def moment_of(book: Book, state: State, visit: Visit | None = None) -> Moment:
    """The values at a visit (the present one by default), with the offer that is spoken of there."""
    at = visit or state.visit
    kept_state, kept_visit, kept = book.last_moment
    if kept_state is state and kept_visit is at and isinstance(kept, Moment):
        return kept
    offer = book.offer(book.step(at.script, at.step)) or book.library.offers.get(state.last_offer)
    if offer is None:
        moment = Moment(book, state, at.script)
    else:
        moment = Moment(book, state, at.script, offer, _spoken_option(book, offer, state))
    book.last_moment = state, at, moment
    return moment


def pending(book: Book, state: State, consent: str = "", disclosure: str = "") -> Offer | None:
    """The accepted offer that still waits for this consent, or (without one) for this disclosure."""
    waiting = [book.library.offers[name] for name, one in state.offers.items() if one.state is OfferState.PENDING]
    if consent:
        return next((offer for offer in waiting if offer.consent == consent), None)
    return next((offer for offer in waiting if offer.disclosure == disclosure and not offer.consent), None)


def personalised(book: Book, state: State) -> bool:
    """Whether account data may shape what is offered now."""
    return may_personalise(state.context.account, state.consents, book.policy(state.context.policy))


def all_choices(book: Book, state: State, offer: Offer) -> tuple[Choice, ...]:
    """Every option of an offer as this customer may have it now."""
    return _options(book, offer, state)[0]


def needs(offer: Offer, state: State) -> tuple[str, ...]:
    """What an accept of the offer still needs: "terms", "consent"."""
    still = []
    if offer.disclosure and offer.disclosure not in state.reads:
        still.append("terms")
    if offer.consent and offer.consent not in state.consents:
        still.append("consent")
    return tuple(still)


def _spoken_option(book: Book, offer: Offer, state: State) -> OfferOption | None:
    known = state.offers.get(offer.id)
    chosen = next((one for one in offer.options if known and one.id == known.option), None)
    return chosen or _options(book, offer, state)[1] or next(iter(offer.options), None)


def _options(book: Book, offer: Offer, state: State) -> tuple[tuple[Choice, ...], OfferOption | None]:
    """All options as this customer may have them, and the largest open one.

    Nothing of the account's means shows before the caller is verified, and none is proposed by them without consent
    where the policy wants it. What cannot be paid for stays closed in any case.
    """
    account = state.context.account
    if account is None or not state.verified:
        closed = "verify the caller first" if account else "choose the account first"
        return tuple(Choice(option, closed) for option in offer.options), None
    show = show_money(state)
    means = best(offer, account, show) if personalised(book, state) else None
    return choices(offer, account, show), means


def _blocked(book: Book, offer: Offer, state: State, known: OnTable, affordable: bool) -> Blocked | None:
    may_look = state.context.account is not None and state.verified
    condition = not may_look or not offer.eligible or Moment(book, state, "").holds(offer.eligible)
    return blocked(
        offer,
        Situation(
            account=state.context.account,
            verified=state.verified,
            role=state.caller_role,
            consents=state.consents,
            cancel_requested=state.cancel_requested,
            today=state.context.today,
            condition=condition,
            affordable=affordable or not may_look,
            terms_apply=_terms_apply(book, offer, state.context.policy),
            extended=known.extended,
            saves_extended=state.saves_extended,
            policy=book.policy(state.context.policy),
            interrupt=interrupt_title(book, state) if state.offers_closed else "",
            personal=book.personal(offer),
            answered=offer.id in state.context.answered_before and offer.id not in state.offers,
        ),
    )


def interrupt_title(book: Book, state: State) -> str:
    """The title of what ended all selling in this call, the latest; "" for nothing."""
    if not state.interrupts:
        return ""
    declared = book.library.interrupts.get(state.interrupts[-1])
    return declared.title if declared else state.interrupts[-1].replace("_", " ").capitalize()


def _terms_apply(book: Book, offer: Offer, policy: str) -> bool:
    terms = book.library.disclosures.get(offer.disclosure or "")
    return terms is None or not terms.jurisdictions or policy in terms.jurisdictions
