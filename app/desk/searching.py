"""Finding an account that the number did not tell: by name, account number or phone; the agent chooses."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from app.desk.card import telling_apart
from app.desk.live_call import LiveCall
from app.desk.ports import FindsAccounts
from app.desk.renewing import AccountRenewal
from app.desk.shift import Shift
from app.desk.state import DeskState, SearchState
from app.desk.view import Candidate, Match, SearchView
from app.domain.account import Account, mask_name
from app.domain.event import EventType, Happening
from app.sync.crm import CrmError, CrmRefused

LEAST = 3
ROWS = 9
_LANE = "search"
_WHILE_TYPING_S = 0.25


class SearchDesk:
    """Searches for the call on the desk: at once in what this device has, then at the CRM."""

    def __init__(
        self,
        state: DeskState,
        record: Callable[[LiveCall, list[Happening]], None],
        context_changed: Callable[[LiveCall], None],
        renewal: AccountRenewal,
    ) -> None:
        self._state = state
        self._record = record
        self._context_changed = context_changed
        self._renewal = renewal

    def search(self, text: str) -> None:
        """What was typed so far; nothing yet only opens the search."""
        state, shift = self._state, self._state.shift
        if shift is None:
            return
        wanted = " ".join(text.split())[:80]
        state.search = SearchState(text)
        if not wanted:
            return
        if len(wanted) < LEAST:
            state.search.notice = state.world.words("Type at least {} letters or digits.").format(LEAST)
            return
        state.search.busy = True
        asked = state.search
        self._on_this_device(shift, asked, wanted)
        self._at_the_crm(shift, asked, wanted)

    def close(self) -> None:
        """Ends the search."""
        self._state.search = None

    def choose(self, call: LiveCall, key: str) -> None:
        """The account under this key is the caller's; 0 goes on as a guest, without an account."""
        search = self._state.search
        if search is None:
            return
        if key == "0":
            call.verified = None
            call.matching = replace(call.matching, match=Match.NONE, account=None, chosen=True, stale=False)
            self.close()
            self._context_changed(call)
            return
        place = int(key) - 1
        if place >= min(ROWS, len(search.found)):
            return
        account = search.found[place]
        before = call.matching
        if before.account is None or before.account.id != account.id:
            # Who was verified for one account is not verified for another.
            call.verified = None
        call.matching = replace(before, match=Match.ONE, account=account, chosen=True, stale=True)
        self._record(
            call,
            [
                Happening(
                    EventType.ACCOUNT_MATCHED,
                    {"account": account.id, "by": "agent", "candidates": len(search.found)},
                )
            ],
        )
        self.close()
        self._context_changed(call)
        self._renewal.renew(call)

    def _on_this_device(self, shift: Shift, asked: SearchState, wanted: str) -> None:
        def found(accounts: tuple[Account, ...]) -> None:
            if self._state.search is asked and accounts and not asked.found:
                asked.found = accounts
                self._state.changed()

        book = shift.book
        if isinstance(book, FindsAccounts):
            self._state.world.tasks.submit(
                "lookup", lambda: book.find_accounts(wanted, self._state.site.region), found, lambda _: None
            )

    def _at_the_crm(self, shift: Shift, asked: SearchState, wanted: str) -> None:
        say = self._state.world.words
        crm = shift.crm

        def work() -> tuple[Account, ...] | None:
            # Whoever goes on typing has asked for something else by now.
            if self._state.search is not asked or not isinstance(crm, FindsAccounts):
                return None
            return crm.find_accounts(wanted, self._state.site.region)

        def done(accounts: tuple[Account, ...] | None) -> None:
            if self._state.search is not asked:
                return
            asked.busy = False
            if accounts is None:
                asked.notice = say("Only this device was searched: this CRM knows no search.")
            else:
                asked.found = accounts
                more = len(accounts) > ROWS
                asked.notice = say("There are more. Type more of it.") if more else ""
            self._state.changed()

        def failed(error: Exception) -> None:
            if self._state.search is not asked:
                return
            asked.busy = False
            if isinstance(error, CrmRefused):
                asked.notice = error.problem
            elif isinstance(error, CrmError):
                asked.notice = say("The CRM cannot be reached: only numbers known on this device are found.")
            else:
                asked.notice = say("The search did not work. Try again.")
            self._state.changed()

        self._state.world.tasks.submit(_LANE, work, done, failed, after=_WHILE_TYPING_S)


def search_view(state: DeskState) -> SearchView | None:
    """What the window shows of it; names are masked here as everywhere before the caller is verified."""
    search = state.search
    if search is None:
        return None
    say, now = state.world.words, state.world.clock()
    rows = [
        Candidate(str(key), mask_name(account.name), telling_apart(account, now, state.site.zone))
        for key, account in enumerate(search.found[:ROWS], start=1)
    ]
    notice = search.notice
    if not notice and not rows and len(search.text.strip()) >= LEAST and not search.busy:
        notice = say("Nobody was found.")
    return SearchView(search.text, (*rows, Candidate("0", say("Guest, no account"), ())), notice, search.busy)
