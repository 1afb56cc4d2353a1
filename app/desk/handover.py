"""A call that another agent had before: his context is found at the hub, shown, and gone on from by a key.

What was extended, answered, asked to be cancelled or interrupted there counts at once where the call is certainly the
same. Where only the number says so, nothing counts before the agent has said that it is the same caller.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import timedelta

from app.desk.card import Matching
from app.desk.handed import HandedUnreadable, Record, before_of, beside, from_plain, walk_again
from app.desk.handing_over import names_of
from app.desk.live_call import Before, Handed, LiveCall
from app.desk.ports import HandedOver, HandsOver, WhichCall
from app.desk.shift import Shift
from app.desk.state import DeskState
from app.desk.view import Choice, Choosing, Match, Tone
from app.desk.walking import ScriptDesk
from app.domain.account import Account
from app.domain.call import Direction
from app.domain.event import EventType, Happening, Json
from app.scripts.actions import OpenScript
from app.scripts.walk import Walk
from app.sync.crm import CrmError

_LOOKED_FOR = timedelta(minutes=10)
"""How long after it began to ring a call's context may still come."""
_FRESH = timedelta(minutes=2)
_MOST_NUMBER = 128


class HandoverDesk:
    """Looks for what was handed over, and takes it up."""

    def __init__(self, state: DeskState, scripts: ScriptDesk) -> None:
        self._state = state
        self._scripts = scripts
        self._looking: set[str] = set()
        self._again: set[str] = set()
        self._refused: set[tuple[str, str]] = set()

    def announce(self, call: LiveCall) -> None:
        """A call rings: did somebody hand it over?"""
        if call.phone.direction is Direction.INBOUND and call.phone.joins is None:
            self._look(call)

    def pushed(self, body: Mapping[str, Json]) -> None:
        """The hub tells of a handover; of this desk's calls it may be for one whose ids are the same, or unknown."""
        named = body.get("names")
        names = set(named) if isinstance(named, list) else set()
        now = self._state.world.clock()
        for call in self._state.calls if body.get("kind") == "handover" else ():
            fresh = call.phone.linked_id is None and now - call.offered_at <= _FRESH
            if fresh or names.intersection(names_of(call.phone)):
                self.announce(call)

    def look_again(self) -> None:
        """Asks again for calls for which the hub could not be asked."""
        for call in self._state.calls:
            if call.id in self._again and self._state.world.clock() - call.offered_at <= _LOOKED_FOR:
                self._look(call)

    def forget(self) -> None:
        """Somebody signs out."""
        self._looking, self._again, self._refused = set(), set(), set()

    def open(self, call: LiveCall) -> None:
        """The marked list: go on from there, or begin anew."""
        handed, say = call.handed, self._state.world.words
        if handed is None or handed.choice == "on" or call.wrapping_since is not None:
            return
        rows = [Choice("1", say("Go on from there")), Choice("2", say("Begin anew"))]
        acts: dict[str, Callable[[], None]] = {"1": lambda: self._go_on(call), "2": lambda: self._anew(call)}
        if not handed.certain:
            rows.append(Choice("3", say("This is another call")))
            acts["3"] = lambda: self._another(call)
        self._state.choosing = Choosing(say("Transferred by {}").format(handed.by), tuple(rows))
        self._state.choose = acts

    def on_desk(self, call: LiveCall) -> None:
        """The call came onto the desk: what was handed over of it is offered, unless they talk already."""
        if call.handed is not None and not call.handed.choice and not call.answered:
            self.open(call)

    def take_up(self, call: LiveCall) -> bool:
        """The call was answered: goes on where the agent has said so; else he may still choose."""
        if call.handed is None or call.handed.choice != "on":
            return False
        self._restore(call, call.handed)
        return True

    # -- finding ----------------------------------------------------------------------------------------------------

    def _look(self, call: LiveCall) -> None:
        shift = self._state.shift
        if shift is None or not isinstance(shift.crm, HandsOver) or call.id in self._looking or call.handed is not None:
            return
        crm: HandsOver = shift.crm
        phone = call.phone
        reached = tuple(each[:_MOST_NUMBER] for each in (phone.dnis, phone.queue) if each)
        which = WhichCall(names_of(phone), phone.ani_e164 or "", reached)
        self._looking.add(call.id)
        self._again.discard(call.id)

        def done(found: HandedOver | None) -> None:
            self._looking.discard(call.id)
            if found is not None and self._state.shift is shift and call in self._state.calls:
                self._found(call, found)

        def failed(_: Exception) -> None:
            self._looking.discard(call.id)
            self._again.add(call.id)

        self._state.world.tasks.submit("handover", lambda: crm.handed_over(which), done, failed)

    def _found(self, call: LiveCall, found: HandedOver) -> None:
        taken_already = call.handed is not None or (call.id, found.id) in self._refused
        if taken_already or call.wrapping_since is not None or (not found.certain and self._has_a_twin(call)):
            return
        say = self._state.world.words
        try:
            record = from_plain(found.context)
        except HandedUnreadable:
            text = say("{} transferred this call, with a version of Cuecard that this one cannot read.")
            self._state.say(Tone.ATTENTION, text.format(found.by))
            self._state.changed()
            return
        plain = dict(found.context)
        call.handed = Handed(found.id, found.by, found.team, found.certain, plain, late=call.answered)
        if found.certain:
            self._count(call, record)
        self._scripts.keep(call)
        if call.answered:
            self._state.say(Tone.INFORMATION, say("{}'s notes arrived.").format(found.by))
        elif call is self._state.current:
            self.open(call)
        self._state.changed()

    def _has_a_twin(self, call: LiveCall) -> bool:
        """Another call of the same number here: which of the two it is, nobody can say."""
        number = call.phone.ani_e164
        return any(each is not call and each.phone.ani_e164 == number for each in self._state.calls)

    def _count(self, call: LiveCall, record: Record) -> None:
        """What the agents before did counts from now on; the step stays."""
        call.before = record.before
        if call.walk is not None:
            self._scripts.context_changed(call)

    # -- choosing ---------------------------------------------------------------------------------------------------

    def _go_on(self, call: LiveCall) -> None:
        handed = self._chosen(call, "on")
        if handed is not None and call.answered:
            self._restore(call, handed)

    def _anew(self, call: LiveCall) -> None:
        handed = self._chosen(call, "anew")
        if handed is not None:
            self._tell(call, handed, "anew", verified=False)

    def _another(self, call: LiveCall) -> None:
        self._state.stop_choosing()
        if call.handed is not None:
            self._refused.add((call.id, call.handed.id))
        call.handed, call.before = None, Before()
        self._scripts.keep(call)

    def _chosen(self, call: LiveCall, choice: str) -> Handed | None:
        self._state.stop_choosing()
        handed = call.handed
        if handed is None:
            return None
        call.handed = replace(handed, choice=choice)
        record = from_plain(handed.record)
        if not handed.certain and not handed.choice:
            self._count(call, record)
        if not call.answered:
            # Nothing but the ringing was recorded under the call's own name yet.
            call.subject = record.subject or call.subject
        self._scripts.keep(call)
        return call.handed

    # -- going on ---------------------------------------------------------------------------------------------------

    def _restore(self, call: LiveCall, handed: Handed) -> None:
        shift, world, library = self._state.shift, self._state.world, self._state.library
        if shift is None:
            return
        record, known = from_plain(handed.record), call.matching.account
        counts = call.verified is not None or handed.certain
        site_policy = self._state.site.policy

        def work() -> _Taken:
            fetched = _fetched(shift, record, known)
            same = library.release.content_hash == record.content_hash
            its = library if same else world.kept_library(record.content_hash)
            account = fetched or known
            policy = (its or library).policies.get(account.jurisdiction if account is not None else site_policy)
            mark = record.verified is not None and policy is not None and policy.verified_after_transfer
            carried = counts and mark and account is not None and account.id == record.account
            verified = carried or call.verified is not None
            again = None if its is None else walk_again(record, its, verified=verified)
            return _Taken(again, fetched, carried)

        def done(taken: _Taken) -> None:
            if call in self._state.calls and call.wrapping_since is None:
                self._take(call, handed, record, taken)
                self._state.changed()

        def failed(_: Exception) -> None:
            done(_Taken(None, None, carried=False))

        world.tasks.submit("store", work, done, failed)

    def _take(self, call: LiveCall, handed: Handed, record: Record, taken: _Taken) -> None:
        happened: list[Happening] = []
        if taken.account is not None:
            account, number = taken.account, call.phone.ani_e164 or ""
            call.matching = Matching(Match.ONE, number, (account,), account, chosen=True)
            data: dict[str, Json] = {"account": account.id, "by": "transfer", "candidates": 1}
            happened.append(Happening(EventType.ACCOUNT_MATCHED, data))
        call.caller = call.caller or record.caller
        if taken.again is None:
            self._begin(call, record)
            self._scripts.record(call, happened)
            self._tell(call, handed, "anew", verified=False)
            return
        call.before = beside(record.log_before, record, before_of(call))
        call.walk, call.go_on = taken.again
        call.emitted, call.extended = list(record.emitted), call.extended + record.extended
        call.offers = [replace(fact, earlier=True) for fact in (*call.offers, *record.offers)]
        call.step_since = self._state.world.clock()
        if taken.carried and call.verified is None:
            call.verified = record.verified
            happened.append(Happening(EventType.RECORD_VIEWED, {"account": record.account}))
        self._scripts.record(call, happened)
        self._tell(call, handed, "on", verified=taken.carried)
        self._scripts.context_changed(call)

    def _begin(self, call: LiveCall, record: Record) -> None:
        """This desk's release cannot go on where the other's was: its script begins, and what was done counts."""
        text = self._state.world.words("The scripts have changed since. The call begins its script again.")
        self._state.say(Tone.ATTENTION, text)
        script = record.script if record.script in self._state.library_of(call).scripts else ""
        if call.walk is None:
            self._scripts.begin(call, script)
        elif script and call.walk.screen().script != script:
            self._scripts.apply(call, OpenScript(script))

    def _tell(self, call: LiveCall, handed: Handed, went: str, *, verified: bool) -> None:
        """Records that the call came from another agent, and says so to the hub."""
        linked = str(handed.record.get("subject", ""))
        data: dict[str, Json] = {
            "way": "in",
            "handover": handed.id,
            "linked": linked,
            "went": went,
            "verified": verified,
        }
        self._scripts.record(call, [Happening(EventType.CALL_TRANSFERRED, data)])
        shift = self._state.shift
        if shift is not None and isinstance(shift.crm, HandsOver):
            crm: HandsOver = shift.crm
            # Where it cannot be said, another agent may be offered the same: he sees by whom, and may refuse.
            self._state.world.tasks.submit(
                "handover", lambda: crm.take_handover(handed.id), lambda _: None, lambda _: None
            )


@dataclass(frozen=True, slots=True)
class _Taken:
    """The walk with the steps to go forward (None: it cannot go on), the account where it had to be fetched, and
    whether the verification carries over."""

    again: tuple[Walk, int] | None
    account: Account | None
    carried: bool


def _fetched(shift: Shift, record: Record, known: Account | None) -> Account | None:
    """The account that was handed over, where the caller's number did not lead to it."""
    if not record.account or (known is not None and known.id == record.account):
        return None
    with suppress(CrmError):
        fresh = shift.crm.account(record.account)
        if fresh is not None:
            shift.book.keep((fresh,))
            return fresh
    return shift.book.by_id(record.account)
