"""What every part of the agent's room is handed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from app.desk.elapsed import elapsed_seconds
from app.desk.intents import Intent
from app.desk.ports import Clock
from ui.keyboard import Keyboard

if TYPE_CHECKING:
    from ui.pictures import Pictures


@dataclass(frozen=True, slots=True)
class Hands:
    """The way to the desk, the keys, the time, and the pictures of the library."""

    send: Callable[[Intent], None]
    keyboard: Keyboard
    clock: Clock
    pictures: Pictures | None = None


def clock_time(moment: datetime) -> str:
    """A moment as the agent's clock shows it: "14:02"."""
    return moment.astimezone().strftime("%H:%M")


class Stopwatch:
    """A running timer that does not mind when the clock is set while it runs."""

    def __init__(self, seconds: Callable[[], float] = elapsed_seconds) -> None:
        self._seconds = seconds
        self._since: datetime | None = None
        self._base = 0.0

    def text(self, since: datetime, now: datetime) -> str:
        """How long it has run; it begins with what the clock says, and then goes on by itself."""
        if since != self._since:
            self._since = since
            self._base = self._seconds() - max(0.0, (now - since).total_seconds())
        return elapsed(since, since + timedelta(seconds=self._seconds() - self._base))


def elapsed(since: datetime, now: datetime) -> str:
    """How long ago, as a timer: "0:03", "12:14", "1:02:14"."""
    seconds = max(0, int((now - since).total_seconds()))
    minutes, rest = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
