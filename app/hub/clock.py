"""The time by which an event counts in reports: the device's, put right where its clock is wrong.

A device says with each batch what its clock shows (`Cuecard-Time`); the difference to the hub's clock is added. What
then still lies before the agent's session began or after the receipt cannot be: the receipt counts, and the event is
marked as held. The time as it was sent is kept in the event.
"""

from __future__ import annotations

from datetime import datetime

from app.hub.errors import Problem
from app.hub.moment import read_time, to_micros

# Between the device's reading of its clock and ours lies the way that the request took.
ALLOWED_AHEAD = 30_000_000
ALLOWED_BEFORE_SESSION = 120_000_000


def offset_of(said: str | None, now: datetime) -> int:
    """How many microseconds to add to a device's times; 0 where it does not say. Raises Problem 400 for no time."""
    if said is None:
        return 0
    try:
        return to_micros(now) - to_micros(read_time(said))
    except ValueError as error:
        raise Problem(400, "Give Cuecard-Time as a time like 2026-01-31T09:30:00Z.") from error


def held_between(at: int, session_began: int, received: int) -> tuple[int, int]:
    """The time that counts, and 1 where it is not the device's own (all in microseconds)."""
    if at < session_began - ALLOWED_BEFORE_SESSION or at > received + ALLOWED_AHEAD:
        return received, 1
    return min(at, received), 0


def are_plain(first: int, last: int, session_began: int, received: int) -> bool:
    """Whether all times from `first` to `last` would be left as they are by `held_between`."""
    return session_began - ALLOWED_BEFORE_SESSION <= first and last <= received
