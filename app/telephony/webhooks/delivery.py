"""One request of a phone system, and what it says, whichever system sent it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from app.domain.call import CallEvent
from app.telephony.errors import WebhookStale

WINDOW = timedelta(minutes=5)
"""A request may be so much older, or newer, than our clock. Within it, the same request a second time does nothing."""
MOST_BYTES = 64 * 1024
LAST_SECOND = 253_402_300_799
"""Of the year 9999, since 1970: what comes after it is no time."""


@dataclass(frozen=True, slots=True)
class WebhookRequest:
    """A request as it came.

    `url` is the address that the sender called, with its query (behind a proxy not the one that we were called by);
    `headers` have names in lower case; `received_at` is aware UTC; `region` the site's ISO 3166 code; `source` becomes
    the events' source.
    """

    url: str
    headers: Mapping[str, str]
    body: bytes
    received_at: datetime
    region: str
    source: str


class Ends(StrEnum):
    """Which other legs of the same interaction are over with an event."""

    NOTHING = "nothing"
    RINGING_ELSEWHERE = "ringing_elsewhere"
    ALL = "all"


@dataclass(frozen=True, slots=True)
class Heard:
    """One event out of a request.

    `id` is the same when the event is sent again, and says nothing to anybody else ("": never sent again);
    `also_known_as` are names of the agent besides `event.agent`.
    """

    event: CallEvent
    id: str = ""
    also_known_as: tuple[str, ...] = ()
    ends: Ends = Ends.NOTHING


def check_age(said: datetime, received: datetime) -> None:
    """Raises WebhookStale for a request that was made too long ago, or by a clock that is far off."""
    if abs(received - said) > WINDOW:
        raise WebhookStale(
            "The request is more than five minutes old or its sender's clock is wrong. Set the clocks; send it once."
        )
