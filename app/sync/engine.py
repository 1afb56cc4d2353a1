"""The engine that keeps store and CRM in step, in a thread of its own."""

from __future__ import annotations

import logging
import math
import threading
import time
from collections.abc import Callable
from datetime import datetime, timedelta

from app.cache.errors import StoreError
from app.desk.ports import SyncState
from app.sync.crm import Ability, Crm, CrmBusy, CrmError, CrmRefused, CrmUnreachable, SignInRefused
from app.sync.lease import Lease
from app.sync.panel import CLOCK_OFFSET
from app.sync.patience import Patience
from app.sync.reconcile import Reconciler
from app.sync.stores import Store
from app.sync.uploader import FAILED_ON, MAX_TRIES, Uploader

ACCOUNTS = "accounts"
KEEP_ACKNOWLEDGED = timedelta(days=7)
KEEP_INDEX = timedelta(days=7)
KEEP_OPENED = timedelta(minutes=30)
_FORBIDDEN, _GONE = 403, 410
_LEASE_SECONDS = 5.0
_HOUSEKEEPING_SECONDS = 60.0
_AFTER_YOU_SECONDS = 0.05
_CHECK_SECONDS = 3600.0
_OFFSET_CHANGED = timedelta(seconds=1)

_log = logging.getLogger(__name__)


class SyncEngine:
    """Sends the outbox and fetches changed accounts, until it is stopped.

    `publish` is called in the engine's thread with each new SyncState. `clock` is the wall clock, `elapsed` a clock
    that never jumps, `random` gives numbers from 0 up to 1. `fetch_accounts=False`: only sends (for the store of an
    agent who is not signed in now). `reconciler` checks whether the CRM still has what it acknowledged: at the start,
    after it was away, when it was started anew, and every hour.
    """

    def __init__(
        self,
        store: Store,
        crm: Crm,
        lease: Lease,
        publish: Callable[[SyncState], None],
        *,
        clock: Callable[[], datetime],
        random: Callable[[], float],
        elapsed: Callable[[], float] = time.monotonic,
        refresh_seconds: float = 60.0,
        fetch_accounts: bool = True,
        reconciler: Reconciler | None = None,
    ) -> None:
        self._store = store
        self._crm = crm
        self._lease = lease
        self._publish = publish
        self._clock = clock
        self._elapsed = elapsed
        self._instances: set[str] = set()
        self._uploader = Uploader(store, crm, clock, self._instances)
        self._refresh_seconds = refresh_seconds
        self._fetches = fetch_accounts and Ability.CHANGES in crm.abilities
        self._reconciler = reconciler
        self._sending, self._fetching, self._suspecting = Patience(random), Patience(random), Patience(random)
        self._send_after = self._fetch_after = self._tidy_after = self._check_after = self._suspect_after = 0.0
        self._offset_kept: timedelta | None = None
        self._state: SyncState | None = None
        # In the middle of a long queue: what waits was counted a moment ago, and counting it takes its time.
        self._has_more = False
        self._online, self._send_problem, self._fetch_problem = False, "", ""
        self._last_synced: datetime | None = None
        self._changed = threading.Condition()
        self._woken = threading.Event()
        self._ends = threading.Event()
        self._hurry = threading.Event()
        self._thread: threading.Thread | None = None

    @property
    def clock_offset(self) -> timedelta | None:
        """The CRM's clock minus ours, as last measured."""
        return self._uploader.clock_offset

    @property
    def problem(self) -> str:
        """What the last try came to, as a sentence; "" where all is well."""
        return "" if self._state is None else self._state.problem

    def start(self) -> None:
        """Begins to work; returns at once."""
        self._thread = threading.Thread(target=self._run, name="sync", daemon=True)
        self._thread.start()

    def wake(self) -> None:
        """Something was recorded. While the CRM is away this changes only what is shown, not when it is tried."""
        self._woken.set()

    def hurry(self) -> None:
        """Tries everything now, accounts too: after a sign-in, or because the agent asked."""
        self._hurry.set()
        self._woken.set()

    def stop(self, seconds: float = 3.0) -> bool:
        """Ends after the work in hand; whether it ended within that time. Nothing is lost if it does not."""
        self._ends.set()
        self._woken.set()
        if self._thread is None:
            self._lease.give_back()
            return True
        self._thread.join(seconds)
        return not self._thread.is_alive()

    def wait_until_sent(self, seconds: float) -> bool:
        """Waits until nothing is unsent any more (before signing out); whether that came about in time."""
        self.hurry()
        with self._changed:
            return self._changed.wait_for(self._is_all_sent, seconds)

    def step(self) -> float:
        """One round: at most one batch and one page. Seconds until there is something to do again."""
        if self._hurry.is_set():
            self._hurry.clear()
            self._send_after = self._fetch_after = self._suspect_after = 0.0
        if not self._has_more:
            self._show()
        if not self._lease.take():
            self._has_more = False
            self._show(False, "Another Cuecard on this device does the sending.")
            return _LEASE_SECONDS
        self._has_more = self._check_if_due() or self._send_if_due() or self._fetch_if_due()
        self._tidy_if_due()
        self._show()
        return 0.0 if self._has_more else self._until_next()

    def _run(self) -> None:
        try:
            self._work()
        finally:
            # Here and not in `stop`, which may have given up waiting: the lease must not outlive the work.
            self._lease.give_back()

    def _work(self) -> None:
        while not self._ends.is_set():
            # Cleared before the work: what is recorded during it is seen by the next round.
            self._woken.clear()
            try:
                wait = self.step()
            except Exception as error:
                # Last line of defence: sync must not die silently. The type alone, since a text may quote a customer.
                _log.error("sync met a fault: %s", type(error).__name__)
                wait = self._failed_sending("Sync met a fault and tries again; nothing is lost.")
            if self._woken.wait(wait) and not self._hurry.is_set():
                # What was recorded is being painted now; sending it a moment later keeps out of the painting's way.
                self._ends.wait(_AFTER_YOU_SECONDS)

    def _check_if_due(self) -> bool:
        """Asks whether the CRM still has what it acknowledged; whether there is now something to send again."""
        now = self._elapsed()
        if self._reconciler is None or now < max(self._check_after, self._send_after):
            return False
        try:
            checked = self._reconciler.check()
            again = checked.again + self._store.another_chance(FAILED_ON, MAX_TRIES - 1)
        except (CrmUnreachable, CrmBusy, StoreError) as error:
            self._failed_sending(str(error), error)
            return False
        except CrmError:
            # A hub of an older version, or nobody signed in: sending says what is wrong, if anything is.
            again = 0
        else:
            self._instances |= {checked.instance} - {""}
            self._sending.succeeded()
            self._send_problem = ""
            self._reached()
        self._check_after = now + _CHECK_SECONDS
        if again:
            self._suspect_after = 0.0
        return again > 0

    def _send_if_due(self) -> bool:
        """Whether there may be more to send at once."""
        if self._elapsed() < self._send_after:
            return False
        try:
            sent = self._uploader.send() > 0 or self._send_suspect_if_due()
        except (CrmError, StoreError) as error:
            self._failed_sending(str(error), error)
            sent = False
        else:
            if sent:
                self._sending.succeeded()
                self._send_problem = ""
                self._reached()
                self._keep_offset()
                if self._fetch_problem:
                    self._fetch_after = 0.0
        self._meet(self._uploader.instance)
        return sent

    def _send_suspect_if_due(self) -> bool:
        """Tries an event on which the CRM failed once more, alone; whether it went through."""
        if self._elapsed() < self._suspect_after:
            return False
        went_through = self._uploader.send_suspect()
        if went_through:
            self._suspecting.succeeded()
        elif went_through is not None:
            self._suspect_after = self._elapsed() + self._suspecting.failed()
        return bool(went_through)

    def _meet(self, instance: str) -> None:
        """Another start of the CRM answers than before: it may be one on a restored database, so check at once."""
        if instance and instance not in self._instances:
            if self._instances:
                self._check_after = 0.0
            self._instances.add(instance)

    def _keep_offset(self) -> None:
        """Keeps the clocks' offset where it moved: not for every batch."""
        offset = self._uploader.clock_offset
        if offset is None or (self._offset_kept is not None and abs(offset - self._offset_kept) < _OFFSET_CHANGED):
            return
        self._offset_kept = offset
        self._store.keep_fact(CLOCK_OFFSET, offset // timedelta(microseconds=1))

    def _fetch_if_due(self) -> bool:
        """Whether there is another page."""
        if not self._fetches or self._elapsed() < self._fetch_after:
            return False
        try:
            more = self._fetch()
        except (CrmError, StoreError) as error:
            if isinstance(error, CrmRefused) and error.status == _FORBIDDEN:
                # A lead or a trainer, who is shown no accounts: nothing is wrong.
                self._fetch_after, self._fetch_problem = math.inf, ""
                self._reached()
                return False
            self._fetch_after = self._elapsed() + self._fetching.failed(_retry_after(error))
            self._online, self._fetch_problem = _answered(error), str(error)
            return False
        self._fetching.succeeded()
        self._fetch_problem = ""
        self._reached()
        self._fetch_after = 0.0 if more else self._elapsed() + self._refresh_seconds
        return more

    def _fetch(self) -> bool:
        cursor = self._store.cursor(ACCOUNTS)
        try:
            changes = self._crm.changes(cursor)
        except CrmRefused as refused:
            if refused.status != _GONE or cursor is None:
                raise
            self._store.forget_cursor(ACCOUNTS)
            return True
        self._store.keep_changes(changes.accounts, ACCOUNTS, changes.cursor, changes.gone)
        return changes.more

    def _tidy_if_due(self) -> None:
        if self._elapsed() < self._tidy_after:
            return
        self._tidy_after = self._elapsed() + _HOUSEKEEPING_SECONDS
        try:
            self._store.purge_acknowledged(self._clock() - KEEP_ACKNOWLEDGED)
            self._store.purge_opened(self._clock() - KEEP_OPENED)
            if self._fetches:
                self._store.forget_index(ACCOUNTS, self._clock() - KEEP_INDEX)
            self._store.checkpoint()
        except StoreError as error:
            self._send_problem = str(error)

    def _failed_sending(self, problem: str, error: Exception | None = None) -> float:
        wait = self._sending.failed(_retry_after(error))
        self._send_after = self._elapsed() + wait
        if isinstance(error, CrmUnreachable | SignInRefused):
            # It may come back with less than it had; and whose token it does not know, it may have forgotten.
            self._check_after = 0.0
        if isinstance(error, CrmUnreachable | CrmBusy):
            # Who does not answer the one does not answer the other: no second time-out, no second request.
            self._fetch_after = max(self._fetch_after, self._send_after)
        self._online, self._send_problem = _answered(error), problem
        return wait

    def _reached(self) -> None:
        self._online, self._last_synced = True, self._clock()

    def _is_all_sent(self) -> bool:
        """By the store itself only where it may be so: counting a long queue takes its time."""
        may_be = self._state is None or self._state.unsent == 0 or not self._has_more
        return may_be and self._store.backlog().unsent == 0

    def _until_next(self) -> float:
        now = self._elapsed()
        due = [self._tidy_after]
        if self._fetches:
            due.append(self._fetch_after)
        due += [after for after in (self._send_after, self._suspect_after) if after > now]
        if self._reconciler is not None:
            due.append(max(self._check_after, self._send_after))
        return max(0.0, min(due) - now)

    def _show(self, online: bool | None = None, problem: str | None = None) -> None:
        try:
            backlog = self._store.backlog()
        except StoreError as error:
            if self._state is None:
                return
            state = SyncState(
                self._state.unsent, self._state.oldest, self._state.set_aside, False, str(error), self._last_synced
            )
        else:
            state = SyncState(
                unsent=backlog.unsent,
                oldest=backlog.oldest,
                set_aside=backlog.set_aside,
                online=self._online if online is None else online,
                problem=(self._send_problem or self._fetch_problem) if problem is None else problem,
                last_synced=self._last_synced,
            )
        if state != self._state:
            self._state = state
            self._publish(state)
        with self._changed:
            self._changed.notify_all()


def _answered(error: Exception | None) -> bool:
    return isinstance(error, CrmBusy | CrmRefused)


def _retry_after(error: Exception | None) -> float | None:
    return error.retry_after if isinstance(error, CrmBusy) else None
