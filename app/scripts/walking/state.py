"""The state of a walk, and how each event changes it: `evolve` knows no library and can refuse nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

from app.domain.event import Json
from app.scripts.context import WalkContext
from app.scripts.screen import OfferState
from app.scripts.walking import events as walk
from app.scripts.walking.events import OfferPlace, Return, WalkEvent
from app.scripts.walking.tell import is_told
from app.scripts.walking.values import from_json

_Key = TypeVar("_Key")
_Value = TypeVar("_Value")
# A step of a script, or a name (field, value) in a script.
InScript = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Visit:
    """A step that was entered; `returns` are the scripts that come back after this one, the nearest last."""

    script: str
    step: str
    returns: tuple[Return, ...] = ()


@dataclass(frozen=True, slots=True)
class OnTable:
    """What became of one offer in this call."""

    place: OfferPlace
    state: OfferState = OfferState.ON_TABLE
    found: bool = False
    shown: bool = False
    extended: bool = False
    option: str = ""


@dataclass(frozen=True, slots=True)
class Record:
    """A record about an offer that can be taken back: its happenings, and how things were before it.

    `open`: the next record of the same offer belongs to it (an implied extend, the consent before an accept).
    """

    offer: str
    happened: tuple[int, ...]
    before: OnTable
    consents_before: frozenset[str]
    history: tuple[Visit, ...]
    at: int
    open: bool = False


@dataclass(frozen=True, slots=True)
class ListItem:
    """The chosen item of a list: where the list stands, and which item (from 0)."""

    path: str
    item: int


# Without slots: every event makes a new state, and a dictionary is copied faster than thirty fields one by one.
@dataclass(frozen=True)
class State:
    """Everything a walk knows.

    `told` counts the happenings so far; `fence` is the first step that Back may reach, since nothing comes back from
    before an interrupt; `language` was chosen by the agent; `secrets` are never kept nor compared.
    """

    context: WalkContext
    history: tuple[Visit, ...] = ()
    at: int = -1
    answers: Mapping[InScript, str] = field(default_factory=dict)
    filled: Mapping[InScript, str] = field(default_factory=dict)
    captured: Mapping[InScript, Mapping[str, Json]] = field(default_factory=dict)
    reckoned: Mapping[InScript, object] = field(default_factory=dict)
    items: Mapping[InScript, ListItem] = field(default_factory=dict)
    phrasings: Mapping[InScript, int] = field(default_factory=dict)
    visits: Mapping[InScript, int] = field(default_factory=dict)
    offers: Mapping[str, OnTable] = field(default_factory=dict)
    withheld: frozenset[tuple[str, str]] = frozenset()
    last_offer: str = ""
    records: tuple[Record, ...] = ()
    reads: frozenset[str] = frozenset()
    consents: frozenset[str] = frozenset()
    verified_account: str | None = None
    role: str = ""
    method: str = ""
    doubted: tuple[str, str] = ("", "")
    requests: Mapping[tuple[str, str, str], str] = field(default_factory=dict)
    outcome: str = ""
    cancel_requested: bool = False
    interrupts: tuple[str, ...] = ()
    suppressed: frozenset[str] = frozenset()
    fence: int = 0
    said_role: str = ""
    language: str = ""
    told: int = 0
    secrets: Mapping[InScript, str] = field(default_factory=dict, compare=False, repr=False)

    @property
    def visit(self) -> Visit:
        """The step on the screen."""
        return self.history[self.at]

    @property
    def here(self) -> InScript:
        """Script and step on the screen."""
        return self.visit.script, self.visit.step

    @property
    def account_id(self) -> str:
        """The account's id, "" while nobody is matched."""
        return self.context.account.id if self.context.account else ""

    @property
    def verified(self) -> bool:
        """Whether the caller is verified for the account that is chosen now, and is one who may know what is in it."""
        known = self.verified_account is not None and self.verified_account == self.account_id
        return (known or self.context.verified) and self.caller_role != "third_party"

    @property
    def caller_role(self) -> str:
        """The caller's role, "" while not known."""
        if self.role and self.verified_account == self.account_id:
            return self.role
        return self.said_role or self.context.role

    @property
    def offers_closed(self) -> bool:
        """Whether something ended all offers in this call."""
        return self.cancel_requested or "offers" in self.suppressed

    @property
    def saves_extended(self) -> int:
        """Save offers extended in this interaction, by whomever."""
        ours = sum(one.extended and one.place.kind == "save" for one in self.offers.values())
        return ours + self.context.extended_before


def evolve(state: State, event: WalkEvent) -> State:
    """The state after the event."""
    number = state.told
    if is_told(event):
        state = with_changes(state, told=number + 1)
    match event:
        case walk.ContextSet(context):
            return _told_of_the_world(state, context)
        case walk.Entered(script, step, returns):
            return _entered(state, Visit(script, step, returns))
        case walk.Moved(to, drop):
            return with_changes(state, at=to, history=state.history[: to + 1] if drop else state.history)
        case walk.Answered():
            return _answered(state, event)
        case walk.Reckoned(script, name, value):
            return with_changes(state, reckoned=put(state.reckoned, (script, name), from_json(value)))
        case walk.Filled(script, name, text):
            return with_changes(state, filled=put(state.filled, (script, name), text))
        case walk.Captured(script, step, values):
            return with_changes(state, captured=put(state.captured, (script, step), values))
        case walk.Phrased(script, step, phrasing):
            return with_changes(state, phrasings=put(state.phrasings, (script, step), phrasing))
        case walk.ScriptEnded(outcome=outcome):
            return with_changes(state, outcome=outcome)
        case walk.CancelRequested():
            return with_changes(state, cancel_requested=True)
        case walk.Interrupted(interrupt, suppresses):
            return _interrupted(state, interrupt, suppresses)
        case walk.RoleSaid(role):
            return with_changes(state, said_role=role, role=role)
        case walk.Spoken(language):
            return with_changes(state, language=language)
        case walk.Identified(account, method, _, role, _):
            return with_changes(
                state, verified_account=account, method=method, role=role, said_role=role, doubted=("", "")
            )
        case walk.Doubted(method, answer):
            return with_changes(state, doubted=(method, answer))
        case walk.DisclosureRead(disclosure=disclosure):
            return with_changes(state, reads=state.reads | {disclosure})
        case walk.Requested(_, action, offer, option):
            return with_changes(state, requests=put(state.requests, (action, offer, option), "queued"))
        case walk.RequestFinished(action, result):
            changed = {key: result for key in state.requests if key[0] == action}
            return with_changes(state, requests={**state.requests, **changed})
        case _:
            return _offer(state, event, number)


def _told_of_the_world(state: State, context: WalkContext) -> State:
    """What an agent before did away with in this call stays away."""
    return with_changes(
        state,
        context=context,
        cancel_requested=state.cancel_requested or context.cancel_before,
        interrupts=tuple(dict.fromkeys((*context.interrupts_before, *state.interrupts))),
        suppressed=state.suppressed | frozenset(context.suppressed_before),
    )


def _entered(state: State, visit: Visit) -> State:
    key = visit.script, visit.step
    return with_changes(
        state,
        history=(*state.history[: state.at + 1], visit),
        at=state.at + 1,
        visits=put(state.visits, key, state.visits.get(key, 0) + 1),
    )


def _interrupted(state: State, interrupt: str, suppresses: tuple[str, ...]) -> State:
    """Nothing of the pitch is under way any more: a yes that still waited for its terms is no yes."""
    offers = {
        name: replace(one, state=OfferState.EXTENDED) if one.state is OfferState.PENDING else one
        for name, one in state.offers.items()
    }
    return with_changes(
        state,
        interrupts=(*state.interrupts, interrupt),
        suppressed=state.suppressed | frozenset(suppresses),
        offers=offers,
        fence=state.at + 1,
    )


def _answered(state: State, event: walk.Answered) -> State:
    state = with_changes(state, answers=put(state.answers, (event.script, event.step), event.answer))
    if not event.name:
        return state
    return with_changes(state, items=put(state.items, (event.script, event.name), ListItem(event.path, event.item)))


def _offer(state: State, event: WalkEvent, number: int) -> State:
    match event:
        case walk.OfferFound(place):
            return _set(state, replace(_on_table(state, place), found=True))
        case walk.OfferShown(place):
            return _set(state, replace(_on_table(state, place), shown=True))
        case walk.OfferWithheld(_, offer, reason):
            return with_changes(state, withheld=state.withheld | {(offer, reason)})
        case walk.Extended(place, implied):
            changed = replace(_on_table(state, place), state=OfferState.EXTENDED, extended=True)
            return _recorded(state, changed, (number,), open=implied)
        case walk.Pended(place, option):
            return _recorded(state, replace(_on_table(state, place), state=OfferState.PENDING, option=option), ())
        case walk.Accepted(place, option):
            changed = replace(_on_table(state, place), state=OfferState.ACCEPTED, option=option)
            return _recorded(state, changed, (number,))
        case walk.Declined(place):
            changed = replace(_on_table(state, place), state=OfferState.DECLINED, option="")
            return _recorded(state, changed, (number,))
        case walk.Deferred(place):
            return _recorded(state, replace(_on_table(state, place), state=OfferState.DEFERRED), (number,))
        case walk.Passed(place):
            return _recorded(state, replace(_on_table(state, place), state=OfferState.PASSED), (number,))
        case walk.ConsentAnswered(consent=consent, offer=offer, given=given):
            if offer:
                state = _recorded(state, state.offers[offer], (number,), open=True)
            consents = state.consents | {consent} if given else state.consents - {consent}
            return with_changes(state, consents=consents)
        case walk.Restored():
            return _restored(state)
    return state


def _on_table(state: State, place: OfferPlace) -> OnTable:
    """The offer as it is, now at this place (a later step may be another rung of the path to the same offer)."""
    known = state.offers.get(place.offer)
    return replace(known, place=place) if known else OnTable(place)


def _set(state: State, offer: OnTable) -> State:
    return with_changes(state, offers=put(state.offers, offer.place.offer, offer), last_offer=offer.place.offer)


def _recorded(state: State, changed: OnTable, happened: tuple[int, ...], open: bool = False) -> State:
    name = changed.place.offer
    last = state.records[-1] if state.records else None
    if last is not None and last.open and last.offer == name:
        records = (*state.records[:-1], replace(last, happened=last.happened + happened, open=open))
    else:
        before = state.offers.get(name, OnTable(changed.place))
        record = Record(name, happened, before, state.consents, state.history[: state.at + 1], state.at, open)
        records = (*state.records, record)
    return _set(with_changes(state, records=records), changed)


def _restored(state: State) -> State:
    record = state.records[-1]
    state = with_changes(_set(state, record.before), records=state.records[:-1], consents=record.consents_before)
    # A record from before an interrupt is undone where the call is now: nothing leads back to the pitch.
    return state if record.at < state.fence else with_changes(state, history=record.history, at=record.at)


def with_changes(state: State, **changes: Any) -> State:
    """The state with some fields changed, as a new one."""
    new = object.__new__(State)
    new.__dict__.update(state.__dict__, **changes)
    return new


def put(mapping: Mapping[_Key, _Value], key: _Key, value: _Value) -> dict[_Key, _Value]:
    """The mapping with one entry set, as a new one."""
    return {**mapping, key: value}
