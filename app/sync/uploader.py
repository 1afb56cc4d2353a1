"""One round of sending: the head of the outbox to the CRM, and what became of each event back into the store.

Three kinds of trouble are told apart. A batch that was refused for its content (400, 413, 422) is divided until the
cause stands alone, and that event is set aside. An event on which the CRM fails (500, no answer in time) while it takes
others stands back from the queue, is tried alone now and then, and is set aside after MAX_TRIES. A CRM that fails at
everything is away: nothing is counted against any event.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import datetime, timedelta
from itertools import takewhile
from typing import Protocol

from app.domain.event import Event
from app.sync import cloudevents
from app.sync.crm import Crm, CrmFailed, CrmRefused, CrmUnreachable, Receipt, Rejection, SignInRefused
from app.sync.pace import Pace

MAX_TRIES = 5
FAILED_ON = 500
"""The status that stands with an event that was set aside because the CRM failed on it."""

# A whole batch was refused because of what is in it: divide it until the one event that is the cause stands alone.
_DIVIDE = frozenset({400, 413, 422})
_FORBIDDEN, _TOO_LARGE = 403, 413
# So many events in a row on which the CRM failed alone are no bad events but a CRM that has gone away meanwhile.
_MOST_ACCUSED = 3
_POISON = "The hub failed on this event each time while it took others. It was set aside; tell your administrator."


class Outbox(Protocol):
    """What sending needs of the local store."""

    def unsent(self, limit: int) -> list[Event]:
        """The first events not yet acknowledged, in order of their sequence, but for the suspects."""

    def suspects(self, limit: int) -> list[Event]:
        """Events on which the CRM failed while others went through."""

    def newest_acknowledged(self) -> Event | None:
        """The acknowledged event with the highest number."""

    def device_token(self, session: str) -> str | None:
        """The token with which the events of that session are sent."""

    def acknowledge(self, ids: Iterable[str]) -> int:
        """Marks events as being at the CRM."""

    def set_aside(self, rejections: Iterable[Rejection]) -> int:
        """Takes refused events out of the queue, with the reason."""

    def count_try(self, event_id: str) -> int:
        """Counts one more failure of the CRM on an event; how many there are now. It then is a suspect."""


class Uploader:
    """Sends the outbox, oldest first.

    Attributes: `clock_offset`: the CRM's clock minus ours as of the last answer, None before the first; `instance`:
    which start of the CRM answered last. `instances` are those starts of it that are known to have what it had:
    another one is not believed when it refuses a session (403), until it was checked. None known: all are believed.
    """

    def __init__(
        self, outbox: Outbox, crm: Crm, clock: Callable[[], datetime], instances: Collection[str] = frozenset()
    ) -> None:
        self._outbox = outbox
        self._crm = crm
        self._clock = clock
        self._instances = instances
        self._pace = Pace()
        self._accused: list[Event] = []
        self._blamed = 0
        self._is_alive = False
        self.clock_offset: timedelta | None = None
        self.instance = ""

    def send(self, limit: int = cloudevents.MAX_EVENTS) -> int:
        """Sends one batch of at most `limit` events; how many left the queue (0: nothing to send).

        Raises CrmError where the CRM gave no usable answer; what had been answered until then is kept.
        """
        waiting = self._outbox.unsent(min(limit, self._pace.size))
        if not waiting:
            return 0
        token = self._outbox.device_token(waiting[0].agent_session)
        left = self._round(cloudevents.fitting(self._sent_with(token, waiting)), token)
        if not left:
            raise CrmUnreachable("The hub's answer says nothing about the events that were sent; trying again.")
        return left

    def send_suspect(self) -> bool | None:
        """Sends the least tried of the suspects; whether it went through, None where there is none.

        Raises CrmError where the CRM gave no usable answer.
        """
        suspects = self._outbox.suspects(1)
        if not suspects:
            return None
        self._round(suspects, self._outbox.device_token(suspects[0].agent_session))
        return not self._blamed

    def _round(self, events: Sequence[Event], token: str | None) -> int:
        """Delivers events; how many left the queue, those that became suspects included."""
        self._accused, self._blamed, self._is_alive = [], 0, False
        settled = self._deliver(events, token)
        if self._accused:
            self._prove({event.id for event in events}, token)
        return settled + self._blamed

    def _sent_with(self, token: str | None, waiting: Sequence[Event]) -> list[Event]:
        """The first of the waiting events, as far as the same token goes."""
        sessions = {event.agent_session for event in waiting}
        alike = {session for session in sessions if self._outbox.device_token(session) == token}
        return list(takewhile(lambda event: event.agent_session in alike, waiting))

    def _deliver(self, events: Sequence[Event], token: str | None) -> int:
        try:
            receipt = self._post(events, token)
        except CrmFailed as failed:
            self._pace.was_too_much(len(events))
            return self._isolate(events, token, failed)
        except CrmRefused as refused:
            if isinstance(refused, SignInRefused) or refused.status not in _DIVIDE:
                raise
            if refused.status == _TOO_LARGE:
                self._pace.was_too_much(len(events))
            if len(events) == 1:
                return self._outbox.set_aside([Rejection(events[0].id, refused.status, refused.problem)])
            return self._halves(events, token)
        self._pace.went_through(len(events))
        return self._settle(events, receipt)

    def _halves(self, events: Sequence[Event], token: str | None) -> int:
        middle = len(events) // 2
        return self._deliver(events[:middle], token) + self._deliver(events[middle:], token)

    def _isolate(self, events: Sequence[Event], token: str | None, failed: CrmFailed) -> int:
        """The CRM failed on these. If it takes one of them alone, some other of them is the cause."""
        if len(events) == 1:
            self._accused.append(events[0])
            if len(self._accused) > _MOST_ACCUSED:
                self._accused.clear()
                raise failed
            return 0
        if self._is_alive:
            return self._halves(events, token)
        for alone, others in ((events[-1:], events[:-1]), (events[:1], events[1:])):
            try:
                settled = self._settle(alone, self._post(alone, token))
            except CrmFailed:
                continue
            return settled + self._deliver(others, token)
        raise failed

    def _prove(self, tried: set[str], token: str | None) -> None:
        """Sends something else, to see whether the CRM is well; only then does its failure count.

        An event that waits is the best proof. Where none does, one that the CRM has already (it takes it for what it
        is, a duplicate), else a batch with nothing in it.
        """
        others = [event for event in self._outbox.unsent(cloudevents.MAX_EVENTS) if event.id not in tried]
        known = self._outbox.newest_acknowledged()
        proof = others[-1:] or ([known] if known is not None else [])
        if proof:
            token = self._outbox.device_token(proof[0].agent_session)
        self._settle(proof, self._post(proof, token))
        self._blame()

    def _post(self, events: Sequence[Event], token: str | None) -> Receipt:
        asked = self._clock()
        receipt = self._receipt(events, token)
        answered = self._clock()
        self.clock_offset = receipt.server_time - (asked + (answered - asked) / 2)
        self.instance = receipt.instance
        return receipt

    def _receipt(self, events: Sequence[Event], token: str | None) -> Receipt:
        """With the events' own token; where that no longer opens, with that of who is signed in on this device now."""
        try:
            return self._crm.post_events(events, token)
        except SignInRefused:
            if token is None:
                raise
            return self._crm.post_events(events, None)

    def _settle(self, events: Sequence[Event], receipt: Receipt) -> int:
        """Believes the CRM only about events that were in this batch."""
        sent = {event.id for event in events}
        settled = self._outbox.acknowledge([id for id in (*receipt.accepted, *receipt.duplicates) if id in sent])
        if settled:
            self._is_alive = True
            self._blame()
        refused = [refusal for refusal in receipt.rejected if refusal.id in sent]
        if self._instances and receipt.instance and receipt.instance not in self._instances:
            refused = [refusal for refusal in refused if refusal.status != _FORBIDDEN]
        return settled + self._outbox.set_aside(refused)

    def _blame(self) -> None:
        """The CRM takes others: its failure counts against those on which it failed before."""
        accused, self._accused = self._accused, []
        self._blamed += len(accused)
        for event in accused:
            if self._outbox.count_try(event.id) >= MAX_TRIES:
                self._outbox.set_aside([Rejection(event.id, FAILED_ON, _POISON)])
