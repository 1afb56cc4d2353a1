"""What an agent and a caller could do at a step, and what they do: what was done least before, and now and then
something out of turn."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from random import Random

from app.domain.account import Account
from app.domain.offer import DeclineReason, PassReason
from app.scripts import actions as act
from app.scripts.actions import Action
from app.scripts.coverage.customers import Customers
from app.scripts.coverage.paths import Edge, Wanted
from app.scripts.model import Step
from app.scripts.screen import OfferState
from app.scripts.walking.answers import answers_at
from app.scripts.walking.records import way_past
from app.scripts.walking.state import Visit
from app.scripts.walking.table import Table, table_at
from app.scripts.walking.turn import Turn

_ROLES = ("holder", "holder", "holder", "holder", "holder", "holder", "authorised", "executor", "third_party")
_DECLINES = tuple(one.value for one in DeclineReason if one is not DeclineReason.NO_CONSENT)
_PASSES = tuple(one.value for one in PassReason)
_OPEN = (OfferState.ON_TABLE, OfferState.EXTENDED, OfferState.DEFERRED, OfferState.PASSED)
_RESULTS = ("ok", "placed", "failed", "queued")


@dataclass(frozen=True, slots=True)
class Move:
    """Something to do. `edge` is what it goes along, None for what leads along no answer."""

    action: Action
    edge: Edge | None = None


class Players:
    """Agent and caller of one script's calls.

    Attributes: `taken`, how often each edge was; `wanted`, what was not yet; `searching`, whether this call goes where
    something is still to be found (else simply along what was taken least).
    """

    def __init__(self, customers: Customers, pool: tuple[Account, ...], wanted: Wanted) -> None:
        self._customers = customers
        self._pool = pool
        self.wanted = wanted
        self.searching = False
        self.taken: Counter[Edge] = Counter()

    def next_move(self, turn: Turn, dice: Random, refused: set[Action]) -> Move | None:
        """What happens next; None where nothing can."""
        visit, step = turn.visit, turn.step
        chance = 0.3 if self.searching and self._unheard(visit, step) else 0.08
        if dice.random() < chance and (odd := self._out_of_turn(turn, step, visit, dice)) is not None:
            return odd
        if step.verify is not None and not turn.state.verified and dice.random() < (0.9 if self.searching else 0.6):
            return Move(self._verifying(step, dice))
        for ask in step.asks:
            if (visit.script, ask.name) not in turn.state.filled and (not ask.optional or dice.random() < 0.7):
                typed = self._customers.typed(dice, ask.name, ask.type, ask.choices)
                if (visit.script, ask.name) not in turn.state.secrets:
                    return Move(act.Fill(ask.name, typed))
        if step.read is not None and step.read.disclosure not in turn.state.reads and dice.random() < 0.9:
            return Move(act.ConfirmRead(8.0))
        ways = [one for one in self._ways(turn, visit, step, dice) if one.action not in refused]
        return self._least_taken(ways, dice) if ways else None

    def _unheard(self, visit: Visit, step: Step) -> bool:
        """Whether the step has an objection that no call has brought up."""
        return any((visit.script, visit.step, one.phrases[0]) not in self.taken for one in step.objections)

    def _ways(self, turn: Turn, visit: Visit, step: Step, dice: Random) -> list[Move]:
        """The answers that are open, or Enter."""
        table = table_at(turn.book, turn.state, visit)
        if step.end is not None or "return" in step.tags or (not step.answers and table is None):
            return [Move(act.Continue())]
        ways: list[Move] = []
        for one in answers_at(turn.book, turn.state, visit, turn.moment(), table):
            if not one.closed and one.key not in ("A", "D", "L"):
                edge = visit.script, visit.step, f"* {one.answer.name}" if one.item >= 0 else one.key
                ways.append(Move(act.Choose(one.key or one.pick), edge))
        if table is not None:
            ways += _about(table, visit, dice)
        if table is not None and way_past(turn) is not None:
            ways.append(Move(act.Continue(), (visit.script, visit.step, "Enter")))
        return ways or [self._needed(turn, step)]

    def _needed(self, turn: Turn, step: Step) -> Move:
        """What opens the answers of a step on which all are closed."""
        if step.read is not None and step.read.disclosure not in turn.state.reads:
            return Move(act.ConfirmRead(8.0))
        if step.verify is not None and not turn.state.verified:
            return Move(act.Verified(step.verify.methods[0], "crm", "holder"))
        return Move(act.Continue())

    def _least_taken(self, ways: list[Move], dice: Random) -> Move:
        if len(ways) == 1:
            return ways[0]
        taken = self.taken
        if self.searching:
            ways = [one for one in ways if one.edge and self.wanted.leads_on(one.edge)] or ways
        least = min(taken[one.edge] if one.edge else 0 for one in ways)
        nearest = [one for one in ways if (taken[one.edge] if one.edge else 0) == least]
        return nearest[int(dice.random() * len(nearest))]

    def _verifying(self, step: Step, dice: Random) -> Action:
        methods = step.verify.methods if step.verify else ("pin",)
        method = dice.choice(methods)
        if dice.random() < 0.15:
            return act.VerifyFailed(method, dice.choice(("no", "unknown")))
        return act.Verified(method, dice.choice(("crm", "attested")), dice.choice(_ROLES))

    def _out_of_turn(self, turn: Turn, step: Step, visit: Visit, dice: Random) -> Move | None:
        """What may come at any time; mostly an objection, where the step has one."""
        if step.objections and dice.random() < 0.7:
            one = dice.choice(step.objections)
            return Move(act.OpenObjection(one.phrases[0]), (visit.script, visit.step, one.phrases[0]))
        roll = dice.random()
        if roll < 0.2:
            return Move(act.Back())
        if roll < 0.3:
            return Move(act.TakeBack())
        if roll < 0.5:
            return Move(act.Extend())
        if roll < 0.6:
            return Move(act.PassOffer(dice.choice(_PASSES)))
        if roll < 0.75 and turn.state.requests:
            return Move(act.Finished(dice.choice(list(turn.state.requests))[0], dice.choice(_RESULTS)))
        if roll < 0.85 and turn.state.context.account is None:
            return Move(act.ContextChanged(self._customers.context(dice, dice.choice(self._pool))))
        if roll < 0.92:
            return Move(act.PressCancel())
        names = list(turn.book.library.interrupts)
        return Move(act.PressInterrupt(dice.choice(names))) if names else None


def result_of(action: str, dice: Random) -> Action | None:
    """What the CRM or the phone answers to a request, or None while it says nothing."""
    roll = dice.random()
    return act.Finished(action, _RESULTS[int(roll * 5)]) if roll < 0.8 else None


def _about(table: Table, visit: Visit, dice: Random) -> list[Move]:
    """Yes, no and later to the offer on the table."""
    if table.blocked is not None or table.known.state not in (*_OPEN, OfferState.PENDING):
        return []
    keys = {one.key for one in table.step.answers}
    place = visit.script, visit.step
    ways = []
    pending = table.known.state is OfferState.PENDING
    if "A" in keys and not pending and (options := [one.option.id for one in table.options if not one.closed]):
        ways.append(Move(act.Accept(dice.choice(options)), (*place, "A")))
    if "D" in keys:
        ways.append(Move(act.Decline(dice.choice(_DECLINES)), (*place, "D")))
    if "L" in keys and table.known.state is not OfferState.DEFERRED:
        ways.append(Move(act.Defer("2199-01-01"), (*place, "L")))
    return ways
