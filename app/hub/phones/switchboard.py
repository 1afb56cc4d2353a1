"""Where the events of all phone systems come together: written down in groups, then pushed to whose call it is.

One thread takes whatever waits and writes it in one transaction: which deliveries are new, where each leg is now, and
what is pushed. So a busy second costs some tens of commits instead of a thousand, and a quiet one waits for nobody.
"""

from __future__ import annotations

import logging
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, insert, select, text

from app.domain.call import CallEvent, CallState, EndReason
from app.hub.moment import to_micros
from app.hub.phones.extensions import extensions, person_of
from app.hub.phones.legs import Leg, keep_legs, known_legs, leg_of, tidy
from app.hub.phones.tables import phone_delivery
from app.hub.push import forget_before, publish_all
from app.hub.store import Store
from app.telephony.webhooks.delivery import WINDOW, Ends, Heard

WORTHLESS_AFTER = timedelta(seconds=30)
"""An event that could not be passed on for so long is dropped: the call has moved on."""
_DELIVERIES_KEPT = 2 * WINDOW + timedelta(minutes=1)
_PUSHES_KEPT = timedelta(minutes=1)
_AT_ONCE = 400
_TIDY_S, _RETRY_S = 10.0, 0.5
_RELOAD_S, _RELOAD_FOR_UNKNOWN_S = 5.0, 1.0
_SAY_AGAIN_S = 60.0

_log = logging.getLogger("cuecard.hub")


@dataclass(eq=False, slots=True)
class _Waiting:
    heard: Sequence[Heard]
    since: float
    keep_trying: bool
    done: Future[None] = field(default_factory=Future)


class Switchboard:
    """Passes events on. Attribute `lost`: how many were dropped, because they could not be written in time."""

    def __init__(self, store: Store, clock: Callable[[], datetime], on_told: Callable[[], None]) -> None:
        """`on_told` is called after each commit that pushed something."""
        self._store = store
        self._clock = clock
        self._on_told = on_told
        self._waiting: deque[_Waiting] = deque()
        self._news = threading.Condition()
        self._is_closing = False
        self._thread: threading.Thread | None = None
        self._phones = _WhoseCalls(store)
        self._tidied_at = -_TIDY_S
        self.lost = 0

    def tell(self, heard: Sequence[Heard], *, keep_trying: bool = False) -> Future[None]:
        """Passes events on, in order; done once they are committed, or fails with the database's error.

        `keep_trying`: nobody will send them again, so they are tried again for as long as they are worth anything.
        """
        entry = _Waiting(heard, time.monotonic(), keep_trying)
        with self._news:
            if self._thread is None and not self._is_closing:
                self._thread = threading.Thread(target=self._work, name="switchboard", daemon=True)
                self._thread.start()
            self._waiting.append(entry)
            self._news.notify()
        return entry.done

    def tidy_soon(self) -> None:
        """Forgets at once what would be forgotten within ten seconds."""
        self._tidied_at = -_TIDY_S
        self.tell([])

    def close(self) -> None:
        """Writes what waits, then ends."""
        with self._news:
            self._is_closing = True
            self._news.notify()
        if self._thread is not None:
            self._thread.join()

    def _work(self) -> None:
        while (group := self._next_group()) or not self._is_closing:
            try:
                self._write([heard for entry in group for heard in entry.heard])
            except Exception as error:
                _log.warning("Calls could not be passed on: %s", type(error).__name__)
                self._failed(group, error)
                continue
            for entry in group:
                _settle(entry.done, None)

    def _next_group(self) -> list[_Waiting]:
        """What waits; empty where nothing came for a while, or this is to end."""
        with self._news:
            self._news.wait_for(lambda: self._waiting or self._is_closing, timeout=_TIDY_S)
            return [self._waiting.popleft() for _ in range(min(_AT_ONCE, len(self._waiting)))]

    def _failed(self, group: Sequence[_Waiting], error: Exception) -> None:
        again = []
        for entry in group:
            too_old = time.monotonic() - entry.since > WORTHLESS_AFTER.total_seconds()
            if entry.keep_trying and not too_old and not self._is_closing:
                again.append(entry)
            else:
                self.lost += len(entry.heard) if entry.keep_trying else 0
                _settle(entry.done, error)
        with self._news:
            self._waiting.extendleft(reversed(again))
            if again:
                self._news.wait_for(lambda: self._is_closing, timeout=_RETRY_S)

    def _write(self, heard: Sequence[Heard]) -> None:
        now = self._clock()
        with self._store.write() as connection:
            if not self._store.is_sqlite:
                # Nobody waits for the disk: what a power cut takes is under a second old, and a switch is asked again.
                connection.execute(text("SET LOCAL synchronous_commit = off"))
            fresh = self._not_yet_delivered(connection, heard, now)
            moves = _Moves(self._known(connection, fresh), self._phones)
            for each in fresh:
                moves.take(each)
            if time.monotonic() - self._tidied_at > _TIDY_S:
                self._tidied_at = time.monotonic()
                moves.give_up(tidy(connection, now), now)
                forget_before(connection, "call", now - _PUSHES_KEPT)
                old = phone_delivery.c.at < to_micros(now - _DELIVERIES_KEPT)
                connection.execute(delete(phone_delivery).where(old))
            keep_legs(connection, moves.changed(), now)
            if moves.told:
                told = [("", leg.person, leg.told) for leg in moves.told]
                publish_all(connection, self._store, now, "call", told)
        if moves.told:
            self._on_told()

    def _not_yet_delivered(self, connection: Connection, heard: Sequence[Heard], now: datetime) -> list[Heard]:
        """Those that did not come before; from now on these did."""
        ids = {self._store.keyed_hash("phone delivery", each.event.source, each.id): each for each in heard if each.id}
        if not ids:
            return list(heard)
        # Several hub processes may be handed the same delivery at the same moment.
        self._store.exclusive(connection, "phone deliveries")
        known = {
            bytes(found)
            for found in connection.execute(
                select(phone_delivery.c.id).where(phone_delivery.c.id.in_(list(ids)))
            ).scalars()
        }
        rows = [{"id": identity, "at": to_micros(now)} for identity in ids if identity not in known]
        if rows:
            connection.execute(insert(phone_delivery), rows)
        first = {id(each) for identity, each in ids.items() if identity not in known}
        return [each for each in heard if not each.id or id(each) in first]

    def _known(self, connection: Connection, heard: Iterable[Heard]) -> list[Leg]:
        wanted: dict[str, tuple[dict[str, None], dict[str, None]]] = {}
        for each in heard:
            legs, linked = wanted.setdefault(each.event.source, ({}, {}))
            legs[each.event.leg_id] = None
            if each.ends is not Ends.NOTHING and each.event.linked_id:
                linked[each.event.linked_id] = None
        return [
            leg
            for source, (legs, linked) in wanted.items()
            for leg in known_legs(connection, source, list(legs), list(linked))
        ]


class _Moves:
    """What a group of events changes, worked out before it is written."""

    def __init__(self, known: Iterable[Leg], phones: _WhoseCalls) -> None:
        self._legs = {_key(leg.event): leg for leg in known}
        self._phones = phones
        self._changed: dict[tuple[str, str], None] = {}
        self.told: list[Leg] = []

    def take(self, heard: Heard) -> None:
        event = heard.event
        known = self._legs.get(_key(event))
        person = known.person if known is not None else ""
        if not person and event.agent:
            person = self._phones.person(event.agent, *heard.also_known_as)
        if person and not _is_old(event, known):
            if known is not None and event.state is CallState.ENDED:
                # What a switch says of an end is less than what was known before.
                event = _ended(known.event, event, event.end_reason)
            self._put(leg_of(event, person))
        if heard.ends is not Ends.NOTHING and event.linked_id:
            self._end_others(heard)

    def give_up(self, silent: Iterable[Leg], now: datetime) -> None:
        """Ends legs of which nobody has said anything for longer than any call rings or lasts."""
        for leg in silent:
            if _key(leg.event) not in self._changed:
                ended = _ended(leg.event, replace(leg.event, received_at=now), EndReason.UNKNOWN)
                self._put(leg_of(ended, leg.person))

    def changed(self) -> list[Leg]:
        return [self._legs[key] for key in self._changed]

    def _end_others(self, heard: Heard) -> None:
        event, everything = heard.event, heard.ends is Ends.ALL
        reason = event.end_reason if everything else EndReason.ELSEWHERE
        for leg in list(self._legs.values()):
            same = leg.event.source == event.source and leg.event.linked_id == event.linked_id
            if same and not leg.is_over and leg.event.leg_id != event.leg_id and (everything or leg.rings):
                self._put(leg_of(_ended(leg.event, event, reason), leg.person))

    def _put(self, leg: Leg) -> None:
        key = _key(leg.event)
        self._legs[key] = leg
        self._changed[key] = None
        self.told.append(leg)


class _WhoseCalls:
    """Whose phone is whose, read anew every few seconds, and sooner for a phone that is not known yet."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._known: dict[str, str] = {}
        self._read_at = 0.0
        self._said_at = 0.0

    def person(self, *agents: str) -> str:
        """Whose phone goes by one of these names, "" for nobody's."""
        age = time.monotonic() - self._read_at
        found = person_of(self._known, *agents)
        if age > _RELOAD_S or (not found and age > _RELOAD_FOR_UNKNOWN_S):
            self._known, self._read_at = extensions(self._store), time.monotonic()
            found = person_of(self._known, *agents)
        if not found and time.monotonic() - self._said_at > _SAY_AGAIN_S:
            self._said_at = time.monotonic()
            # Not which one: an extension may be a telephone number.
            _log.warning("A call came for a phone that is nobody's. `cuecard hub phones agent` says whose it is.")
        return found


def _key(event: CallEvent) -> tuple[str, str]:
    return event.source, event.leg_id


def _is_old(event: CallEvent, known: Leg | None) -> bool:
    """Whether this changes nothing: the leg has ended, or something later was told, or the same."""
    if known is None:
        return False
    if known.is_over or event.state is CallState.ENDED:
        # An end is an end whenever it comes.
        return known.is_over
    if event.seq < known.event.seq:
        return True
    return event.seq == known.event.seq and event.state is known.event.state


def _ended(before: CallEvent, by: CallEvent, reason: EndReason | None) -> CallEvent:
    return replace(
        before,
        seq=max(before.seq, by.seq),
        received_at=by.received_at,
        state=CallState.ENDED,
        end_reason=reason or EndReason.UNKNOWN,
    )


def _settle(done: Future[None], error: Exception | None) -> None:
    with suppress(Exception):  # whoever waited may have gone
        if error is None:
            done.set_result(None)
        else:
            done.set_exception(error)
