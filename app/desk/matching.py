"""Who is calling: looked up in the cache at once, refreshed from the CRM, and never guessed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from app.desk.card import Matching, VerifiedMark
from app.desk.live_call import LiveCall
from app.desk.ports import KnowsAccountNumbers
from app.desk.shift import Shift
from app.desk.state import DeskState
from app.desk.view import Match, Tone
from app.desk.who import Given, account_given, number_says
from app.domain.account import Account
from app.domain.call import Presentation
from app.domain.event import EventType, Happening, Json
from app.domain.phone import CallerNumber
from app.scripts.actions import Verified, VerifyFailed
from app.sync.crm import CrmError, VerifyAnswer

# The cached card is painted first: asking the CRM takes the processor for some milliseconds.
_AFTER_THE_CARD_S = 0.03


class CallerDesk:
    """Finds, refreshes and verifies the caller of the current call.

    `record` stamps and commits happenings of a call, `context_changed` tells the walk, `apply` acts on it.
    """

    def __init__(
        self,
        state: DeskState,
        record: Callable[[LiveCall, list[Happening]], None],
        context_changed: Callable[[LiveCall], None],
        apply: Callable[[LiveCall, Verified | VerifyFailed], bool],
    ) -> None:
        self._state = state
        self._record = record
        self._context_changed = context_changed
        self._apply = apply

    def look_up(self, call: LiveCall, number: CallerNumber) -> None:
        """Begins to look for the caller: by the account that the IVR asked for, and by his number.

        A number that is withheld or not whole is never looked up.
        """
        given, shift = account_given(call.phone), self._state.shift
        if number.e164 is None and not given:
            withheld = number.presentation is Presentation.RESTRICTED
            call.matching = Matching(Match.WITHHELD if withheld else Match.NONE)
            return
        call.matching = Matching(Match.SEARCHING, number.e164 or "")
        if shift is None:
            return
        wanted = _Wanted(given, number)

        def found(what: _Found) -> None:
            if call.matching.match is Match.SEARCHING:
                # An account that was named and is not on this device may be at the CRM: the number waits for that.
                enough = what.named is not None if given else bool(what.on_number)
                if enough or not self._state.sync.online:
                    self._take(call, wanted, what, stale=True)
                self._state.changed()
            self._refresh(call, shift, wanted)

        self._state.world.tasks.submit("lookup", lambda: _in_book(shift, wanted), found, lambda _: found(_Found()))

    def _refresh(self, call: LiveCall, shift: Shift, wanted: _Wanted) -> None:
        def ask() -> _Found:
            what = _at_crm(shift, wanted)
            shift.book.keep(what.all)
            return what

        def done(what: _Found) -> None:
            self._take(call, wanted, what, stale=False)
            self._state.changed()

        def failed(_: Exception) -> None:
            if call.matching.match is Match.SEARCHING:
                self._take(call, wanted, _Found(), stale=True)
            self._state.changed()

        self._state.world.tasks.submit("crm", ask, done, failed, after=_AFTER_THE_CARD_S)

    def _take(self, call: LiveCall, wanted: _Wanted, what: _Found, *, stale: bool) -> None:
        before, accounts = call.matching, what.on_number
        renewed = next((each for each in what.all if before.account and each.id == before.account.id), before.account)
        if before.chosen:
            # The agent has said who it is: only the data of that account is renewed, the choice never.
            call.matching = replace(before, candidates=accounts or before.candidates, account=renewed, stale=stale)
        elif call.verified is not None and before.account is not None:
            call.matching = replace(before, account=renewed, stale=stale)
        else:
            call.matching = _matching(wanted, what, stale=stale)
            account = call.matching.account
            if account is not None and (before.account is None or before.account.id != account.id):
                self._matched(call, account, "ivr" if call.matching.given is Given.KNOWN else "ani", 1)
        if before != call.matching:
            self._context_changed(call)

    def pick(self, call: LiveCall, key: str) -> None:
        """The agent says which of the candidates it is; 0 is somebody else."""
        if key == "0":
            call.matching = replace(call.matching, match=Match.NONE, account=None, chosen=True)
        else:
            position = int(key) - 1
            if position >= min(9, len(call.matching.candidates)):
                return
            account = call.matching.candidates[position]
            if call.matching.account is None or call.matching.account.id != account.id:
                # Who was verified for one account is not verified for another.
                call.verified = None
            call.matching = replace(call.matching, match=Match.ONE, account=account, chosen=True)
            self._matched(call, account, "agent", len(call.matching.candidates))
        self._context_changed(call)

    def _matched(self, call: LiveCall, account: Account, by: str, candidates: int) -> None:
        data: dict[str, Json] = {"account": account.id, "by": by, "candidates": candidates}
        self._record(call, [Happening(EventType.ACCOUNT_MATCHED, data)])

    def check(self, call: LiveCall, method: str, factor: str) -> None:
        """Asks the CRM whether the factor is right; the factor is kept nowhere."""
        shift, account = self._state.shift, call.matching.account
        if shift is None:
            return
        if account is None:
            self._state.say(Tone.ATTENTION, "Choose who is calling first: a PIN belongs to one account.")
            return
        self._state.busy = "Checking"

        def done(answer: VerifyAnswer) -> None:
            self._state.busy = ""
            if call.matching.account is None or call.matching.account.id != account.id:
                return
            if answer is VerifyAnswer.YES:
                self._verified(call, method, "crm", offline=False)
            else:
                self._apply(call, VerifyFailed(method, answer.value))
            self._state.changed()

        def failed(error: Exception) -> None:
            self._state.busy = ""
            sentence = "The CRM cannot be reached to check it. Check the caller yourself, then press V to attest."
            self._state.say(Tone.ATTENTION, sentence if isinstance(error, CrmError) else str(error))
            self._context_changed(call)
            self._state.changed()

        self._state.world.tasks.submit("verify", lambda: shift.crm.verify(account.id, method, factor), done, failed)

    def attest(self, call: LiveCall, method: str) -> None:
        """The agent has verified the caller: for what the CRM cannot check, or without network; recorded as such."""
        if call.matching.account is None:
            self._state.say(Tone.ATTENTION, "Choose who is calling first: only a known account can be verified.")
            return
        screen = call.walk.screen() if call.walk is not None else None
        methods = screen.verify.methods if screen is not None and screen.verify is not None else ()
        chosen = next((each for each in methods if each.id == method), None)
        if chosen is not None and chosen.checkable and self._state.sync.online:
            self._state.say(Tone.ATTENTION, f"The CRM can check this: type the {chosen.prompt} and press Enter.")
            return
        self._verified(call, method, "attested", offline=not self._state.sync.online)

    def _verified(self, call: LiveCall, method: str, how: str, *, offline: bool) -> None:
        call.verified = VerifiedMark(method, how, self._state.world.clock(), "holder", offline)
        if not self._apply(call, Verified(method, how, "holder", offline)):
            call.verified = None
            return
        if call.matching.account is not None:
            self._record(call, [Happening(EventType.RECORD_VIEWED, {"account": call.matching.account.id})])


@dataclass(frozen=True, slots=True)
class _Wanted:
    """What is known before looking: the account number that the IVR asked for ("" for none), the caller's number."""

    given: str
    number: CallerNumber


@dataclass(frozen=True, slots=True)
class _Found:
    """The account with the number that the caller gave, and those on which his telephone number stands."""

    named: Account | None = None
    on_number: tuple[Account, ...] = ()

    @property
    def all(self) -> tuple[Account, ...]:
        others = tuple(each for each in self.on_number if self.named is None or each.id != self.named.id)
        return others if self.named is None else (self.named, *others)


def _matching(wanted: _Wanted, what: _Found, *, stale: bool) -> Matching:
    number, accounts = wanted.number.e164 or "", what.on_number
    if what.named is not None:
        says = number_says(what.named, accounts, wanted.number)
        return Matching(Match.ONE, number, accounts, what.named, stale=stale, given=Given.KNOWN, says=says)
    given = Given.UNKNOWN if wanted.given else Given.NOT_ASKED
    if len(accounts) == 1:
        return Matching(Match.ONE, number, accounts, accounts[0], stale=stale, given=given)
    if accounts:
        return Matching(Match.SEVERAL, number, accounts, stale=stale, given=given)
    withheld = wanted.number.presentation is Presentation.RESTRICTED
    return Matching(Match.WITHHELD if withheld else Match.NONE, number, stale=stale, given=given)


def _in_book(shift: Shift, wanted: _Wanted) -> _Found:
    book, given, e164 = shift.book, wanted.given, wanted.number.e164
    named = None
    if given:
        named = book.by_number(given) if isinstance(book, KnowsAccountNumbers) else None
        named = named or book.by_id(given)
    return _Found(named, book.by_phone(e164) if e164 is not None else ())


def _at_crm(shift: Shift, wanted: _Wanted) -> _Found:
    crm, given, e164 = shift.crm, wanted.given, wanted.number.e164
    named = None
    if given:
        named = crm.by_number(given) if isinstance(crm, KnowsAccountNumbers) else None
        # An IVR may know the CRM's own id instead of the number that customers know.
        named = named or crm.account(given)
    return _Found(named, crm.accounts_by_phone(e164) if e164 is not None else ())
