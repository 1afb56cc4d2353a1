"""One round of sending: the head of the outbox to the CRM, and what became of each event back into the store."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from itertools import takewhile
from typing import Protocol

from app.domain.event import Event
from app.sync import cloudevents
from app.sync.crm import Crm, CrmRefused, CrmUnreachable, Receipt, Rejection, SignInRefused

# A whole batch was refused because of what is in it: divide it until the one event that is the cause stands alone.
_DIVIDE = frozenset({400, 413, 422})


class Outbox(Protocol):
    """What sending needs of the local store."""

    def unsent(self, limit: int) -> list[Event]:
        """The first events not yet acknowledged, in order of their sequence."""

    def device_token(self, session: str) -> str | None:
        """The token with which the events of that session are sent."""

    def acknowledge(self, ids: Iterable[str]) -> int:
        """Marks events as being at the CRM."""

    def set_aside(self, rejections: Iterable[Rejection]) -> int:
        """Takes refused events out of the queue, with the reason."""


class Uploader:
    """Sends the outbox, oldest first.

    Attributes: `clock_offset`: the CRM's clock minus ours as of the last answer, None before the first.
    """

    def __init__(self, outbox: Outbox, crm: Crm, clock: Callable[[], datetime]) -> None:
        self._outbox = outbox
        self._crm = crm
        self._clock = clock
        self.clock_offset: timedelta | None = None

    def send(self, limit: int = cloudevents.MAX_EVENTS) -> int:
        """Sends one batch of at most `limit` events; how many left the queue (0: nothing to send).

        Raises CrmError where the CRM gave no usable answer; what had been answered until then is kept.
        """
        waiting = self._outbox.unsent(limit)
        if not waiting:
            return 0
        token = self._outbox.device_token(waiting[0].agent_session)
        settled = self._deliver(cloudevents.fitting(self._sent_with(token, waiting)), token)
        if not settled:
            raise CrmUnreachable("The hub's answer says nothing about the events that were sent; trying again.")
        return settled

    def _sent_with(self, token: str | None, waiting: Sequence[Event]) -> list[Event]:
        """The first of the waiting events, as far as the same token goes."""
        sessions = {event.agent_session for event in waiting}
        alike = {session for session in sessions if self._outbox.device_token(session) == token}
        return list(takewhile(lambda event: event.agent_session in alike, waiting))

    def _deliver(self, events: Sequence[Event], token: str | None) -> int:
        try:
            receipt = self._post(events, token)
        except CrmRefused as refused:
            if isinstance(refused, SignInRefused) or refused.status not in _DIVIDE:
                raise
            if len(events) == 1:
                return self._outbox.set_aside([Rejection(events[0].id, refused.status, refused.problem)])
            middle = len(events) // 2
            return self._deliver(events[:middle], token) + self._deliver(events[middle:], token)
        return self._settle(events, receipt)

    def _post(self, events: Sequence[Event], token: str | None) -> Receipt:
        asked = self._clock()
        receipt = self._receipt(events, token)
        answered = self._clock()
        self.clock_offset = receipt.server_time - (asked + (answered - asked) / 2)
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
        return settled + self._outbox.set_aside([refusal for refusal in receipt.rejected if refusal.id in sent])
